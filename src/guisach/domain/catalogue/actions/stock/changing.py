"""Changing copies one by one or a pile at a time; what they were is kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.actions.copies import CollectionUnknown, CopyUnknown, PlaceUnknown
from guisach.domain.catalogue.kinds import tell_copies_changed, tell_copies_reinstated
from guisach.domain.catalogue.models import Collection, Copy, CopyCondition, PhysicalState
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.catalogue.steps import announce, begin, changed_fields, keep_changes
from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.network.queries import places_by_code
from guisach.kernel.errors import DomainError
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from collections.abc import Collection as Several
    from collections.abc import Sequence

    from guisach.kernel.clock import Clock

COPIES_AT_ONCE_MAX = 2000
PRICE_MAX_VND = 2_000_000_000
_SHOWN = 8  # numbers that a message names
_LENGTHS = {"call_no": 80, "shelf": 80, "note": 300, "part": 80}
# What the search, availability and the desks know of a copy.
_TOLD = {"condition", "base_id", "call_no", "shelf", "collection_id"}


class CopiesElsewhere(DomainError):
    """Copies that another place answers for."""

    code = "copies_elsewhere"
    status = 404
    text = _("Another place answers for these copies: %(barcodes)s. Please leave them out.")


class NoCopies(DomainError):
    """An act on copies that names none."""

    code = "no_copies"
    status = 422
    text = _("No copies were named. Please scan or write their numbers.")


class TooManyCopies(DomainError):
    """More copies than are changed in one act."""

    code = "too_many_copies"
    status = 422
    text = _("At most %(max)s copies at once. Please do it in parts.")


class PriceWrong(DomainError):
    """A price that no book has."""

    code = "price_wrong"
    status = 422
    text = _("The price must be a whole number of đồng, from 0 to 2,000,000,000.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyChange:
    """What is to become of copies; None leaves it, an empty text takes it away. Number and owner never change."""

    condition: str | None = None
    base: str | None = None
    collection: str | None = None
    state: str | None = None
    call_no: str | None = None
    shelf: str | None = None
    part: str | None = None
    price_vnd: int | None = None
    note: str | None = None


@in_one_transaction
def change_copies(
    *,
    barcodes: Sequence[str],
    change: CopyChange,
    clock: Clock,
    by: int | None = None,
    within: Several[str] | None = None,
) -> int:
    """Change the copies, all or none, and return how many became different.

    `within`: the places whose copies this person may change; None is all. Raises NoCopies, TooManyCopies,
    CopyUnknown, CopiesElsewhere, PlaceUnknown, CollectionUnknown, PriceWrong; ValueError for a condition or state
    that does not exist (a fault of the caller).
    """
    begin()
    rows = chosen_copies(barcodes, within)
    values = _values(change)
    changes = {row.barcode: changed_fields(row, values) for row in rows}
    touched = [row for row in rows if changes[row.barcode]]
    if not touched:
        return 0
    Copy.objects.bulk_update(touched, list(values), batch_size=200)
    keep_changes([(f"copy:{row.barcode}", changes[row.barcode]) for row in touched], at=clock(), by=by)
    back = [row.barcode for row in touched if changes[row.barcode].get("condition", [""])[0] == CopyCondition.WITHDRAWN]
    if back:
        tell_copies_reinstated(back, clock)
    told = [row for row in touched if _TOLD & changes[row.barcode].keys()]
    announce(row.record_id for row in told)
    tell_copies_changed([row.barcode for row in told])
    return len(touched)


@in_one_transaction
def mark_labelled(*, barcodes: Sequence[str], clock: Clock, within: Several[str] | None = None) -> int:
    """Note that the labels of these copies came out well. Refusals as in `change_copies`."""
    begin()
    rows = chosen_copies(barcodes, within)
    return Copy.objects.filter(pk__in=[row.pk for row in rows]).update(labelled_at=clock())


def chosen_copies(barcodes: Sequence[str], within: Several[str] | None) -> list[Copy]:
    """Return the copies in the order given, each once; raises the refusal that meets one of them."""
    wanted = list(dict.fromkeys(_normalised(barcode) for barcode in barcodes))
    if not wanted:
        raise NoCopies
    if len(wanted) > COPIES_AT_ONCE_MAX:
        raise TooManyCopies(max=COPIES_AT_ONCE_MAX)
    found = {copy.barcode: copy for copy in Copy.objects.filter(barcode__in=wanted)}
    for barcode in wanted:
        if barcode not in found:
            raise CopyUnknown(barcode=barcode)
    elsewhere = [c for c in wanted if within is not None and found[c].base_id not in within]
    if elsewhere:
        raise CopiesElsewhere(barcodes=", ".join(elsewhere[:_SHOWN]) + (" …" if len(elsewhere) > _SHOWN else ""))
    return [found[barcode] for barcode in wanted]


def _normalised(barcode: str) -> str:
    try:
        return normalise_barcode(barcode)
    except ValueError:
        raise CopyUnknown(barcode=barcode[:32]) from None


def _values(change: CopyChange) -> dict[str, Any]:
    """Return the columns to be set; raises what is wrong with a value."""
    said = {name: value for name, value in asdict(change).items() if value is not None}
    values: dict[str, Any] = {name: nfc(said[name])[:length] for name, length in _LENGTHS.items() if name in said}
    if "condition" in said:
        values["condition"] = CopyCondition(said["condition"]).value
    if "state" in said:
        values["state"] = PhysicalState(said["state"]).value
    if "base" in said:
        if said["base"] not in places_by_code([said["base"]]):
            raise PlaceUnknown(place=said["base"][:32])
        values["base_id"] = said["base"]
    if "collection" in said:
        if said["collection"] and not Collection.objects.filter(pk=said["collection"]).exists():
            raise CollectionUnknown(collection=said["collection"][:32])
        values["collection_id"] = said["collection"] or None
    if "price_vnd" in said:
        if not 0 <= said["price_vnd"] <= PRICE_MAX_VND:
            raise PriceWrong
        values["price_vnd"] = said["price_vnd"]
    return values
