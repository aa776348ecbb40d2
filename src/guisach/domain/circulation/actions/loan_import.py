"""Books that are out in an older system come in as lendings on their day, promised for the day that was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.journal.queries import people_of
from guisach.domain.journal.rules.envelope import canonical
from guisach.domain.journal.steps import append, in_one_transaction
from guisach.domain.network.queries import places_by_code
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import Brought, in_parts, note_receipts, refuse
from guisach.domain.readers.rules.cards import normalise_card
from guisach.domain.readers.rules.old_sheets import Unusable, operation_id, read_day, reader_id
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from guisach.domain.journal.queries import Source
    from guisach.domain.journal.steps import Receipt
    from guisach.domain.readers.actions import Row
    from guisach.kernel.clock import Clock


def import_loans(
    rows: Iterable[Row], *, source: str, place: str, by: Source, clock: Clock, rehearse: bool = False
) -> Iterator[Brought]:
    """Bring open loans in, some hundred in a transaction; yields what came of the rows so far after each.

    `source` is the one under which the readers came. A book that the catalogue does not know yet comes in as well,
    and is looked at; a reader whom nobody knows is refused with reader_unknown, for the loan would be nobody's.
    """
    brought = Brought()
    today = local_date(clock())
    for some in in_parts(rows):
        known_places = places_by_code({row.cells.get("place") or place for row in some})
        operations: list[dict[str, Any]] = []
        for row in some:
            try:
                operations.append(_lending(row.cells, source, place, known_places, today))
            except Unusable as why:
                refuse(brought, row, why)
        if rehearse:
            brought.counts["readable"] += len(operations)
        elif operations:
            note_receipts(brought, _record(_named(operations, source), by, clock), "LENT")
        yield brought


@in_one_transaction
def _record(operations: Sequence[dict[str, Any]], by: Source, clock: Clock) -> list[Receipt]:
    return append(operations, via=by, clock=clock)


def _lending(
    cells: Mapping[str, str], source: str, place: str, known_places: Mapping[str, object], today: date
) -> dict[str, Any]:
    try:
        barcode = normalise_barcode(cells.get("barcode", ""))
    except ValueError:
        raise Unusable("barcode_unusable", "barcode") from None
    at = cells.get("place") or place
    if at not in known_places:
        raise Unusable("place_unknown", "place")
    lent, due = read_day(cells.get("lent", ""), "lent"), read_day(cells.get("due", ""), "due")
    if lent is None or lent > today:
        raise Unusable("day_unreadable", "lent")
    if due is not None and due < lent:
        raise Unusable("day_unreadable", "due")
    operation: dict[str, Any] = {
        "v": 1, "kind": "lend", "place": at, "copy": barcode, "source": f"import:{source}",
        "occurred": lent.isoformat(), "private": {"reader": str(_reader(cells, source))},
    }  # fmt: skip
    if due is not None:
        operation["due"] = due.isoformat()
    return operation


def _named(operations: Sequence[dict[str, Any]], source: str) -> list[dict[str, Any]]:
    """Give each lending its id, the same each time: made of what is public in it.

    Made of the reader too, it would prove for ever who it was, whatever is forgotten. A row that says another reader
    than a former one of the same copy and days is another lending, to be looked at as any two of one copy are.
    """
    said = [canonical({key: value for key, value in one.items() if key != "private"}) for one in operations]
    first = [operation_id(source, "lend", public) for public in said]
    readers_of = {op: str(reader) for op, reader in people_of(first, is_remembered=True).items()}
    named = []
    for op, public, operation in zip(first, said, operations, strict=True):
        is_other = readers_of.setdefault(op, operation["private"]["reader"]) != operation["private"]["reader"]
        id_ = operation_id(source, "lend", f"{public}|another reader") if is_other else op
        named.append({"op": str(id_), **operation})
    return named


def _reader(cells: Mapping[str, str], source: str) -> UUID:
    number, card = cells.get("id", "").strip(), cells.get("card", "").strip()
    if number and readers.reader(found := reader_id(source, number, "")) is not None:
        return found
    try:
        holder = readers.reader_by_card(normalise_card(card)) if card else None
    except ValueError:
        holder = None
    if holder is None:
        raise Unusable("reader_unknown", "card")
    return holder.id
