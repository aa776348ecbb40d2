"""The environment variables about messages to readers: a mail server, a gateway for text messages, quiet hours.

None of them is needed: without a server or a gateway readers get slips of paper.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import time
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from guisach.adapters.messages.settings import GatewaySettings, MailSettings
from guisach.domain.messages.rules.timing import Manners

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from urllib.parse import SplitResult

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_NO_QUIET = "no"


@dataclass(frozen=True, slots=True)
class PostEnv:
    """How this installation reaches readers; None: not this way."""

    mail: MailSettings | None
    gateway: GatewaySettings | None
    manners: Manners


def read_post(environ: Mapping[str, str], flag: Callable[[str], bool], errors: list[str]) -> PostEnv:
    """Read the variables; what is wrong is added to `errors`, in words, without the passwords in it."""
    return PostEnv(_mail(environ, errors), _gateway(environ, flag, errors), _manners(environ, errors))


def _mail(environ: Mapping[str, str], errors: list[str]) -> MailSettings | None:
    address, sender = environ.get("GUISACH_MAIL_URL", "").strip(), environ.get("GUISACH_MAIL_FROM", "").strip()
    if not address and not sender:
        return None
    url = _split(address)
    if url is None or url.scheme not in {"smtp", "smtps"} or not url.hostname:
        errors.append("GUISACH_MAIL_URL: smtp://user:password@host:587 or smtps://user:password@host:465 expected")
        return None
    if "@" not in parseaddr(sender)[1]:
        errors.append("GUISACH_MAIL_FROM: a sender like Thư viện <thuvien@example.org> expected")
        return None
    is_implicit = url.scheme == "smtps"
    tls = "implicit" if is_implicit else "none" if url.hostname in _HERE else "starttls"
    return MailSettings(
        host=url.hostname,
        port=url.port or (465 if is_implicit else 587),
        tls=tls,
        sender=sender,
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
    )


def _gateway(environ: Mapping[str, str], flag: Callable[[str], bool], errors: list[str]) -> GatewaySettings | None:
    has_marks, is_repeatable = flag("GUISACH_SMS_MARKS"), flag("GUISACH_SMS_REPEATABLE")
    address = environ.get("GUISACH_SMS_URL", "").strip()
    if not address:
        return None
    before = len(errors)
    url = _split(address)
    if url is None or not url.hostname or url.scheme not in ({"http", "https"} if url.hostname in _HERE else {"https"}):
        errors.append("GUISACH_SMS_URL: the https:// address of the gateway expected")
    body = environ.get("GUISACH_SMS_BODY", "").strip()
    if not _is_body(body):
        errors.append(
            "GUISACH_SMS_BODY: a form or a JSON object with {text} and {to} or {international} in it expected"
        )
    headers: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in environ.get("GUISACH_SMS_HEADERS", "").split("|"))):
        name, colon, value = line.partition(":")
        if not colon or not name.strip().replace("-", "").isalnum() or not value.strip().isprintable():
            errors.append("GUISACH_SMS_HEADERS: Name: value expected, several separated by |")
            break
        headers[name.strip()] = value.strip()
    success = environ.get("GUISACH_SMS_SUCCESS", "").strip()
    if success and not all(success.partition("=")):
        errors.append("GUISACH_SMS_SUCCESS: field=value expected")
    if len(errors) > before:
        return None
    return GatewaySettings(
        url=address, body=body, headers=headers, success=success, has_marks=has_marks, is_repeatable=is_repeatable
    )


def _is_body(body: str) -> bool:
    if body.startswith("{"):
        try:
            is_form = isinstance(json.loads(body), dict)
        except ValueError:
            is_form = False
    else:
        is_form = bool(parse_qsl(body))
    return is_form and "{text}" in body and ("{to}" in body or "{international}" in body)


def _manners(environ: Mapping[str, str], errors: list[str]) -> Manners:
    said = environ.get("GUISACH_QUIET", "").strip()
    if not said:
        return Manners()
    if said == _NO_QUIET:
        return Manners(time(), time())
    begin, _to, end = said.partition("-")
    try:
        return Manners(time.fromisoformat(begin.strip()), time.fromisoformat(end.strip()))
    except ValueError:
        errors.append("GUISACH_QUIET: 21:00-07:00 expected, or no")
        return Manners()


def _split(address: str) -> SplitResult | None:
    try:
        url = urlsplit(address)
        _ = url.port
    except ValueError:
        return None
    return url
