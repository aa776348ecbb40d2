"""E-mail by SMTP, over TLS unless the server is this very machine.

The steps of the protocol are taken one by one, because it matters at which of them it ended: before the message was
handed over it certainly did not go; after that, without an answer, nobody knows.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from typing import TYPE_CHECKING, Final

from guisach.domain.messages.kinds import NotSent, Unclear
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from guisach.adapters.messages.settings import MailSettings
    from guisach.domain.messages.kinds import Letter

TIMEOUT_S: Final = 20.0
_PERMANENT: Final = 500
_GO_ON: Final = 354


class Mail:
    """Implements `Sender` over SMTP; one connection for each message."""

    is_repeatable = False  # not every mailbox looks at the Message-ID

    def __init__(
        self, settings: MailSettings, *, timeout_s: float = TIMEOUT_S, trust: ssl.SSLContext | None = None
    ) -> None:
        """Use this server; `trust` says which certificates are believed, by default those that the machine trusts."""
        self._settings = settings
        self._timeout_s = timeout_s
        self._trust = trust or ssl.create_default_context()

    def send(self, letter: Letter) -> None:
        """Hand one letter in. Raises NotSent, Unclear."""
        message = self._message(letter)
        try:
            client = self._connect()
        except smtplib.SMTPAuthenticationError as error:
            raise NotSent("login", is_ours=True) from error
        except (ssl.SSLError, smtplib.SMTPNotSupportedError) as error:
            raise NotSent("tls", is_ours=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent("unreachable", is_ours=True) from error
        try:
            self._introduce(client, letter.to)
            self._hand_over(client, message)
            with suppress(OSError, smtplib.SMTPException):
                client.quit()
        finally:
            client.close()

    def _connect(self) -> smtplib.SMTP:
        said = self._settings
        own = parseaddr(said.sender)[1].rpartition("@")[2]  # asking the machine for its name may take seconds
        client: smtplib.SMTP
        if said.tls == "implicit":
            client = smtplib.SMTP_SSL(said.host, said.port, own, timeout=self._timeout_s, context=self._trust)
        else:
            client = smtplib.SMTP(said.host, said.port, own, timeout=self._timeout_s)
        try:
            if said.tls == "starttls":
                client.starttls(context=self._trust)  # raises where the server offers none: never in the open
            client.ehlo_or_helo_if_needed()
            if said.user:
                client.login(said.user, said.password)
        except BaseException:
            client.close()
            raise
        return client

    def _introduce(self, client: smtplib.SMTP, to: str) -> None:
        """Say from whom and to whom; nothing has been handed over yet."""
        try:
            code, _said = client.mail(parseaddr(self._settings.sender)[1])
            if code >= _PERMANENT:
                raise NotSent("sender", is_ours=True)
            if code >= 400:
                raise NotSent("busy")
            code, _said = client.rcpt(to)
            if code >= 400:
                raise NotSent("address" if code >= _PERMANENT else "busy", is_final=code >= _PERMANENT)
            code, _said = client.docmd("DATA")
            if code != _GO_ON:
                raise NotSent("refused" if code >= _PERMANENT else "busy", is_final=code >= _PERMANENT)
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent("unreachable", is_ours=True) from error

    def _hand_over(self, client: smtplib.SMTP, message: bytes) -> None:
        lines = [b"." + line if line.startswith(b".") else line for line in message.splitlines()]
        try:
            client.send(b"\r\n".join(lines) + b"\r\n.\r\n")
            code, _said = client.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Unclear("no_answer") from error
        if code >= 400:
            raise NotSent("refused" if code >= _PERMANENT else "busy", is_final=code >= _PERMANENT)

    def _message(self, letter: Letter) -> bytes:
        name, own = parseaddr(self._settings.sender)
        host = own.rpartition("@")[2]
        message = EmailMessage(policy=SMTP)
        try:
            message["From"] = Address(display_name=name, addr_spec=own)
            message["To"] = Address(addr_spec=letter.to)
        except (MessageError, ValueError, IndexError) as error:
            raise NotSent("address", is_final=True) from error
        if not letter.to.isascii():
            raise NotSent("address", is_final=True)
        message["Subject"] = nfc(letter.subject)[:200]
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = f"<{letter.reference}@{host}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers
        message["Content-Language"] = letter.language
        message.set_content(letter.text, cte="base64" if not letter.text.isascii() else None)
        return message.as_bytes()
