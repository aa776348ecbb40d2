"""Offline desks at the API's door: their bodies are bounded and unpacked, their requests are signed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja.security.base import AuthBase

from guisach.domain.sync.actions import DeviceUnknown, NotJson, RequestTooLarge, SignatureWrong
from guisach.domain.sync.queries import desk_of_credential
from guisach.domain.sync.rules.protocol import REQUEST_BYTES_MAX, UNPACKED_BYTES_MAX, TooMuch, unpack
from guisach.domain.sync.rules.signatures import is_signed, signed_text
from guisach.kernel.clock import system_clock

if TYPE_CHECKING:
    from guisach.domain.sync.queries import DeskCaller

ROOT = "/api/v1/sync/"
_SCHEME = "device "


class DeviceKey(AuthBase):
    """`Authorization: Device <credential>` and `Guisach-Signature` by the key that the device was enrolled with."""

    openapi_type = "apiKey"
    openapi_in = "header"
    openapi_name = "Authorization"

    def __call__(self, request: HttpRequest) -> DeskCaller:
        """Return the desk that asks, expired and revoked ones too. Raises DeviceUnknown, SignatureWrong."""
        said = request.headers.get("Authorization", "")
        caller = None
        if said[: len(_SCHEME)].lower() == _SCHEME:
            caller = desk_of_credential(said[len(_SCHEME) :].strip(), at=system_clock())
        if caller is None:
            raise DeviceUnknown
        text = signed_text(request.method or "", request.get_full_path(), body_as_sent(request))
        if not is_signed(caller.key, request.headers.get("Guisach-Signature", ""), text):
            raise SignatureWrong
        return caller


def desk_of(request: HttpRequest) -> DeskCaller:
    """Return which desk calls; only for routes behind `DeviceKey`."""
    caller: DeskCaller = request.auth  # type: ignore[attr-defined]
    return caller


def body_as_sent(request: HttpRequest) -> bytes:
    """Return the body of a desk's request before unpacking. Raises RequestTooLarge, having read nothing of it."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    if not said.isdigit() or int(said) > REQUEST_BYTES_MAX:
        raise RequestTooLarge
    return request.body


def read_body(request: HttpRequest) -> dict[str, Any]:
    """Return what a desk says. Raises RequestTooLarge, NotJson."""
    body = body_as_sent(request)
    try:
        if request.headers.get("Guisach-Encoding", "").lower() == "gzip":
            body = unpack(body, UNPACKED_BYTES_MAX)
        found: dict[str, Any] = json.loads(body, parse_constant=_no_json)
    except TooMuch:
        raise RequestTooLarge from None
    except (ValueError, RecursionError):
        raise NotJson from None
    return found


def _no_json(name: str) -> None:
    raise ValueError(name)
