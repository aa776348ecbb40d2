"""What others may ask of the readers' room. Whoever shows a person's data to staff notes it through `actions`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Max, Q

from guisach.domain.readers.models import Reader, ReaderAccess, ReaderGroup, ReaderPin, SignInTries
from guisach.domain.readers.rules.cards import PREFIX, SERIAL_DIGITS, serial_of
from guisach.domain.readers.rules.joining import Applicant
from guisach.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.utils.functional import _StrOrPromise

FOUND_MAX = 20  # a search is for finding one person, not for listing a village
NAMED_MAX = 200  # readers looked through for a page of lines with a name each


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
        )


_FIELDS = tuple(ReaderView.__dataclass_fields__)


def expiries_of(readers: Iterable[UUID]) -> dict[UUID, date]:
    """Return the last valid day of each known reader's card."""
    return dict(Reader.objects.filter(pk__in=list(readers)).values_list("pk", "expires_on"))


def reader(id_: UUID) -> ReaderView | None:
    """Return a reader, or None."""
    return readers([id_]).get(id_)


def readers(ids: Iterable[UUID]) -> dict[UUID, ReaderView]:
    """Return the known ones among the ids, with one query."""
    rows = Reader.objects.filter(pk__in=list(ids)).values_list(*_FIELDS)
    return {row[0]: ReaderView(*row) for row in rows}


def reader_by_card(card_no: str) -> ReaderView | None:
    """Return who holds this (normalised) number: of two claimants the earlier."""
    row = (
        Reader.objects.filter(card_no=card_no)
        .order_by("is_card_pending", "joined_at", "joined_op")
        .values_list(*_FIELDS)
        .first()
    )
    return ReaderView(*row) if row else None


def reader_id_by_card(card_no: str) -> UUID | None:
    """Return the id of who holds this (normalised) number, as `reader_by_card` does."""
    holders = Reader.objects.filter(card_no=card_no).order_by("is_card_pending", "joined_at", "joined_op")
    return holders.values_list("pk", flat=True).first()


def find_readers(text: str, *, places: Collection[str] | None, limit: int = FOUND_MAX) -> list[ReaderView]:
    """Find by card, phone, or part of a name typed with or without marks; `places` None means everywhere."""
    wanted = text.strip()
    if len(wanted) < 2:
        return []
    folded = fold(wanted)
    digits = "".join(wanted.split())
    found = Reader.objects.filter(Q(card_no=digits.upper()) | Q(phone=digits) | Q(folded_name__contains=folded))
    if places is not None:
        found = found.filter(place__in=list(places))
    rows = found.order_by("folded_name", "pk").values_list(*_FIELDS)[: min(limit, FOUND_MAX)]
    return [ReaderView(*row) for row in rows]


def reader_groups() -> list[tuple[str, _StrOrPromise]]:
    """Return the groups that the yearly statistics count, with their names, for forms and pages."""
    return list(ReaderGroup.choices)


def next_card_serial() -> int:
    """Return the serial after the highest number of our own making."""
    own = Reader.objects.filter(card_no__startswith=PREFIX, card_no__regex=rf"^{PREFIX}[0-9]{{{SERIAL_DIGITS + 1}}}$")
    highest = own.aggregate(highest=Max("card_no"))["highest"]
    return ((serial_of(highest) or 0) if highest else 0) + 1


def count_readers(places: Collection[str] | None = None) -> int:
    """Return how many readers there are."""
    found = Reader.objects.all() if places is None else Reader.objects.filter(place__in=list(places))
    return found.count()


def counts_by_place() -> dict[str, int]:
    """Return readers by the place where they joined."""
    return dict(Reader.objects.order_by().values_list("place").annotate(n=Count("pk")))


def accesses_of(id_: UUID, *, limit: int = 50) -> list[tuple[str, str, datetime]]:
    """Return who looked at a reader's data, newest first: full name, act, instant."""
    rows = ReaderAccess.objects.filter(reader=id_).order_by("-at", "-pk")
    return list(rows.values_list("staff__full_name", "act", "at")[:limit])


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
    rows = Reader.objects.filter(Q(card_no__in=numbers) | here).order_by("folded_name", "pk").values_list(*_FIELDS)
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


@dataclass(frozen=True, slots=True)
class PinStanding:
    """How a reader can sign in now, as a desk sees it: never the PIN itself."""

    is_chosen: bool
    set_at: datetime
    code_until: datetime | None  # a start code waits to be used until then
    has_guardian_wish: bool


def pin_of(reader: UUID, *, at: datetime) -> PinStanding | None:
    """Return how a reader can sign in, or None where they cannot: nothing was given, or the start code has expired."""
    row = ReaderPin.objects.filter(pk=reader).first()
    if row is None or (row.expires_at is not None and row.expires_at <= at):
        return None
    return PinStanding(not row.is_start_code, row.set_at, row.expires_at, row.has_guardian_wish)


def sign_in_rests_until(card_no: str, *, at: datetime) -> datetime | None:
    """Return until when signing in with this (normalised) number rests after wrong tries, or None."""
    key = SignInTries.key_of("card", card_no)
    return SignInTries.objects.filter(pk=key, rests_until__gt=at).values_list("rests_until", flat=True).first()
