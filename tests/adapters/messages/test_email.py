"""Mail handed to a real SMTP server, which takes it, refuses it, goes silent, or hangs up at every step."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from guisach.adapters.messages.email import Mail
from guisach.adapters.messages.settings import MailSettings
from guisach.domain.messages.kinds import Letter, NotSent, Unclear

if TYPE_CHECKING:
    from collections.abc import Iterator

PEM = Path(__file__).with_name("localhost.pem")
LETTER = Letter(
    reference="01980000-0000-7000-8000-000000000001",
    to="an@example.org",
    subject="Sách mượn đã đến hẹn",
    text="Chào bạn,\n\nBạn đang mượn 2 cuốn.\n.\n.. hết\n",
    short=("Ban dang muon 2 cuon",),
    language="vi",
)


class Box:
    """What the server does with what it hears; `says` answers a step otherwise than with yes."""

    def __init__(self, **says: str | None) -> None:
        self.says = says
        self.taken: list[tuple[str, list[str], bytes]] = []

    async def handle_MAIL(self, server, _session, envelope, address, _options) -> str:  # noqa: N802
        envelope.mail_from = address
        return self._say(server, "mail")

    async def handle_RCPT(self, server, _session, envelope, address, _options) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self._say(server, "rcpt")

    async def handle_DATA(self, server, _session, envelope) -> str:  # noqa: N802
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self._say(server, "data")

    def _say(self, server: SMTP, step: str) -> str:
        if step in self.says and self.says[step] is None:
            server.transport.abort()
        return self.says.get(step) or "250 OK"


class AnyPort(Controller):
    """Serves on whatever port is free, and knocks at that one to see whether it is there."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def context() -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(PEM)
    return made


def trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(PEM))


@contextmanager
def server_with(box: Box, **more: Any) -> Iterator[int]:
    controller = AnyPort(box, hostname="127.0.0.1", port=0, **more)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def mail(port: int, *, tls: str = "none", **more: Any) -> Mail:
    settings = MailSettings(
        host="127.0.0.1",
        port=port,
        tls=tls,
        sender="Thư viện tỉnh <thuvien@example.org>",
        user=more.pop("user", ""),
        password=more.pop("password", ""),
    )
    return Mail(settings, timeout_s=more.pop("timeout_s", 5), trust=trust(), **more)


def test_a_letter_arrives_whole_under_its_reference():
    box = Box()
    with server_with(box) as port:
        mail(port).send(LETTER)
    [(sender, to, raw)] = box.taken
    message = message_from_bytes(raw, policy=default)
    assert (sender, to) == ("thuvien@example.org", ["an@example.org"])
    assert message["Message-ID"] == "<01980000-0000-7000-8000-000000000001@example.org>"
    assert message["Subject"] == LETTER.subject
    assert message["From"].addresses[0].display_name == "Thư viện tỉnh"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == LETTER.text


def test_the_same_letter_has_the_same_message_id():
    box = Box()
    with server_with(box) as port:
        mail(port).send(LETTER)
        mail(port).send(LETTER)
    assert len({message_from_bytes(raw)["Message-ID"] for _, _, raw in box.taken}) == 1


def test_a_line_of_one_dot_does_not_end_the_letter():
    box = Box()
    with server_with(box) as port:
        mail(port).send(Letter("r", "an@example.org", "Dots", "one\n.\n..two\nend\n", (), "en"))
    [(_, _, raw)] = box.taken
    assert message_from_bytes(raw, policy=default).get_content().replace("\r\n", "\n") == "one\n.\n..two\nend\n"


class TestTls:
    def test_starttls_is_used_and_the_password_goes_inside_it(self):
        heard: list[tuple[bool, str]] = []

        def check(_server: Any, session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
            heard.append((session.ssl is not None, data.login.decode()))
            return AuthResult(success=data.password == b"secret", handled=False)

        box = Box()
        with server_with(
            box, tls_context=context(), require_starttls=True, authenticator=check, auth_required=True
        ) as port:
            mail(port, tls="starttls", user="lib", password="secret").send(LETTER)
            with pytest.raises(NotSent) as failed:
                mail(port, tls="starttls", user="lib", password="wrong").send(LETTER)
        assert heard[0] == (True, "lib")
        assert len(box.taken) == 1
        assert (failed.value.code, failed.value.is_ours) == ("login", True)

    def test_a_server_that_offers_no_tls_gets_nothing(self):
        box = Box()
        with server_with(box) as port, pytest.raises(NotSent) as failed:
            mail(port, tls="starttls").send(LETTER)
        assert (failed.value.code, failed.value.is_ours) == ("tls", True)
        assert box.taken == []

    def test_a_certificate_that_nobody_knows_is_not_believed(self):
        box = Box()
        with server_with(box, tls_context=context()) as port, pytest.raises(NotSent) as failed:
            Mail(MailSettings(host="127.0.0.1", port=port, tls="starttls", sender="a@example.org"), timeout_s=5).send(
                LETTER
            )
        assert failed.value.code == "tls"
        assert box.taken == []


@pytest.mark.parametrize(
    ("says", "code", "is_final", "is_ours"),
    [
        ({"mail": "550 who are you"}, "sender", False, True),
        ({"mail": "451 later"}, "busy", False, False),
        ({"rcpt": "550 no such mailbox"}, "address", True, False),
        ({"rcpt": "452 mailbox full"}, "busy", False, False),
        ({"data": "554 looks like spam"}, "refused", True, False),
        ({"data": "451 greylisted"}, "busy", False, False),
        ({"mail": None}, "unreachable", False, True),
        ({"rcpt": None}, "unreachable", False, True),
    ],
)
def test_what_the_server_says_before_it_has_the_letter_is_certain(says, code, is_final, is_ours):
    with server_with(Box(**says)) as port, pytest.raises(NotSent) as failed:
        mail(port).send(LETTER)
    assert (failed.value.code, failed.value.is_final, failed.value.is_ours) == (code, is_final, is_ours)


def test_a_server_that_hangs_up_with_the_letter_in_its_hands_leaves_it_unclear():
    box = Box(data=None)
    with server_with(box) as port, pytest.raises(Unclear):
        mail(port).send(LETTER)
    assert len(box.taken) == 1


def test_nobody_at_that_port_is_not_sent():
    with server_with(Box()) as port:
        pass
    with pytest.raises(NotSent) as failed:
        mail(port).send(LETTER)
    assert failed.value.is_ours


@pytest.mark.parametrize("to", ["", "no-address", "an@example.org\nBcc: all@example.org", "ấn@example.org", "a@b@c"])
def test_an_address_that_is_none_is_refused_before_anybody_is_asked(to):
    with pytest.raises(NotSent) as failed:
        mail(1).send(Letter("r", to, "s", "t", (), "vi"))
    assert (failed.value.code, failed.value.is_final) == ("address", True)


def test_a_subject_cannot_bring_a_line_of_its_own():
    box = Box()
    with server_with(box) as port:
        mail(port).send(Letter("r", "an@example.org", "Tin\r\nBcc: all@example.org", "t", (), "vi"))
    [(_, _, raw)] = box.taken
    assert message_from_bytes(raw)["Bcc"] is None
