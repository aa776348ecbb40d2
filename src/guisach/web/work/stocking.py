"""What the pages of the stock share: the place worked at, whose copies may be changed, numbers typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.network.queries import Permission, places

if TYPE_CHECKING:
    from django.http import HttpRequest

    from guisach.domain.network.models import Place
    from guisach.web.ui.access import Duty

CODES_MAX = 2000
_TEXT_MAX = CODES_MAX * 40
_DONE = "stock_done"  # in the session: forms that were sent, with what came of them
_DONE_MAX = 20


@dataclass(frozen=True, slots=True)
class Stand:
    """The place whose stock is worked on, those to choose from, and the places whose copies may be changed."""

    place: Place
    places: tuple[Place, ...]
    within: list[str] | None  # None: the whole province

    @property
    def code(self) -> str:
        """The place's code."""
        return self.place.pk

    @property
    def is_whole(self) -> bool:
        """Whether the person works for the whole province."""
        return self.within is None

    def may(self, place: str) -> bool:
        """Tell whether the stock of that place is theirs to keep."""
        return self.within is None or place in self.within


def stand(
    request: HttpRequest, duty: Duty, wish: str = "", *, permissions: tuple[Permission, ...] = (Permission.STOCK,)
) -> Stand:
    """Find the place; one query. Outside somebody's scope is 404, as everywhere."""
    within = duty.scope(*permissions)
    found = tuple(places(codes=within, on=duty.today))
    if not found:
        raise PermissionDenied(_("You keep the stock of no place that is in service."))
    wished = wish or request.POST.get("place") or request.GET.get("place") or ""
    if wished:
        chosen = next((place for place in found if place.pk == wished), None)
        if chosen is None:
            raise Http404
        return Stand(chosen, found, within)
    here = next((place for place in found if place.pk == duty.here), None)
    library = next((place for place in found if place.kind == "PROVINCIAL_LIBRARY"), None)
    return Stand(here or library or found[0], found, within)


def codes_of(text: str) -> list[str]:
    """Read numbers that were scanned or typed one a line (or with commas), each once; what is none is left as it is."""
    found = []
    for word in text[:_TEXT_MAX].replace(",", "\n").replace(";", "\n").split("\n"):
        if not word.strip():
            continue
        try:
            found.append(normalise_barcode(word))
        except ValueError:
            found.append(word.strip()[:32])
    return list(dict.fromkeys(found))


def pdf(parts: list[bytes], name: str) -> HttpResponse:
    """Answer with a PDF that the browser shows."""
    disposition = f'inline; filename="{name}.pdf"'
    return HttpResponse(parts[0], content_type="application/pdf", headers={"Content-Disposition": disposition})


def outcome_of(request: HttpRequest, op: str) -> str:
    """Return what came of a form when it was sent before; empty for a new one."""
    return str(dict(request.session.get(_DONE, [])).get(op, ""))


def note_outcome(request: HttpRequest, op: str, outcome: object) -> None:
    """Remember what came of a form, so that sending it twice is one act."""
    request.session[_DONE] = [*request.session.get(_DONE, []), [op, str(outcome)]][-_DONE_MAX:]
