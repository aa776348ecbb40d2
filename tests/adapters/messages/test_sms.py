"""Text messages handed to a real HTTP server, which answers as gateways do, or does not answer."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from guisach.adapters.messages.settings import GatewaySettings
from guisach.adapters.messages.sms import Gateway
from guisach.domain.messages.kinds import Letter, NotSent, Unclear

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LETTER = Letter(
    reference="01980000-0000-7000-8000-000000000001",
    to="0912 345 678",
    subject="",
    text="",
    short=('Bạn đang mượn 2 cuốn {to} "quá hẹn"',),
    language="vi",
)
FORM = "phone={to}&content={text}&id={reference}&brand=Thư viện"
Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def gateway_that(says: Callable[[], Answer | None]) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """Serve; gives the address and what was asked. None for an answer: hang up."""
    heard: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            answer = says()
            if answer is None:
                self.connection.close()
                return
            status, headers, said = answer
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)
            except OSError:
                pass  # who asked has gone

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/send", heard
    finally:
        server.shutdown()
        server.server_close()


def gateway(url: str, *, body: str = FORM, answer_s: float = 5, **more: Any) -> Gateway:
    return Gateway(GatewaySettings(url=url, body=body, **more), connect_s=2, answer_s=answer_s)


def yes() -> Answer:
    return 200, {}, b"{}"


def test_a_form_carries_the_text_without_marks_and_the_reference():
    with gateway_that(yes) as (url, heard):
        gateway(url, headers={"Authorization": "Bearer abc"}).send(LETTER)
    [(headers, body)] = heard
    assert headers["authorization"] == "Bearer abc"
    assert parse_qs(body.decode()) == {
        "phone": ["0912345678"],
        "content": ['Ban dang muon 2 cuon {to} "qua hen"'],
        "id": [LETTER.reference],
        "brand": ["Thư viện"],
    }


def test_json_is_filled_wherever_a_text_names_a_value_and_stays_json():
    body = '{"Phone": "{international}", "messages": [{"text": "{text}", "n": 1}], "RequestId": "{reference}"}'
    with gateway_that(yes) as (url, heard):
        gateway(url, body=body, has_marks=True).send(LETTER)
    [(headers, sent)] = heard
    assert headers["content-type"] == "application/json"
    assert json.loads(sent) == {
        "Phone": "84912345678",
        "messages": [{"text": 'Bạn đang mượn 2 cuốn {to} "quá hẹn"', "n": 1}],
        "RequestId": LETTER.reference,
    }


@pytest.mark.parametrize(
    ("answer", "code", "is_final", "is_ours", "after"),
    [
        ((400, {}, b""), "gateway_400", True, False, None),
        ((422, {}, b""), "gateway_422", True, False, None),
        ((401, {}, b""), "gateway_401", False, True, None),
        ((402, {}, b""), "gateway_402", False, True, None),
        ((404, {}, b""), "gateway_404", False, True, None),
        ((429, {"Retry-After": "120"}, b""), "gateway_429", False, False, timedelta(minutes=2)),
        ((429, {"Retry-After": "Sun, 22 Nov 2026"}, b""), "gateway_429", False, False, None),
        ((503, {"Retry-After": "999999999"}, b""), "gateway_503", False, False, timedelta(days=1)),
    ],
)
def test_what_a_gateway_refuses_certainly_did_not_go(answer, code, is_final, is_ours, after):
    with gateway_that(lambda: answer) as (url, _), pytest.raises(NotSent) as failed:
        gateway(url).send(LETTER)
    said = failed.value
    assert (said.code, said.is_final, said.is_ours, said.after) == (code, is_final, is_ours, after)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status):
    with gateway_that(yes) as (elsewhere, heard):
        moved = (status, {"Location": elsewhere}, b"")
        with gateway_that(lambda: moved) as (url, _), pytest.raises(NotSent) as failed:
            gateway(url).send(LETTER)
    assert failed.value.is_ours
    assert heard == []


@pytest.mark.parametrize("answer", [(500, {}, b""), (502, {}, b""), (504, {}, b""), None])
def test_a_gateway_that_breaks_with_the_message_in_its_hands_leaves_it_unclear(answer):
    with gateway_that(lambda: answer) as (url, heard), pytest.raises(Unclear):
        gateway(url).send(LETTER)
    assert len(heard) == 1


def test_a_gateway_that_does_not_answer_in_time_leaves_it_unclear():
    def slow() -> Answer:
        time.sleep(2)
        return yes()

    with gateway_that(slow) as (url, heard), pytest.raises(Unclear):
        gateway(url, answer_s=0.3).send(LETTER)
    assert len(heard) == 1


def test_nobody_at_that_address_is_not_sent():
    with gateway_that(yes) as (url, _):
        pass
    with pytest.raises(NotSent) as failed:
        gateway(url).send(LETTER)
    assert failed.value.is_ours


class TestAGatewayThatAnswers200ToEverything:
    @pytest.mark.parametrize("said", [b'{"CodeResult": "100"}', b'{"CodeResult": 100}'])
    def test_the_named_field_says_yes(self, said):
        with gateway_that(lambda: (200, {}, said)) as (url, _):
            gateway(url, success="CodeResult=100").send(LETTER)

    def test_another_value_says_no(self):
        with gateway_that(lambda: (200, {}, b'{"CodeResult": "103"}')) as (url, _), pytest.raises(NotSent) as failed:
            gateway(url, success="CodeResult=100").send(LETTER)
        assert failed.value.code == "gateway_no"

    @pytest.mark.parametrize("said", [b"", b"<html>", b"[]", b"{}", b"[" * 60_000, b" " * 70_000])
    def test_an_answer_that_nobody_understands_leaves_it_unclear(self, said):
        with gateway_that(lambda: (200, {}, said)) as (url, _), pytest.raises(Unclear):
            gateway(url, success="CodeResult=100").send(LETTER)


@pytest.mark.parametrize("to", ["", "12", "không có", "0912345678; rm", "09" * 20])
def test_what_is_no_telephone_is_refused_before_anybody_is_asked(to):
    with gateway_that(yes) as (url, heard), pytest.raises(NotSent) as failed:
        gateway(url).send(Letter("r", to, "", "", ("text",), "vi"))
    assert (failed.value.code, failed.value.is_final) == ("address", True)
    assert heard == []
