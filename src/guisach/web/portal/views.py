"""The readers' pages: no sign-in, no JavaScript, one question a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guisach.domain.catalogue.queries import record, search
from guisach.domain.catalogue.queries.holdings import collections_at
from guisach.domain.catalogue.queries.lists import book_lists
from guisach.domain.catalogue.queries.periodicals import latest_issues
from guisach.domain.catalogue.rules.search import Query, Sort
from guisach.domain.circulation.queries import availability_of_records
from guisach.domain.network import queries as network
from guisach.web.portal import asking, books, doors, gathering, linked, markets, spots, titles
from guisach.web.portal.frame import NEAR, clean, frame_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_NEW_BOOKS: Final = 8
_LISTS_ON_HOME: Final = 3
_NEAREST: Final = 3  # places of other communes on the first page
_WEEK, _MONTH = 7, 30
_FAIRS_WITHIN_KM: Final = 30  # an hour on a mountain road
_FAIRS_SEEN_KM, _FAIRS_SEEN, _FAIR_DAYS = 60, 4, 3  # on a place's page: so far, so many, so many days of each
_NEIGHBOURS: Final = 8
# Ids are 64-bit in both databases; asking for more than that is an error there, not an empty answer.
_LARGEST_ID: Final = 2**63 - 1
_YEAR_S: Final = 365 * 24 * 3600
_CODE_LENGTH: Final = 24


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What can I read near me, and when is the next fair?"""
    frame = frame_of(request)
    newest = search(Query(limit=_NEW_BOOKS, sort=Sort.NEWEST))
    around = spots.nearest_first(frame.near, network.places(on=frame.today)) if frame.near else []
    shown = [one for one in around if one.is_own] + [one for one in around if not one.is_own][:_NEAREST]
    openings = network.openings_by_place([one.place.pk for one in shown])
    known = network.fairs()
    close = markets.within(known, frame.near, _FAIRS_WITHIN_KM)
    return frame.show(
        "home.html",
        {
            "lunar": network.lunar_text(frame.today, is_long=True),
            "communes": gathering.choices(network.communes(frame.today)),
            "spots": [gathering.Spot(one, doors.door(openings.get(one.place.pk, []), frame.now)) for one in shown],
            "has_own": any(one.is_own for one in shown),
            "days": markets.calendar(close or known, frame.today, _WEEK, frame.near),
            "is_close": bool(close),
            "new_books": books.volumes(newest.records),
            "lists": book_lists(only_public=True, limit=_LISTS_ON_HOME),
            "kinds": asking.choices(asking.Asked(), {"kind": newest.facets.get("kind", ())}, asking.Names()),
        },
    )


@require_POST
def near(request: HttpRequest) -> HttpResponse:
    """Remember the reader's commune on this device, or forget it; nothing is stored on the server."""
    code = clean(request.POST.get(NEAR, ""), 5)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = reverse("portal:home")
    answer = HttpResponseRedirect(back)
    if code and network.commune(code):
        answer.set_cookie(NEAR, code, max_age=_YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure())
    else:
        answer.delete_cookie(NEAR, samesite="Lax")
    return answer


@require_safe
def show_record(request: HttpRequest, record_id: int) -> HttpResponse:
    """What is this book, and where can I get it?"""
    found = record(record_id) if record_id <= _LARGEST_ID else None
    if found is None:
        raise Http404
    frame = frame_of(request)
    copies = availability_of_records([found.id])[found.id]
    came = titles.issues(found, frame.today)
    named = network.places_by_code({copy.place for copy in copies} | {one.subscription.place for one in came})
    latest = titles.latest(came, named, frame.near)
    standing = books.standing(copies, named, frame.near, frame.today)
    if not copies:
        standing = titles.standing(latest) or standing
    return frame.show(
        "record.html",
        {
            "record": found,
            "card": books.card(found, standing),
            "latest": latest,
            **titles.around(found, frame),
            "holdings": books.holdings(copies, named, frame.near, frame.today),
            "facts": gathering.facts(found),
            "subjects": [(subject, asking.Asked(subject=subject).href()) for subject in found.subjects],
            "canonical": request.build_absolute_uri(request.path),
            "linked": linked.linked_data(found, request.build_absolute_uri(request.path), frame),
        },
    )


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Where are there books near me?"""
    frame = frame_of(request)
    q = clean(request.GET.get("q", ""), 80)
    existing = network.communes(frame.today)
    standing = network.places(on=frame.today)
    openings = network.openings_by_place([one.pk for one in standing])
    groups = gathering.by_commune(existing, standing, openings, frame)
    shown = gathering.matching(groups, q)
    return frame.show(
        "places.html",
        {
            "q": q,
            "total": len(standing),
            "groups": [group for group in shown if group.spots],
            "without": [group for group in shown if not group.spots],
            "communes": gathering.choices(existing),
        },
    )


@require_safe
def show_place(request: HttpRequest, code: str) -> HttpResponse:
    """Is this place open, and what is there?"""
    here = network.place(clean(code, _CODE_LENGTH))
    if here is None or here.pk != code:
        raise Http404
    frame = frame_of(request)
    openings = network.openings_of(here.pk)
    neighbours = spots.around(here, network.places(on=frame.today), limit=_NEIGHBOURS)
    nearby = network.fairs_near(here, _FAIRS_SEEN_KM)[:_FAIRS_SEEN]
    newest = search(Query(place=here.pk, limit=_NEW_BOOKS, sort=Sort.NEWEST))
    return frame.show(
        "place.html",
        {
            "crumbs": [(_("Places"), reverse("portal:places"))],
            "place": here,
            "door": doors.door(openings, frame.now),
            "week": doors.week(openings, frame.today),
            "is_over": here.active_to is not None and here.active_to <= frame.today,
            "coming": markets.coming(nearby, frame.today, _FAIR_DAYS),
            "map": spots.drawn(here, neighbours),
            "neighbours": neighbours,
            "new_books": books.volumes(newest.records),
            "latest": latest_issues(frame.today, place=here.pk),
            "collections": collections_at(here.pk),
            "total": newest.total,
            "all_href": asking.Asked(place=here.pk).href(),
        },
    )


@require_safe
def fairs(request: HttpRequest) -> HttpResponse:
    """When is which fair?"""
    frame = frame_of(request)
    known = network.fairs()
    return frame.show(
        "fairs.html",
        {
            "lunar": network.lunar_text(frame.today, is_long=True),
            "days": markets.calendar(known, frame.today, _MONTH, frame.near),
            "unsettled": markets.unsettled(known),
        },
    )


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What is this, what does it cost, and what does it know of me?"""
    return frame_of(request).show("about.html", {})
