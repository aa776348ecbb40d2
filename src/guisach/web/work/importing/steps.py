"""The steps of preparing an import, whose draft is somebody's own until it runs."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from guisach.domain.catalogue import queries
from guisach.domain.catalogue.kinds import file_store
from guisach.domain.network.queries import Permission, places

if TYPE_CHECKING:
    from pathlib import Path

    from guisach.domain.catalogue.queries.imports import ImportView
    from guisach.domain.network.models import Place
    from guisach.web.ui.access import Duty

_STEPS = ("file", "columns", "policy", "check")


@dataclass(frozen=True, slots=True)
class Step:
    """One of the steps, as the head of each page shows it."""

    number: int
    name: str
    text: str
    href: str
    is_now: bool
    is_past: bool


def steps(draft: ImportView, now: str) -> list[Step]:
    """List the steps with links to those that one may go back to."""
    texts = {
        "file": _("File and letters"),
        "columns": _("Columns") if draft.terms.form in {"TABLE", "ISIS"} else _("Copies and places"),
        "policy": _("What to do"),
        "check": _("Try and start"),
    }
    here = _STEPS.index(now)
    return [
        Step(at + 1, name, texts[name], reverse(f"work:import_{name}", args=[draft.id]), at == here, at < here)
        for at, name in enumerate(_STEPS)
    ]


def may_prepare(found: ImportView, duty: Duty) -> bool:
    """Say whether a draft is this person's to go on with: one's own, or anybody's for who administers."""
    return found.by == duty.person.username or duty.grants.somewhere(Permission.ADMINISTER)


def draft_of(number: int, duty: Duty) -> ImportView:
    """Return a draft of this person's; raises Http404 for somebody else's and for what is no draft."""
    found = queries.import_(number)
    if found is None or found.status != "DRAFT" or not may_prepare(found, duty):
        raise Http404
    return found


def path_of(draft: ImportView) -> Path:
    """Return where the file lies; raises Http404 where it is gone."""
    path = file_store().path(draft.stored)
    if not path.is_file():
        raise Http404
    return path


def all_places(duty: Duty) -> list[Place]:
    """Return the places in service, for choosing."""
    return places(on=duty.today)


def code_of(name: str) -> str:
    """Make the code of a source out of its name."""
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return slugify("".join(sign for sign in plain if not unicodedata.combining(sign)))[:40].strip("-_")
