"""Readers as staff see them: by id, by card, by what somebody remembers of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Count, F, Max, Q
from django.db.models.functions import Coalesce

from guisach.domain.readers.models import (
    Channel,
    FormerCard,
    Language,
    Papers,
    Reader,
    ReaderAccess,
    ReaderGroup,
    ReaderKind,
)
from guisach.domain.readers.rules.cards import PREFIX, SERIAL_DIGITS, card_number, serial_of
from guisach.domain.readers.rules.joining import SHARED_KINDS, Applicant
from guisach.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

FOUND_MAX = 20  # a search is for finding one person, not for listing a village
NAMED_MAX = 200  # readers looked through for a page of lines with a name each


class Access(NamedTuple):
    """That somebody looked at a reader's data; of an old look only the month is known, and `at` is its beginning."""

    name: str
    act: str
    at: datetime
    is_of_month: bool


@dataclass(frozen=True, slots=True)
class ReaderView:
    """A reader as staff who may see readers see them."""

    id: UUID
    full_name: str
    card_no: str
    is_card_pending: bool
    group: str
    birth_on: date | None
    phone: str
    address: str
    guardian_name: str
    guardian_phone: str
    place: str
    joined_op: UUID
    joined_at: datetime
    expires_on: date
    has_guardian_consent: bool  # the reader's own, or the guardian's for a child
    has_assent: bool
    consent_at: datetime | None  # when it was last said; to whom: the sign-in name
    consent_to: str
    assent_at: datetime | None
    assent_to: str
    email: str
    language: str
    channel: str  # how they want to hear from the library; empty: not asked
    kind: str
    papers: str
    household: UUID | None
    card_at: datetime | None
    survivor: UUID | None  # the same person under another id, who is to be asked instead
    erased_at: datetime | None  # then nothing here says who it was

    @property
    def is_shared(self) -> bool:
        """Whether the card is that of a household, class or body."""
        return self.kind in SHARED_KINDS

    @property
    def applicant(self) -> Applicant:
        """What the reader once said, as if they stood at the desk and said it again."""
        return Applicant(
            name=self.full_name,
            group=self.group,
            birth_on=self.birth_on,
            phone=self.phone,
            address=self.address,
            guardian=self.guardian_name,
            guardian_phone=self.guardian_phone,
            has_consent=self.has_guardian_consent,
            has_assent=self.has_assent,
            email=self.email,
            language=self.language,
            channel=self.channel,
            kind=self.kind,
            papers=self.papers,
            household=self.household,
        )


