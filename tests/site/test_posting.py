"""A real worker, a real gateway, and kill -9 between claiming a message and marking it."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.installations import COMMAND, installation, postgresql  # noqa: F401  (fixtures)

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_S = 90


class Gateway:
    """Takes text messages; where it holds them, it answers nobody until it is told to."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.holds = threading.Event()
        self.url = ""


@contextmanager
def gateway() -> Iterator[Gateway]:
    far = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            far.taken.append(self.rfile.read(int(self.headers["Content-Length"])))
            if far.holds.is_set():
                time.sleep(PATIENCE_S)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    far.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield far
    finally:
        server.shutdown()
        server.server_close()


def wait_for(what, why):
    end = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < end, why
        time.sleep(0.1)


@pytest.mark.slow
def test_a_worker_killed_while_it_sends_leaves_one_message_that_a_person_decides_about(installation):  # noqa: F811
    home = installation()
    with gateway() as far:
        env = {
            **home.env,
            "GUISACH_SMS_URL": far.url,
            "GUISACH_SMS_BODY": "to={to}&text={text}&ref={reference}",
            "GUISACH_QUIET": "no",
        }

        def worker() -> subprocess.Popen[bytes]:
            return subprocess.Popen([COMMAND, "worker"], env=env, stderr=subprocess.DEVNULL, start_new_session=True)

        home.work("late_reader")
        far.holds.set()
        first = worker()
        try:
            assert home.work("plan_notices") == [1]
            wait_for(lambda: far.taken, "the worker never sent anything")
        finally:
            os.killpg(first.pid, signal.SIGKILL)
            first.wait()
        far.holds.clear()
        assert home.work("message_states") == [["SENDING"]]
        second = worker()
        try:
            time.sleep(6)  # three looks into the outbox
            assert home.work("message_states") == [["SENDING"]]
            home.work("let_the_lease_end")
            wait_for(lambda: home.work("message_states") == [["UNCERTAIN"]], "the dead claim was not found")
            time.sleep(5)
        finally:
            os.killpg(second.pid, signal.SIGTERM)
            assert second.wait(timeout=PATIENCE_S) == 0
        assert len(far.taken) == 1
        [listed] = home.answer("messages", "list", status=1)["messages"]
        assert (listed["state"], listed["error"]) == ("UNCERTAIN", "interrupted")
