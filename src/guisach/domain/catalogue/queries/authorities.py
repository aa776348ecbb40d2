"""Authorities and headings as the pages of the workbench see them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, F, Q, Sum

from guisach.domain.catalogue.models import Authority, Heading, HeadingKind, HeadingUse, Mention, Record, Variant
from guisach.domain.catalogue.queries.candidates import candidates
from guisach.domain.catalogue.rules.headings import (
    HIGHEST,
    Candidate,
    form_wanted,
    is_as_wanted,
    key_of,
    keys_of,
    looks_alike,
    same_dates,
)
from guisach.domain.catalogue.rules.marc.authority_records import AuthorityDraft
from guisach.domain.catalogue.rules.marc.description import PointKind
from guisach.kernel.text.numbers import whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

EXAMPLES = 10
_TWINS, _ROUNDS = 100, 3  # groups looked at in one question, and how often for one page
LISTS: dict[str, str] = {
    "authors": HeadingUse.AUTHOR.value,
    "subjects": HeadingUse.SUBJECT.value,
    "series": HeadingUse.SERIES.value,
}
"""Lists to browse in, by the name that addresses have."""
KINDS_OF_USE: dict[str, list[str]] = {
    HeadingUse.AUTHOR: [HeadingKind.PERSON, HeadingKind.BODY],
    HeadingUse.SUBJECT: [HeadingKind.SUBJECT, HeadingKind.PLACE_NAME, HeadingKind.PERSON, HeadingKind.BODY],
    HeadingUse.SERIES: [HeadingKind.SERIES],
}


@dataclass(frozen=True, slots=True)
class AuthorityView:
    """An authority without its titles."""

    id: int
    kind: str
    heading: str
    dates: str
    note: str
    source: str
    source_no: str
    created_at: datetime
    updated_at: datetime
    variants: tuple[str, ...] = ()
    titles: int = 0
    """How many titles have a form of it; one that has two of them counts twice."""

    @property
    def kind_label(self) -> _StrOrPromise:
        """What it names, in the language in force."""
        return HeadingKind(self.kind).label

    @property
    def candidate(self) -> Candidate:
        """Itself, as rules compare it."""
        return Candidate(self.id, self.kind, self.heading, self.dates, self.variants)


@dataclass(frozen=True, slots=True)
class HeadingView:
    """A form as it stands in titles; `authority` is what it belongs to, and `wanted` the form that it should have."""

    id: int
    use: str
    kind: str
    text: str
    dates: str
    titles: int
    order: str
    authority: int | None
    authority_heading: str
    wanted: str = ""

    @property
    def kind_label(self) -> _StrOrPromise:
        """What it names, in the language in force."""
        return HeadingKind(self.kind).label

    @property
    def use_label(self) -> _StrOrPromise:
        """What it is to its titles, in the language in force."""
        return HeadingUse(self.use).label

    @property
    def list_name(self) -> str:
        """The list of the portal that it stands in."""
        return next((name for name, use in LISTS.items() if use == self.use), "subjects")


class Suggested(NamedTuple):
    """A heading to choose while one is typed; `via` is the form that led to it, where that is another."""

    heading: str
    dates: str
    titles: int
    via: str
    authority: int | None


class Pending(NamedTuple):
    """What applying an authority would change: headings, and some of the titles."""

    headings: list[HeadingView]
    titles: int
    examples: list[tuple[int, str, str, str]]  # id and title, the form it has, the form it would have


def heading_kinds() -> list[tuple[str, _StrOrPromise]]:
    """Return the kinds of headings with their names."""
    return [(value, label) for value, label in HeadingKind.choices if value != HeadingKind.CLASS]


def authority(id_: int) -> AuthorityView | None:
    """Return an authority with its variants and the number of its titles; three queries."""
    return next(iter(_authorities(Authority.objects.filter(pk=id_))), None)


def authorities(*, kind: str = "", text: str = "", after: str = "", limit: int = 50) -> list[AuthorityView]:
    """Return authorities in Vietnamese order; with text those with a form that begins so, marks or none."""
    rows = Authority.objects.order_by("order", "pk")
    if kind:
        rows = rows.filter(kind=kind)
    if key := key_of(text):
        seen = Variant.objects.filter(key__gte=key, key__lt=key + HIGHEST).values("authority")
        rows = rows.filter(Q(key__gte=key, key__lt=key + HIGHEST) | Q(pk__in=seen))
    position = _position(after)
    if position is not None:
        order, id_ = position
        rows = rows.filter(order__gte=order).exclude(order=order, pk__lte=id_)
    return _authorities(rows[:limit])


def headings(*, use: str, text: str = "", after: str = "", limit: int = 50) -> list[HeadingView]:
    """Return forms as they stand in titles, in Vietnamese order; with text those that begin so, marks or none."""
    rows = Heading.objects.filter(use=use).order_by("order", "pk")
    if key := key_of(text):
        rows = rows.filter(kind__in=KINDS_OF_USE[use], key__gte=key, key__lt=key + HIGHEST)
    position = _position(after)
    if position is not None:
        order, id_ = position
        rows = rows.filter(order__gte=order).exclude(order=order, pk__lte=id_)
    return _headings(rows[:limit])


def position_of(view: HeadingView | AuthorityView) -> str:
    """Return the place in a list after which it goes on."""
    order = view.order if isinstance(view, HeadingView) else keys_of(view.heading).order
    return f"{view.id}~{order}"


def _position(after: str) -> tuple[str, int] | None:
    number, mark, order = after.partition("~")
    last = whole_number(number)
    return (order, last) if mark and last is not None else None


def headings_of(authority: AuthorityView) -> list[HeadingView]:
    """Return the forms in titles that belong to an authority, each with the form that it should have, if it differs."""
    candidate = authority.candidate
    rows = Heading.objects.filter(authority=authority.id).order_by("order", "pk")
    return [_with_wanted(view, candidate) for view in _headings(rows)]


def pending(authority: AuthorityView) -> Pending:
    """Return what `apply_authority` would change now; four queries."""
    differing = [view for view in headings_of(authority) if view.wanted]
    return _pending(differing)


def merge_preview(winner: AuthorityView, loser: AuthorityView) -> Pending:
    """Return what would be changed in titles after a merge, before anything is done."""
    merged = Candidate(
        winner.id, winner.kind, winner.heading, winner.dates or loser.dates,
        (*winner.variants, loser.heading, *loser.variants),
    )  # fmt: skip
    rows = Heading.objects.filter(authority__in=[winner.id, loser.id]).order_by("order", "pk")
    return _pending([view for view in (_with_wanted(one, merged) for one in _headings(rows)) if view.wanted])


def gather_preview(chosen: HeadingView, others: Sequence[HeadingView]) -> Pending:
    """Return what would be changed in titles if all these forms became the chosen one."""
    dates = next((view.dates for view in (chosen, *others) if view.dates), "")
    candidate = Candidate(0, chosen.kind, chosen.text, dates, tuple(view.text for view in others))
    return _pending([view for view in (_with_wanted(one, candidate) for one in (chosen, *others)) if view.wanted])


def headings_by_id(ids: Sequence[int]) -> list[HeadingView]:
    """Return headings in the order of the ids."""
    found = {view.id: view for view in _headings(Heading.objects.filter(pk__in=list(ids)))}
    return [found[id_] for id_ in dict.fromkeys(ids) if id_ in found]


def _pending(differing: list[HeadingView]) -> Pending:
    by_id = {view.id: view for view in differing}
    mentions = Mention.objects.filter(heading__in=list(by_id))
    titles = mentions.aggregate(n=Count("record", distinct=True))["n"]
    pairs = list(mentions.order_by("record").values_list("record", "heading_id")[:EXAMPLES])
    named = dict(Record.objects.filter(pk__in=[record for record, _ in pairs]).values_list("pk", "title"))
    examples = [
        (record, named.get(record, ""), by_id[heading].text, by_id[heading].wanted) for record, heading in pairs
    ]
    return Pending(differing, titles, examples)


def suggestions(*, kind: str, text: str, limit: int = 10) -> list[Suggested]:
    """Return headings that begin as typed, with or without marks, authorities (and see-from) before mere headings."""
    key = key_of(text)
    if not key:
        return []
    found: dict[tuple[str, str], Suggested] = {}
    bounds = {"key__gte": key, "key__lt": key + HIGHEST}
    rows = Authority.objects.filter(kind=kind, **bounds).order_by("key", "pk")[:limit]
    for view in _authorities(rows):
        found[view.heading, view.dates] = Suggested(view.heading, view.dates, view.titles, "", view.id)
    seen = Variant.objects.filter(authority__kind=kind, **bounds).order_by("key", "pk")
    for via, heading, dates, id_ in seen.values_list(
        "text", "authority__heading", "authority__dates", "authority"
    )[:limit]:  # fmt: skip
        found.setdefault((heading, dates), Suggested(heading, dates, 0, via, id_))
    plain = Heading.objects.filter(kind=kind, authority=None, **bounds).order_by("key", "-titles", "pk")
    for heading, dates, titles in plain.values_list("text", "dates", "titles")[:limit]:
        found.setdefault((heading, dates), Suggested(heading, dates, titles, "", None))
    return list(found.values())[:limit]


class Alike(NamedTuple):
    """Forms that may be one and the same."""

    headings: list[HeadingView]


class Duplicates(NamedTuple):
    """A page of them, and the place to go on from; empty at the end."""

    groups: list[Alike]
    next: str


def likely_duplicates(*, kind: str, after: str = "", limit: int = 20) -> Duplicates:
    """Return groups of forms that share their folded syllables and may be the same (`looks_alike`): another place
    of the tone, missing marks, inverted names, with and without dates. What was judged already is left out.
    """
    groups: list[Alike] = []
    for _round in range(_ROUNDS):
        rows = Heading.objects.filter(kind=kind, twin__gt=after).values("twin").annotate(forms=Count("id"))
        found = list(rows.filter(forms__gt=1).order_by("twin").values_list("twin", flat=True)[:_TWINS])
        by_twin: dict[str, list[HeadingView]] = defaultdict(list)
        members = Heading.objects.filter(kind=kind, twin__in=found).order_by("-titles", "pk")
        twins = dict(members.values_list("pk", "twin"))
        for view in _headings(members):
            by_twin[twins[view.id]].append(view)
        for twin in found:
            after = twin
            if alike := _alike(by_twin[twin]):
                groups.append(Alike(alike))
                if len(groups) == limit:
                    return Duplicates(groups, after)
        if len(found) < _TWINS:
            return Duplicates(groups, "")
    return Duplicates(groups, after)


def _alike(views: list[HeadingView]) -> list[HeadingView]:
    """Return those of the forms that may be the same as another one and have not been judged yet."""

    def is_near(one: HeadingView, other: HeadingView) -> bool:
        if (one.text, one.dates) == (other.text, other.dates):  # as author and as subject
            return False
        if one.authority is not None and other.authority is not None:
            return False
        return same_dates(one.dates, other.dates) and looks_alike(one.text, other.text)

    return [view for view in views if any(is_near(view, other) for other in views)]


def authority_drafts(batch: int = 500) -> Iterator[tuple[AuthorityDraft, int, datetime]]:
    """Yield all authorities for an export, with id and day of entry, in the order of their ids."""
    after = 0
    while rows := list(Authority.objects.filter(pk__gt=after).order_by("pk")[:batch]):
        known = candidates([row.pk for row in rows])
        for row in rows:
            draft = AuthorityDraft(
                PointKind(row.kind), row.heading, row.dates, row.note, known[row.pk].variants,
                row.source if row.source_no else "", row.source_no,
            )  # fmt: skip
            yield draft, row.pk, row.created_at
        after = rows[-1].pk


def _authorities(rows: QuerySet[Authority]) -> list[AuthorityView]:
    views = list(
        rows.values_list("pk", "kind", "heading", "dates", "note", "source", "source_no", "created_at", "updated_at")
    )
    ids = [view[0] for view in views]
    variants: dict[int, list[str]] = defaultdict(list)
    for id_, text in Variant.objects.filter(authority__in=ids).order_by("pk").values_list("authority_id", "text"):
        variants[id_].append(text)
    tied = Heading.objects.filter(authority__in=ids).values("authority").annotate(n=Sum("titles"))
    titles = dict(tied.values_list("authority", "n"))
    return [AuthorityView(*view, tuple(variants[view[0]]), titles.get(view[0], 0)) for view in views]


def _headings(rows: QuerySet[Heading]) -> list[HeadingView]:
    fields = rows.values_list(
        "pk", "use", "kind", "text", "dates", "titles", "order", "authority_id", F("authority__heading")
    )
    return [
        HeadingView(id_, use, kind, text, dates, titles, order, authority, heading or "")
        for id_, use, kind, text, dates, titles, order, authority, heading in fields
    ]


def _with_wanted(view: HeadingView, candidate: Candidate) -> HeadingView:
    if is_as_wanted(view.kind, view.text, view.dates, candidate):
        return view
    text, dates = form_wanted(view.text, view.dates, candidate)
    return HeadingView(
        view.id, view.use, view.kind, view.text, view.dates, view.titles, view.order, view.authority,
        view.authority_heading, f"{text}, {dates}" if dates else text,
    )  # fmt: skip
