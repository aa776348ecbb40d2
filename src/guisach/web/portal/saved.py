"""A reader's own list: the ids of titles in a signed cookie on their device, and nothing on the server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.core.exceptions import SuspiciousOperation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

MOST: Final = 60
"""Titles on a list; more makes neither a cookie nor an address that travels well."""

_COOKIE: Final = "my-list"
_SALT: Final = "guisach.portal.my-list"
_YEAR_S: Final = 365 * 24 * 3600
_ID: Final = re.compile(r"[0-9]{1,12}")


def saved_in(request: HttpRequest) -> tuple[int, ...]:
    """Read the ids on this device's list, the last saved first; a cookie that was tampered with is no list."""
    try:
        text = request.get_signed_cookie(_COOKIE, "", salt=_SALT)
    except SuspiciousOperation:
        return ()
    return ids_in(text or "")


def ids_in(text: str) -> tuple[int, ...]:
    """Read ids written with points between them: ``12.7.345``. What is no id is left out, what is too much is cut."""
    found = (int(part) for part in text[: MOST * 13].split(".") if _ID.fullmatch(part))
    return tuple(dict.fromkeys(one for one in found if one))[:MOST]


def text_of(ids: Iterable[int]) -> str:
    """Write ids as `ids_in` reads them."""
    return ".".join(map(str, ids))


def keep(answer: HttpResponse, request: HttpRequest, ids: Iterable[int]) -> None:
    """Put the list onto the device, or take it away when it is empty."""
    text = text_of(list(ids)[:MOST])
    if not text:
        forget_list(answer)
        return
    answer.set_signed_cookie(
        _COOKIE, text, salt=_SALT, max_age=_YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure()
    )


def forget_list(answer: HttpResponse) -> None:
    """Take the list away from the device."""
    answer.delete_cookie(_COOKIE, samesite="Lax")
