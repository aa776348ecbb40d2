"""An export file taken in while processes are killed, and files that are cut off: whole batches, once, or nothing."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.desks import TestDesk, connect
from tests.installations import COMMAND
from tests.sizes import size

if TYPE_CHECKING:
    from tests.installations import Installation

pytestmark = [pytest.mark.slow]


@dataclass
class Served:
    """A serving process of an installation."""

    place: Installation
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """End it and its workers as a pulled plug does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def serve(place: Installation) -> Served:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [COMMAND, "serve", "--port", str(port)], env=place.env, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(600):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code < 500:
                return Served(place, port, process)
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("it does not serve")


def desk_of(place: Installation, url: str) -> TestDesk:
    """Enrol a desk of Lan's over a socket."""
    [code] = place.work("desk_code")
    desk = TestDesk(connect(url, timeout=60))
    assert desk.enrol(code).status == 201
    desk.actor = "lan"
    return desk


def work_at(desk: TestDesk, acts: int, dice: random.Random) -> None:
    for _ in range(acts):
        kind = dice.choice(["return", "sighting", "use", "visit_tally"])
        desk.make(
            kind, **({"counts": {"CHILD": 1}} if kind == "visit_tally" else {"copy": f"CB{dice.randrange(9):06d}"})
        )


def expect_all_once(place: Installation, desk: TestDesk) -> None:
    kept = [row[0] for row in place.work("operations")]
    assert len(kept) == len(set(kept))
    made = {operation["op"] for operation in desk.made.values()}
    assert made - set(kept) == set(), "lost"
    checked = place.answer("check")
    assert checked["differences"] == 0, checked["details"]
    visits = sum(1 for operation in desk.made.values() if operation["kind"] == "visit_tally")
    [counted] = place.work(
        "rows", "SELECT COALESCE(SUM(count), 0) FROM circulation_tally WHERE UPPER(measure) = 'VISITS'"
    )
    assert counted == [visits], "counted twice, or not at all"


def test_an_import_killed_at_any_moment_goes_on_when_it_is_brought_again(installation, tmp_path):
    place, dice = installation(), random.Random(6)
    served = serve(place)
    desk = desk_of(place, served.url)
    served.kill()
    work_at(desk, 1000, dice)
    file = tmp_path / "export.json.gz"
    file.write_bytes(desk.export())
    for _ in range(size(commit=4, soak=500)):
        process = subprocess.Popen(
            [COMMAND, "import", "operations", file, "--by", "hoa", "--json"], env=place.env, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            process.wait(dice.uniform(1.0, 4.0))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        kept = len(place.work("operations"))
        assert kept % 200 in {0, 1000 % 200}, "a part of a batch was kept"
    place.answer("import", "operations", file, "--by", "hoa")
    expect_all_once(place, desk)


def test_the_file_cut_anywhere_imports_nothing(installation, tmp_path):
    from guisach.domain.sync.rules.export_file import read_export

    desk = TestDesk(connect("http://127.0.0.1:9"))
    work_at(desk, 400, random.Random(7))
    whole = desk.export()
    assert len(read_export(whole)) == 400
    cuts = range(0, len(whole), 512)
    for end in cuts:
        with pytest.raises(ValueError):
            read_export(whole[:end])
    assert len(cuts) > 20
    place = installation()
    file = tmp_path / "cut.json.gz"
    file.write_bytes(whole[: len(whole) // 2])
    assert place.run("import", "operations", file, "--by", "hoa", "--json").returncode == 1
    assert place.work("operations") == []
