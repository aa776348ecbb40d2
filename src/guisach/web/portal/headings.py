"""Addresses of headings: what there is by an author, on a subject, in a series."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from guisach.domain.catalogue.queries.authorities import LISTS

AUTHOR, SUBJECT, SERIES = LISTS["authors"], LISTS["subjects"], LISTS["series"]


def heading_href(use: str, text: str, dates: str = "") -> str:
    """Return the address of a heading's titles."""
    shelf = next(name for name, its_use in LISTS.items() if its_use == use)
    said = {"is": text, "dates": dates} if dates else {"is": text}
    return f"{reverse('portal:heading', args=[shelf])}?{urlencode(said)}"
