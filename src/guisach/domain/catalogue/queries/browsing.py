"""Lists to browse in: headings in the order of a Vietnamese dictionary, classes, and what came in lately.

Every question is a stretch of an index: a page costs the same however long the list is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Sum, Value

from guisach.domain.catalogue.models import Heading, HeadingUse, Mention, Record, Variant
from guisach.domain.catalogue.queries.authorities import KINDS_OF_USE
from guisach.domain.catalogue.queries.records import RecordView, records
from guisach.domain.catalogue.rules.headings import HIGHEST, key_of
from guisach.kernel.text import collation_key
from guisach.kernel.text.numbers import whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

_MATCHES = 200  # headings looked at to find where typed letters begin


class Line(NamedTuple):
    """A heading of a list, with how many titles have it."""

    id: int
    text: str
    dates: str
    titles: int
    order: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A page of a list; `prev` and `next` are places in it, empty where there is no more."""

    lines: list[Line]
    prev: str
    next: str


class SeeFrom(NamedTuple):
    """A form that is not used, and the one that is."""

    text: str
    heading: str


@dataclass(frozen=True, slots=True)
class HeadingPage:
    """A heading with what is known of it."""

    id: int
    use: str
    text: str
    dates: str
    titles: int
    other_forms: tuple[str, ...]
    """Forms that lead to it, as an authority says."""


def place_of(line: Line) -> str:
    """Return a line's place in its list, as it stands in an address."""
    return f"{line.id}~{line.order}"


def browse(use: str, *, start: str = "", after: str = "", before: str = "", limit: int = 50) -> Stretch:
    """Return a page of a list: from where typed letters lead, or after or before a place. Two to four queries."""
    rows = Heading.objects.filter(use=use)
    if (position := _position(before)) is not None:
        order, id_ = position
        back = rows.filter(order__lte=order).exclude(order=order, pk__gte=id_).order_by("-order", "-pk")
        lines = _lines(back, limit + 1)
        more, lines = len(lines) > limit, lines[:limit][::-1]
        return Stretch(lines, place_of(lines[0]) if more and lines else "", place_of(lines[-1]) if lines else "")
    if (position := _position(after)) is not None:
        order, id_ = position
        rows = rows.filter(order__gte=order).exclude(order=order, pk__lte=id_)
    elif start:
        rows = rows.filter(order__gte=_where(use, start))
    lines = _lines(rows.order_by("order", "pk"), limit + 1)
    more, lines = len(lines) > limit, lines[:limit]
    first = lines[0] if lines else None
    has_before = first is not None and bool(after or start) and _is_preceded(use, first)
    return Stretch(lines, place_of(first) if first and has_before else "", place_of(lines[-1]) if more else "")


def _is_preceded(use: str, line: Line) -> bool:
    """Say whether anything stands before it; the end of an index is one step away."""
    first = Heading.objects.filter(use=use).order_by("order", "pk").values_list("pk", flat=True).first()
    return first != line.id


def _where(use: str, typed: str) -> str:
    """Return where in the order typed letters lead, marks or none: "nguyen nhat" to Nguyễn Nhật."""
    key, order = key_of(typed), collation_key(typed)
    if not key or key != typed.lower().strip():
        return order
    found = Heading.objects.filter(use=use, kind__in=KINDS_OF_USE.get(use, [use]))
    orders: list[str] = []
    for kind in KINDS_OF_USE.get(use, [use]):
        matches = found.filter(kind=kind, key__gte=key, key__lt=key + HIGHEST).order_by("key")
        orders += matches.values_list("order", flat=True)[:_MATCHES]
    return min(orders, default=order)


def see_from(use: str, typed: str, *, limit: int = 3) -> list[SeeFrom]:
    """Return forms that begin as typed and lead to another heading of the list."""
    key = key_of(typed)
    if len(key) < 2:
        return []
    found = Variant.objects.filter(key__gte=key, key__lt=key + HIGHEST, authority__kind__in=KINDS_OF_USE.get(use, []))
    rows = found.filter(authority__headings__use=use).order_by("key", "pk").distinct()
    return [SeeFrom(row.text, row.authority.heading) for row in rows.select_related("authority")[:limit]]


