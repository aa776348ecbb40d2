"""Legal documents with where they stand on a day."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q
from django.db.models.functions import Substr

from guisach.domain.catalogue.models import Record, RecordKind
from guisach.domain.catalogue.queries.records import marc_of
from guisach.domain.catalogue.rules.laws import Offered, offered
from guisach.domain.catalogue.rules.marc.incoming import from_json
from guisach.domain.catalogue.rules.validity import FIELDS, State, Validity
from guisach.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

_FIELDS = (
    "pk", "title", "ddc", "law__number", "law__issuer", "law__issued_on", "law__valid_from", "law__valid_to",
    "law__replaced_by", "law__replaced_by__title", "law__replaced_by__law__valid_from",
)  # fmt: skip
_ADDRESS = re.compile(r"(?:\S{0,200}/records/)?([0-9]{1,12})/?")
OTHER = "other"
"""The field of law of a document whose class number lies outside those listed."""


@dataclass(frozen=True, slots=True)
class LawView:
    """A legal document; empty and None where nobody has entered anything."""

    record: int
    title: str
    ddc: str
    number: str
    issuer: str
    issued_on: date | None
    valid_from: date | None
    valid_to: date | None
    replaced_by: int | None
    replaced_by_title: str
    replaced_from: date | None

    @property
    def validity(self) -> Validity:
        """Its dates, which the rule judges."""
        return Validity(self.valid_from, self.valid_to, self.replaced_by is not None, self.replaced_from)

    def state(self, on: date) -> State:
        """Tell where it stands on a day."""
        return self.validity.state(on)


@dataclass(frozen=True, slots=True)
class LawPage:
    """One page of legal documents, with how many there are of each field and in each state (of that field)."""

    total: int
    laws: list[LawView]
    fields: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[State, int] = field(default_factory=dict)


def laws_of(records: Collection[int]) -> dict[int, LawView]:
    """Return the particulars of those records that have any, with one query."""
    if not records:
        return {}
    return {law.record: law for law in _views(Record.objects.filter(pk__in=list(records), law__isnull=False))}


def law_with_predecessors(record: int) -> tuple[LawView | None, list[LawView]]:
    """Return the particulars of a record, None where it has none, and the documents that it replaces. One query."""
    found = _views(Record.objects.filter(Q(pk=record, law__isnull=False) | Q(law__replaced_by=record)))
    before = sorted((one for one in found if one.record != record), key=lambda one: one.issued_on or date.min)
    return next((one for one in found if one.record == record), None), before[::-1]


def replaced_by(record: int) -> list[LawView]:
    """Return the documents that this one replaces, the latest first."""
    return _views(Record.objects.filter(law__replaced_by=record).order_by("-law__issued_on", "-pk"))


def offered_law(record: int) -> Offered:
    """Return what the record itself says of a legal document, for an empty form."""
    try:
        return offered(from_json(marc_of(record) or ""))
    except ValueError:
        return Offered()


def law_named(text: str) -> list[int]:
    """Find legal documents by what somebody writes of one: its number, its title, or its address here."""
    text = text.strip()
    if match := _ADDRESS.fullmatch(text):
        return list(Record.objects.filter(pk=int(match[1]), kind=RecordKind.LAW).values_list("pk", flat=True))
    of_number = list(Record.objects.filter(law__number__iexact=text).values_list("pk", flat=True)[:3])
    if of_number or not text:
        return of_number
    named = Record.objects.filter(kind=RecordKind.LAW, title_key=fold(text)[:200])
    return list(named.values_list("pk", flat=True)[:3])


def law_page(
    on: date, *, text: str = "", branch: str = "", state: str = "", limit: int = 30, offset: int = 0
) -> LawPage:
    """List legal documents with where they stand on a day: those last issued first. Four queries.

    `branch` is one of the fields of law, or OTHER; `text` is looked for in titles and numbers.
    """
    found = Record.objects.filter(kind=RecordKind.LAW)
    for word in fold(text).split()[:8]:
        found = found.filter(Q(title_key__contains=word) | Q(law__number__icontains=word))
    counted = found.annotate(branch=Substr("ddc", 1, 3)).values_list("branch").annotate(n=Count("pk")).order_by()
    branches: dict[str, int] = {}
    for name, n in counted:
        key = name if name in FIELDS else OTHER
        branches[key] = branches.get(key, 0) + n
    if branch == OTHER:
        for name in FIELDS:
            found = found.exclude(ddc__startswith=name)
    elif branch:
        found = found.filter(ddc__startswith=branch)
    states = found.aggregate(**{one.value: Count("pk", filter=state_is(one, on)) for one in State})
    if state:
        found = found.filter(state_is(State(state), on))
    total = states[state] if state else sum(states.values())
    ordered = found.order_by(F("law__issued_on").desc(nulls_last=True), "title_key", "pk")
    order = {name: n for name in (*FIELDS, OTHER) if (n := branches.get(name, 0))}
    return LawPage(total, _views(ordered[offset : offset + limit]), order, {State(k): n for k, n in states.items()})


def state_is(state: State, on: date) -> Q:
    """Say in SQL, of records, what `Validity.state` says."""
    ended = Q(law__valid_to__lte=on) | Q(law__valid_to=None, law__replaced_by__law__valid_from__lte=on)
    match state:
        case State.ENDED:
            return ended
        case State.REPLACED:
            return Q(law__replaced_by__isnull=False, law__valid_to=None, law__replaced_by__law__valid_from=None)
        case State.UNKNOWN:
            return Q(law__valid_from=None) & _goes_on(on)
        case State.IN_FORCE:
            return Q(law__valid_from__lte=on) & _goes_on(on)
        case State.NOT_YET:
            return Q(law__valid_from__gt=on) & _goes_on(on)


def _goes_on(on: date) -> Q:
    """Neither ended nor replaced on a day that nobody entered."""
    by_itself = Q(law__valid_to=None, law__replaced_by=None)
    later = Q(law__valid_to__gt=on) | Q(law__valid_to=None, law__replaced_by__law__valid_from__gt=on)
    return by_itself | later


def _views(found: QuerySet[Record]) -> list[LawView]:
    return [
        LawView(pk, title, ddc, number or "", issuer or "", issued, begins, ends, by, by_title or "", by_from)
        for pk, title, ddc, number, issuer, issued, begins, ends, by, by_title, by_from in found.values_list(*_FIELDS)
    ]
