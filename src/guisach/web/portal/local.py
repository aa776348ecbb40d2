"""The page of local-studies material: what has been written about my commune?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guisach.domain.catalogue.queries.local import local_material, local_records, newest_local
from guisach.domain.catalogue.rules.localities import Gazetteer, Unit
from guisach.domain.network import queries as network
from guisach.kernel.text import collation_key
from guisach.web.portal import asking, books, words
from guisach.web.portal.frame import clean, frame_of
from guisach.web.ui.paging import page_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from guisach.domain.network.models import Commune

_PER_PAGE: Final = 20
_PAGES_MAX: Final = 50


def gazetteer(communes: Iterable[Commune]) -> Gazetteer:
    """Give the names of the communes for the rule that reads headings."""
    return Gazetteer(Unit(one.pk, one.name, tuple(one.predecessors), one.former_district) for one in communes)


@require_safe
def local(request: HttpRequest) -> HttpResponse:
    """What has been written about the communes here, and what is new of it?"""
    frame = frame_of(request)
    existing = network.communes(frame.today)
    material = local_material(gazetteer(existing))
    code = clean(request.GET.get("commune", ""), 5)
    chosen = next((one for one in existing if one.pk == code), None)
    if code and chosen is None:
        raise Http404
    number = page_number(request.GET.get("page", ""), _PAGES_MAX)
    context = {
        "total": material.total,
        "communes": [
            (one.pk, words.commune_name(one), material.communes[one.pk])
            for one in sorted(existing, key=lambda one: collation_key(one.name))
            if material.communes.get(one.pk)
        ],
        "chosen": chosen,
        "own": frame.near.pk if frame.near else "",
        "all_href": asking.Asked(kind="LOCAL").href(),
    }
    if chosen is None:
        return frame.show("local.html", {**context, "new_books": books.volumes(newest_local())})
    total, found = local_records(
        material.headings.get(chosen.pk, frozenset()), limit=_PER_PAGE, offset=(number - 1) * _PER_PAGE
    )
    cards, _places = books.cards(found, frame.near, frame.today)
    pages = min(-(-total // _PER_PAGE), _PAGES_MAX)
    more = {
        "crumbs": [(_("Local studies"), reverse("portal:local"))],
        "cards": cards,
        "found": total,
        "former": ", ".join(chosen.predecessors),
        "number": number,
        "pages": pages,
        "prev": number - 1 if number > 1 else None,
        "next": number + 1 if number < pages else None,
    }
    return frame.show("local.html", {**context, **more})
