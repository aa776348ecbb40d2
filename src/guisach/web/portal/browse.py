"""Browsing without a question: by author, subject, series and class, what is new, what others have read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guisach.domain.catalogue.queries import browsing, documents, search
from guisach.domain.catalogue.queries.authorities import LISTS
from guisach.domain.catalogue.rules.classes import caption_of
from guisach.domain.catalogue.rules.search import Query, Sort
from guisach.kernel.clock import LOCAL, local_date
from guisach.kernel.text.numbers import whole_number
from guisach.web.portal import books
from guisach.web.portal.asking import LAST_PAGE, Asked
from guisach.web.portal.frame import clean, frame_of
from guisach.web.portal.headings import heading_href
from guisach.web.ui import formats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

_PER_PAGE: Final = 20
_LINES: Final = 50
_WEEKS: Final = 12
_FEW_LOANS: Final = 5  # below that a number could point to one reader of a village; none is shown
_TEXT: Final = 300
_PLACE: Final = 420
LETTERS: Final = (*"AĂÂBCDĐEÊFGHIJKLMNOÔƠPQRSTUƯVWXYZ",)
_AUDIENCES: Final = ("", "CHILD", "TEEN", "ADULT")


@dataclass(frozen=True, slots=True)
class Group:
    """A class of the decimal classification with how many titles it has."""

    number: str
    caption: str
    titles: int
    href: str


@dataclass(frozen=True, slots=True)
class Week:
    """A week in which titles came in."""

    start: date
    titles: int
    is_shown: bool

    @property
    def end(self) -> date:
        """Its Sunday."""
        return self.start + timedelta(days=6)


def names() -> dict[str, str]:
    """Return the lists with their names in the language in force."""
    return {"authors": _("Authors"), "subjects": _("Subjects"), "series": _("Series")}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where can I look around?"""
    return frame_of(request).show("browse.html", {"classes": _groups(browsing.class_counts(), "")})


@require_safe
def headings(request: HttpRequest, shelf: str) -> HttpResponse:
    """Which authors (subjects, series) are there?"""
    use = LISTS.get(shelf)
    if use is None:
        raise Http404
    start = clean(request.GET.get("from", ""), 80)
    after, before = clean(request.GET.get("after", ""), _PLACE), clean(request.GET.get("before", ""), _PLACE)
    stretch = browsing.browse(use, start=start, after=after, before=before, limit=_LINES)
    lines = [(line, heading_href(use, line.text, line.dates)) for line in stretch.lines]
    context = {
        "crumbs": [(_("Browse"), reverse("portal:browse"))],
        "name": names()[shelf],
        "letters": [(letter, "?" + urlencode({"from": letter.lower()})) for letter in LETTERS],
        "start": start,
        "lines": lines,
        "see_from": [(one, heading_href(use, one.heading)) for one in browsing.see_from(use, start)],
        "prev_href": "?" + urlencode({"before": stretch.prev}) if stretch.prev else "",
        "next_href": "?" + urlencode({"after": stretch.next}) if stretch.next else "",
    }
    return frame_of(request).show("browse_headings.html", context)


@require_safe
def heading(request: HttpRequest, shelf: str) -> HttpResponse:
    """What is there by this author (on this subject, in this series)?"""
    use = LISTS.get(shelf)
    text, dates = clean(request.GET.get("is", ""), _TEXT), clean(request.GET.get("dates", ""), 60)
    if use is None or not text:
        raise Http404
    found = browsing.heading_page(use, text, dates)
    if found is None:
        led_to = browsing.heading_led_to(use, text)
        # A title that has just come in may name an author whom the list does not know yet: search does.
        return HttpResponseRedirect(heading_href(use, led_to) if led_to else Asked(q=text[:200]).href())
    frame = frame_of(request)
    records, before = browsing.titles_of(found.id, before=_number(request.GET.get("before", "")), limit=_PER_PAGE)
    cards, _named = books.cards(records, frame.near, frame.today)
    context = {
        "crumbs": [(_("Browse"), reverse("portal:browse")), (names()[shelf], reverse("portal:headings", args=[shelf]))],
        "heading": found,
        "beside_href": f"{reverse('portal:headings', args=[shelf])}?{urlencode({'from': text[:80]})}",
        "cards": cards,
        "next": before or None,
    }
    return frame.show("browse_heading.html", context)


