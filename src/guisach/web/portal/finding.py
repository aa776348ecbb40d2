"""Looking for books: the page of results, and what a reader may mean while still typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guisach.domain.catalogue.queries import search, suggest
from guisach.domain.catalogue.queries.stock.words import collection_names
from guisach.domain.catalogue.rules.search import Sort, SuggestionKind
from guisach.domain.network import queries as network
from guisach.kernel.text import fold, typed_readings
from guisach.web.portal import asking, books, spots
from guisach.web.portal.frame import clean, frame_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from guisach.domain.catalogue.queries import SuggestionView
    from guisach.web.portal.asking import Asked
    from guisach.web.portal.frame import Frame

# How far the rings around a reader reach: on foot or by motorbike of an errand, and of a morning.
_RINGS_KM: Final = (12.0, 30.0)
_SUGGESTED: Final = 8
_SUGGESTION_LENGTH: Final = 80
# A suggestion may be this old: typing and deleting the same letters asks once.
_SUGGESTED_FOR_S: Final = 120


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Is there such a book, and where?"""
    frame = frame_of(request)
    question = asking.asked(request.GET)
    found = search(question.query(_rings(frame, question)))
    cards, named = books.cards(found.records, frame.near, frame.today, also=asking.places_in(found.facets, question))
    has_collections = bool(found.facets.get("collection") or question.collection)
    names = asking.Names(named, collection_names() if has_collections else {})
    pages = min(-(-found.total // asking.PER_PAGE), asking.LAST_PAGE)
    is_many = found.total > 1 or question.is_narrowed
    return frame.show(
        "search.html",
        {
            "asked": question,
            "kept": [(name, getattr(question, name)) for name in ("place", "collection") if getattr(question, name)],
            "total": found.total,
            "cards": cards,
            "meant": _meant(found.meant, question),
            "readings": [{"text": reading, "href": question.href(q=reading)} for reading in typed_readings(question.q)],
            "available": asking.available(question, found.facets),
            "orders": asking.orders(question, has_near=frame.near is not None) if found.total > 1 else [],
            "chips": asking.chips(question, names),
            "facets": asking.choices(question, found.facets, names) if is_many else [],
            "clear_href": question.href(**dict.fromkeys(asking.FILTERS, "")) if question.is_narrowed else "",
            "pages": pages,
            "prev": question.page - 1 if question.page > 1 else None,
            "next": question.page + 1 if question.page < pages else None,
            "first_page_href": question.href(),
            "is_degraded": found.is_degraded,
        },
    )


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """How may this go on? For the script in the search box; pages work without it."""
    found = suggest(clean(request.GET.get("q", ""), _SUGGESTION_LENGTH), _SUGGESTED)
    answer = JsonResponse(
        {"suggestions": [_suggestion(one) for one in found]}, json_dumps_params={"ensure_ascii": False}
    )
    answer["Cache-Control"] = f"public, max-age={_SUGGESTED_FOR_S}"
    return answer


def _suggestion(found: SuggestionView) -> dict[str, str]:
    match found.kind:
        case SuggestionKind.TITLE:
            return {"text": found.text, "note": found.note, "href": reverse("portal:record", args=[found.record])}
        case SuggestionKind.AUTHOR:
            note, href = _("author"), asking.Asked(q=found.text).href()
        case SuggestionKind.SUBJECT:
            note, href = _("subject"), asking.Asked(subject=found.text).href()
    titles = ngettext("%(count)s title", "%(count)s titles", found.count) % {"count": found.count}
    return {"text": found.text, "note": f"{note} · {titles}", "href": href}


def _rings(frame: Frame, question: Asked) -> tuple[tuple[str, ...], ...]:
    """Give the places around the reader: those of the commune, which count a little in any order; where the nearest
    are wanted first, those farther out too."""
    if frame.near is None:
        return ()
    if question.sort != Sort.NEAR:
        return (tuple(network.place_codes_of(frame.near.pk)),)
    rings: list[list[str]] = [[] for _ring in range(len(_RINGS_KM) + 1)]
    for place in network.places(on=frame.today):
        km = spots.km_from(frame.near, place)
        if km is not None and km <= _RINGS_KM[-1]:
            rings[0 if km == 0.0 else 1 + sum(km > reach for reach in _RINGS_KM)].append(place.pk)
    return tuple(map(tuple, rings))


def _meant(meant: str, question: Asked) -> dict[str, str] | None:
    if not meant or fold(meant) == fold(question.q):
        return None
    return {"text": meant, "href": question.href(q=meant)}
