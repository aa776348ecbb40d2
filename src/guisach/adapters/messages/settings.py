"""What an installation says about its mail server and its gateway for text messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """Where mail is handed in, and as whom. `tls`: "implicit" from the first byte, "starttls", or "none"."""

    host: str
    port: int
    tls: str
    sender: str  # "Thư viện tỉnh <thuvien@example.org>"
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """How a gateway wants to be asked.

    `body` is what is posted, JSON where it begins with "{" and a form otherwise, with {to} (0912345678),
    {international} (84912345678), {text} and {reference} in the values. `success` ("CodeResult=100") names a field
    of the JSON answer and the value that means yes, for gateways that answer 200 to everything.
    """

    url: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    success: str = ""
    has_marks: bool = False  # write Vietnamese with its marks: half the room, and not every telephone shows them
    is_repeatable: bool = False  # the gateway promises to take one {reference} once