@require_safe
def classes(request: HttpRequest, number: str = "") -> HttpResponse:
    """What is there about it, from the general to the particular?"""
    if number and not (number.isascii() and number.isdigit() and len(number) <= 3):
        raise Http404
    frame = frame_of(request)
    counts = browsing.class_counts()
    crumbs = [(_("Browse"), reverse("portal:browse")), (_("By class"), reverse("portal:classes"))]
    crumbs += [(_caption(number[:length]), _class_href(number[:length])) for length in range(1, len(number))]
    context: dict[str, object] = {
        "crumbs": crumbs if number else crumbs[:1],
        "number": number.ljust(3, "0") if number else "",
        "caption": _caption(number) if number else _("By class"),
        "groups": _groups(counts, number) if len(number) < 3 else [],
        "titles": sum(count for one, count in counts.items() if one.startswith(number)),
    }
    if len(number) == 3:
        found = browsing.heading_page("CLASS", number)
        if found is None:
            raise Http404
        records, before = browsing.titles_of(found.id, before=_number(request.GET.get("before", "")), limit=_PER_PAGE)
        cards, _named = books.cards(records, frame.near, frame.today)
        context |= {"cards": cards, "next": before or None}
    return frame.show("browse_classes.html", context)


@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """What came in lately?"""
    frame = frame_of(request)
    latest = browsing.latest_entry()
    newest = _monday(local_date(latest) if latest else frame.today)
    starts = [newest - timedelta(weeks=weeks) for weeks in range(_WEEKS)]
    chosen = _date(request.GET.get("week", ""), starts) or newest
    counts = browsing.new_by_week([_instant(start) for start in starts])
    found, following = browsing.entered_between(
        _instant(chosen), _instant(chosen + timedelta(weeks=1)), after=clean(request.GET.get("after", ""), 80),
        limit=_PER_PAGE,
    )  # fmt: skip
    cards, _named = books.cards(found, frame.near, frame.today)
    weeks = [Week(start, count, start == chosen) for start, count in zip(starts, counts, strict=True) if count]
    context = {
        "crumbs": [(_("Browse"), reverse("portal:browse"))],
        "weeks": weeks,
        "chosen": next((week for week in weeks if week.is_shown), None),
        "cards": cards,
        "next_href": "?" + urlencode({"week": chosen.isoformat(), "after": following}) if following else "",
    }
    return frame.show("browse_new.html", context)


@require_safe
def loved(request: HttpRequest) -> HttpResponse:
    """What have others liked to read?"""
    frame = frame_of(request)
    wish = request.GET.get("for", "")
    audience = wish if wish in _AUDIENCES else ""
    page = min(max(_number(request.GET.get("page", "")), 1), LAST_PAGE)
    query = Query(
        audience=audience or None, sort=Sort.POPULAR, limit=_PER_PAGE, offset=(page - 1) * _PER_PAGE, facets=False
    )
    found = search(query)
    loans = {document.id: document.loans for document in documents([record.id for record in found.records])}
    lent = [record for record in found.records if loans.get(record.id)]
    cards, _named = books.cards(lent, frame.near, frame.today)
    context = {
        "crumbs": [(_("Browse"), reverse("portal:browse"))],
        "audience": audience,
        "audiences": _audiences(),
        "lines": [(card, _loans(loans[record.id])) for card, record in zip(cards, lent, strict=True)],
        "is_degraded": found.is_degraded,
        "number": page,
        "prev": page - 1 if page > 1 else None,
        "next": page + 1 if len(lent) == _PER_PAGE and page < LAST_PAGE else None,
    }
    return frame.show("browse_loved.html", context)


def _loans(count: int) -> str:
    if count < _FEW_LOANS:
        return ""
    text = ngettext("borrowed %(count)s time", "borrowed %(count)s times", count)
    return text % {"count": formats.number(count)}


def _audiences() -> list[tuple[str, str]]:
    return [("", _("Everybody")), ("CHILD", _("Children")), ("TEEN", _("Teenagers")), ("ADULT", _("Adults"))]


def _groups(counts: Mapping[str, int], above: str) -> list[Group]:
    """Return the next finer classes that have titles."""
    sums: dict[str, int] = {}
    for number, titles in counts.items():
        if number.startswith(above) and len(number) > len(above):
            part = number[: len(above) + 1]
            sums[part] = sums.get(part, 0) + titles
    return [
        Group(part.ljust(3, "0"), _caption(part), titles, _class_href(part)) for part, titles in sorted(sums.items())
    ]


def _caption(part: str) -> str:
    number = part.ljust(3, "0")
    return caption_of(number, get_language() or "vi") or number


def _class_href(part: str) -> str:
    return reverse("portal:class", args=[part])


def _number(text: str) -> int:
    return whole_number(text) or 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LOCAL)


def _date(text: str, among: list[date]) -> date | None:
    return next((day for day in among if day.isoformat() == text), None)
