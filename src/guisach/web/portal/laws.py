"""The page of legal documents: what is the law on this, and does it hold today?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guisach.domain.catalogue.queries.laws import OTHER, law_page
from guisach.domain.catalogue.rules.validity import FIELDS, State
from guisach.web.portal.asking import Choice
from guisach.web.portal.forces import Force, branch_name, force, state_name
from guisach.web.portal.frame import clean, frame_of
from guisach.web.ui.paging import page_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from guisach.domain.catalogue.queries.laws import LawView

_PER_PAGE: Final = 30
_PAGES_MAX: Final = 200
_TEXT_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class Line:
    """A legal document in the list."""

    law: LawView
    href: str
    force: Force
    successor_href: str


@require_safe
def laws(request: HttpRequest) -> HttpResponse:
    """Which legal documents are there on this, and do they hold today?"""
    frame = frame_of(request)
    asked = _asked(request.GET)
    page = int(asked.pop("page"))
    q, branch, state = asked["q"], asked["field"], asked["state"]
    offset = (page - 1) * _PER_PAGE
    found = law_page(frame.today, text=q, branch=branch, state=state, limit=_PER_PAGE, offset=offset)
    pages = min(-(-found.total // _PER_PAGE), _PAGES_MAX)
    return frame.show(
        "laws.html",
        {
            "crumbs": [(_("Books"), reverse("portal:search"))],
            "q": q,
            "asked_law": asked,
            "total": found.total,
            "lines": [_line(law, frame.today) for law in found.laws],
            "branches": [_choice(asked, "field", one, branch_name(one), count) for one, count in found.fields.items()],
            "states": [
                _choice(asked, "state", one.value, state_name(one), found.states.get(one, 0))
                for one in State
                if found.states.get(one) or state == one.value
            ],
            "number": page,
            "pages": pages,
            "prev": page - 1 if page > 1 else None,
            "next": page + 1 if page < pages else None,
        },
    )


def _asked(params: Mapping[str, str]) -> dict[str, str]:
    branch, state = params.get("field") or "", params.get("state") or ""
    return {
        "q": clean(params.get("q") or "", _TEXT_LENGTH),
        "field": branch if branch in {*FIELDS, OTHER} else "",
        "state": state if state in {one.value for one in State} else "",
        "page": str(page_number(params.get("page") or "", _PAGES_MAX)),
    }


def _choice(asked: Mapping[str, str], name: str, value: str, label: str, count: int) -> Choice:
    is_on = asked[name] == value
    said = {key: text for key, text in {**asked, name: "" if is_on else value}.items() if text}
    return Choice(label, count, reverse("portal:laws") + ("?" + urlencode(said) if said else ""), active=is_on)


def _line(law: LawView, today: date) -> Line:
    successor = reverse("portal:record", args=[law.replaced_by]) if law.replaced_by else ""
    return Line(law, reverse("portal:record", args=[law.record]), force(law, today), successor)