def heading_page(use: str, text: str, dates: str = "") -> HeadingPage | None:
    """Return a heading by its very text; without dates any that has none, else the one with most titles."""
    rows = Heading.objects.filter(use=use, text=text).select_related("authority")
    found = rows.filter(dates=dates).first() or (rows.order_by("-titles").first() if not dates else None)
    if found is None:
        return None
    forms: tuple[str, ...] = ()
    if found.authority is not None:
        variants = Variant.objects.filter(authority=found.authority).order_by("pk").values_list("text", flat=True)
        forms = tuple(form for form in (found.authority.heading, *variants) if form != text)
    return HeadingPage(found.pk, found.use, found.text, found.dates, found.titles, forms)


def heading_led_to(use: str, text: str) -> str:
    """Return the text of the heading in use that a form leads to; empty where none does."""
    rows = Heading.objects.filter(
        use=use, authority__variants__key=key_of(text), authority__variants__text__iexact=text
    )
    return rows.order_by("-titles").values_list("text", flat=True).first() or ""


def titles_of(heading: int, *, before: int = 0, limit: int = 20) -> tuple[list[RecordView], int]:
    """Return titles that have a heading, the latest first, and the id to go on before (0: that was all)."""
    rows = Mention.objects.filter(heading=heading).order_by("-record")
    if before:
        rows = rows.filter(record__lt=before)
    ids = list(rows.values_list("record", flat=True)[: limit + 1])
    return records(ids[:limit]), ids[limit - 1] if len(ids) > limit else 0


def class_counts() -> dict[str, int]:
    """Return how many titles each DDC class of three digits has; at most a thousand."""
    rows = Heading.objects.filter(use=HeadingUse.CLASS).values_list("text").annotate(n=Sum("titles"))
    return dict(rows)


def new_by_week(starts: Sequence[datetime]) -> list[int]:
    """Return for weeks that begin at these instants how many titles came in; one query, which reads an index only."""
    week = timedelta(days=7)
    first, *others = (
        Record.objects.filter(created_at__gte=start, created_at__lt=start + week)
        .order_by()
        .values_list(Value(number))
        .annotate(titles=Count("pk"))
        for number, start in enumerate(starts)
    )
    counts = dict(first.union(*others, all=True))
    return [counts.get(number, 0) for number in range(len(starts))]


def latest_entry() -> datetime | None:
    """Return when the last title came in; None while there is none."""
    return Record.objects.order_by("-created_at").values_list("created_at", flat=True).first()


def entered_between(
    start: datetime, end: datetime, *, after: str = "", limit: int = 20
) -> tuple[list[RecordView], str]:
    """Return titles that came in between two instants, the latest first, and the place to go on from."""
    rows = Record.objects.filter(created_at__gte=start, created_at__lt=end).order_by("-created_at", "-pk")
    number, mark, at = after.partition("~")
    last = whole_number(number)
    if mark and last is not None:
        try:
            then = datetime.fromisoformat(at)
        except ValueError:
            then = None
        if then is not None and then.tzinfo is not None:
            rows = rows.filter(created_at__lte=then).exclude(created_at=then, pk__gte=last)
    found = list(rows.values_list("pk", "created_at")[: limit + 1])
    views = records([id_ for id_, _ in found[:limit]])
    if len(found) <= limit:
        return views, ""
    id_, at_ = found[limit - 1]
    return views, f"{id_}~{at_.isoformat()}"


def _lines(rows: QuerySet[Heading], limit: int) -> list[Line]:
    return [Line(*row) for row in rows.values_list("pk", "text", "dates", "titles", "order")[:limit]]


def _position(place: str) -> tuple[str, int] | None:
    number, mark, order = place.partition("~")
    last = whole_number(number)
    return (order, last) if mark and last is not None else None