# Who is the same person as another may still carry the card: it comes after one that is in use.
_IN_USE_FIRST = (F("survivor").asc(nulls_first=True), "is_card_pending", "card_at", "card_op", "pk")
_FIELDS = tuple(ReaderView.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class FormerHolder:
    """A number that nobody may lend on any more. `reader` is None where the holder was erased."""

    card_no: str
    reader: UUID | None
    ended_at: datetime | None


def reader(id_: UUID) -> ReaderView | None:
    """Return a reader, or None."""
    return readers([id_]).get(id_)


def readers(ids: Iterable[UUID]) -> dict[UUID, ReaderView]:
    """Return the known ones among the ids, with one query."""
    rows = Reader.objects.filter(pk__in=list(ids)).values_list(*_FIELDS)
    return {row[0]: ReaderView(*row) for row in rows}


def reader_by_card(card_no: str) -> ReaderView | None:
    """Return who holds this (normalised) number: of two claimants the earlier, of one person the present reader."""
    row = _holders(card_no).values_list(*_FIELDS).first()
    found = ReaderView(*row) if row else None
    return reader(found.survivor) if found is not None and found.survivor is not None else found


def reader_id_by_card(card_no: str) -> UUID | None:
    """Return the id of who holds this (normalised) number, as `reader_by_card` does."""
    return _holders(card_no).values_list(Coalesce("survivor", "pk"), flat=True).first()


def former_holder(card_no: str) -> FormerHolder | None:
    """Return whose (normalised) number it was before it was replaced; None for one that never was."""
    rows = FormerCard.objects.filter(card_no=card_no).order_by("-ended_at", "pk")
    row = rows.values_list("card_no", "reader", "ended_at").first()
    return FormerHolder(*row) if row else None


def _holders(card_no: str) -> QuerySet[Reader]:
    return Reader.objects.filter(card_no=card_no).order_by(*_IN_USE_FIRST)


def find_readers(text: str, *, places: Collection[str] | None, limit: int = FOUND_MAX) -> list[ReaderView]:
    """Find by card, phone, or part of a name typed with or without marks; `places` None means everywhere."""
    wanted = text.strip()
    if len(wanted) < 2:
        return []
    folded = fold(wanted)
    digits = "".join(wanted.split())
    found = Reader.objects.filter(Q(card_no=digits.upper()) | Q(phone=digits) | Q(folded_name__contains=folded))
    found = found.filter(survivor__isnull=True, erased_at__isnull=True)
    if places is not None:
        found = found.filter(place__in=list(places))
    rows = found.order_by("folded_name", "pk").values_list(*_FIELDS)[: min(limit, FOUND_MAX)]
    return [ReaderView(*row) for row in rows]


def readers_named(texts: Iterable[str], *, places: Collection[str] | None) -> dict[str, list[ReaderView]]:
    """Find the readers whom each text may mean: by card anywhere, by phone or name at the places; one query.

    The best come first: the very name, then one in which the words stand as whole words, then any with these letters.
    """
    wanted = {text: (fold(text), "".join(text.split()).upper()) for text in texts if len(text.strip()) > 1}
    if not wanted:
        return {}
    names, numbers = [words for words, _ in wanted.values()], [number for _, number in wanted.values()]
    here = Q(phone__in=numbers)
    for words in names:
        here |= Q(folded_name__contains=words)
    if places is not None:
        here &= Q(place__in=list(places))
    known = Reader.objects.filter(survivor__isnull=True, erased_at__isnull=True)
    rows = known.filter(Q(card_no__in=numbers) | here).order_by("folded_name", "pk").values_list(*_FIELDS)
    found = [ReaderView(*row) for row in rows[:NAMED_MAX]]
    meant = {}
    for text, (words, number) in wanted.items():
        of_card = [one for one in found if one.card_no == number and not one.is_card_pending]
        of_phone = [one for one in found if one.phone == number]
        ours = [one for one in found if places is None or one.place in places]
        keys = {one.id: f" {fold(one.full_name)} " for one in ours}
        exact = [one for one in ours if keys[one.id] == f" {words} "]
        whole = [one for one in ours if f" {words} " in keys[one.id]]
        meant[text] = of_card or of_phone or exact or whole or [one for one in ours if words in keys[one.id]]
    return meant


def readers_by_cards(cards: Collection[str]) -> dict[str, ReaderView]:
    """Return who holds each of these (normalised) numbers, with one query: of two claimants the earlier."""
    rows = Reader.objects.filter(card_no__in=list(cards)).order_by(*_IN_USE_FIRST).values_list(*_FIELDS)
    found: dict[str, ReaderView] = {}
    for row in rows:
        view = ReaderView(*row)
        found.setdefault(view.card_no, view)
    return found


def readers_joined(places: Collection[str], *, since: datetime, limit: int) -> list[ReaderView]:
    """Return who joined at these places since then and has a card in use, the latest first."""
    rows = Reader.objects.filter(
        place__in=list(places), joined_at__gte=since, survivor=None, erased_at=None, is_card_pending=False
    ).exclude(card_no="")
    return [ReaderView(*row) for row in rows.order_by("-joined_at", "pk").values_list(*_FIELDS)[:limit]]


def members_of(household: UUID, *, limit: int = 100) -> list[ReaderView]:
    """Return who belongs to a household's, class's or body's card, by name."""
    found = Reader.objects.filter(household=household, survivor__isnull=True, erased_at__isnull=True)
    return [ReaderView(*row) for row in found.order_by("folded_name", "pk").values_list(*_FIELDS)[:limit]]


def reader_groups() -> list[tuple[str, _StrOrPromise]]:
    """Return the groups that the yearly statistics count, with their names, for forms and pages."""
    return list(ReaderGroup.choices)


def lending_groups() -> list[tuple[str, _StrOrPromise]]:
    """Return the groups that loan rules tell apart: those of people, and cards that stand for a class or a body."""
    return [*ReaderGroup.choices, *((kind.value, kind.label) for kind in (ReaderKind.CLASS, ReaderKind.BODY))]


def reader_kinds() -> list[tuple[str, _StrOrPromise]]:
    """Return what a card can stand for, with names."""
    return list(ReaderKind.choices)


def channels() -> list[tuple[str, _StrOrPromise]]:
    """Return the ways in which a reader can hear from the library, with names."""
    return list(Channel.choices)


def languages() -> list[tuple[str, _StrOrPromise]]:
    """Return the languages that readers of the province speak, with names."""
    return list(Language.choices)


def papers() -> list[tuple[str, _StrOrPromise]]:
    """Return what may have been shown at joining, with names."""
    return list(Papers.choices)


def next_card_serial() -> int:
    """Return the serial after the highest number of our own making."""
    own = Reader.objects.filter(card_no__startswith=PREFIX, card_no__regex=rf"^{PREFIX}[0-9]{{{SERIAL_DIGITS + 1}}}$")
    former = FormerCard.objects.filter(
        card_no__startswith=PREFIX, card_no__regex=rf"^{PREFIX}[0-9]{{{SERIAL_DIGITS + 1}}}$"
    )
    highest = [numbers.aggregate(highest=Max("card_no"))["highest"] for numbers in (own, former)]
    return max((serial_of(number) or 0) for number in (*filter(None, highest), card_number(0))) + 1


def count_readers(places: Collection[str] | None = None) -> int:
    """Return how many people have or had a card here: once who is known twice, and those erased too."""
    found = Reader.objects.filter(survivor__isnull=True)
    return (found if places is None else found.filter(place__in=list(places))).count()


def counts_by_place() -> dict[str, int]:
    """Return readers by the place that looks after them, counted as in `count_readers`."""
    return dict(Reader.objects.filter(survivor__isnull=True).order_by().values_list("place").annotate(n=Count("pk")))


def accesses_of(id_: UUID, *, limit: int = 50) -> list[Access]:
    """Return who looked at a reader's data, newest first."""
    rows = ReaderAccess.objects.filter(reader=id_).order_by("-at", "-pk")
    return [Access(*row) for row in rows.values_list("staff__full_name", "act", "at", "is_of_month")[:limit]]
