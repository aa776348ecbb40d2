"""The bodies of the room's operations, as they stand in the log for ever."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.readers.rules.joining import GROUPS
from guisach.kernel.clock import local_date

COUNT_MAX = 10_000  # more visitors than this in a day is a slip of the finger
PLACE_LENGTH = 24
SHELF_LENGTH, COLLECTION_LENGTH = 80, 16  # what the catalogue holds
RESULTS_MAX = 20  # lines of the account of a stocktake
SCANS_MAX = 2_000_000  # more copies than any library of a province has


class LendBody(msgspec.Struct, frozen=True):
    """A copy went to a reader. `override` is the code of the refusal that a person went past."""

    copy: str
    due: date | None = None
    policy: int | None = None
    group: str = ""
    override: str = ""
    request: UUID | None = None  # the request that this serves, where the desk knew of one
    batch: UUID | None = None  # several copies lent as one act


class LendPrivate(msgspec.Struct, frozen=True):
    """Who took it."""

    reader: UUID
    reason: str = ""


class CopyBody(msgspec.Struct, frozen=True):
    """A copy came back, or was seen."""

    copy: str


class SightingBody(msgspec.Struct, frozen=True):
    """A copy was seen; `stocktake` is the count in which somebody scanned it."""

    copy: str
    stocktake: UUID | None = None


class RenewBody(msgspec.Struct, frozen=True):
    """A loan goes on until `due`."""

    copy: str
    due: date
    override: str = ""


class TransferBody(msgspec.Struct, frozen=True):
    """A copy was sent off to another place, perhaps for a request."""

    copy: str
    to: str
    request: UUID | None = None


class SetAsideBody(msgspec.Struct, frozen=True):
    """A copy was put on the hold shelf for a request."""

    copy: str
    request: UUID


class MissBody(msgspec.Struct, frozen=True):
    """A copy was not where it should be; `stocktake` is the count that found it out, `since` when that was begun.

    Whoever had it in hand there since then knows better, however late that is told.
    """

    copy: str
    stocktake: UUID | None = None
    since: datetime | None = None


class StocktakeBeginBody(msgspec.Struct, frozen=True):
    """A count of a place begins. The scope: all of it, a collection, or shelves from `first` to `last`."""

    stocktake: UUID
    collection: str = ""
    first: str = ""
    last: str = ""


class StocktakeReportBody(msgspec.Struct, frozen=True):
    """Who sends this has scanned all that they will: so many copies, each counted once."""

    stocktake: UUID
    scans: int


class StocktakeCloseBody(msgspec.Struct, frozen=True):
    """A count is over; `copies` were scanned in it by anybody, as far as was known then; `results` is the account."""

    stocktake: UUID
    copies: int
    results: dict[str, int] = {}


class MaybeReader(msgspec.Struct, frozen=True):
    """The reader, where the desk knew."""

    reader: UUID | None = None
    reason: str = ""


class VisitTallyBody(msgspec.Struct, frozen=True):
    """How many people came on a day, by reader group."""

    counts: dict[str, int]
    on: date | None = None


class OpenShelfTallyBody(msgspec.Struct, frozen=True):
    """How many documents were used on the open shelf on a day, by reader group."""

    uses: dict[str, int]
    on: date | None = None


class BorrowersTallyBody(msgspec.Struct, frozen=True):
    """How many different people borrowed at a place in a month, by reader group: counted before they are forgotten.

    The hub says it, which stands nowhere: the place is in the body.
    """

    at: str
    month: date  # its first day
    counts: dict[str, int]


class AboutCopy(Protocol):
    """Any body that names a copy."""

    @property
    def copy(self) -> str:
        """The barcode as it was scanned or typed."""


def copy_subject(body: AboutCopy, _private: Any, _place: str, _eff_at: datetime) -> str:
    """Return the barcode; raises ValueError where it cannot be one."""
    return normalise_barcode(body.copy)


def transfer_subject(body: TransferBody, private: Any, place: str, eff_at: datetime) -> str:
    """Return the barcode; raises ValueError where it cannot be one, or nobody is to receive it."""
    if not 0 < len(body.to) <= PLACE_LENGTH or body.to == place:
        raise ValueError(body.to)
    return copy_subject(body, private, place, eff_at)


def stocktake_subject(
    body: StocktakeBeginBody | StocktakeReportBody | StocktakeCloseBody, _private: Any, place: str, _eff_at: datetime
) -> str:
    """Return the id of the stocktake; raises ValueError where its place or scope cannot be."""
    if not place:
        raise ValueError(place)
    match body:
        case StocktakeBeginBody():
            is_sound = max(len(body.first), len(body.last)) <= SHELF_LENGTH
            is_sound = is_sound and len(body.collection) <= COLLECTION_LENGTH
        case StocktakeReportBody():
            is_sound = 0 <= body.scans <= SCANS_MAX
        case StocktakeCloseBody():
            is_sound = 0 <= body.copies <= SCANS_MAX and len(body.results) <= RESULTS_MAX
    if not is_sound:
        raise ValueError(body)
    return str(body.stocktake)


def tally_subject(body: VisitTallyBody | OpenShelfTallyBody, _private: Any, place: str, eff_at: datetime) -> str:
    """Return place and day; raises ValueError where a count is impossible or nobody knows the place."""
    counts = body.counts if isinstance(body, VisitTallyBody) else body.uses
    if not place or not counts or not set(counts) <= GROUPS:
        raise ValueError(place)
    if not all(0 <= count <= COUNT_MAX for count in counts.values()):
        raise ValueError(counts)
    return f"{place}:{body.on or local_date(eff_at)}"


def borrowers_subject(body: BorrowersTallyBody, _private: Any, _place: str, _eff_at: datetime) -> str:
    """Return place and first day of the month; raises ValueError where a count is impossible."""
    if not body.at or body.month.day != 1 or not all(0 < count <= COUNT_MAX for count in body.counts.values()):
        raise ValueError(body)
    return f"{body.at}:{body.month}"
