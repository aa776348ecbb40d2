"""How copies stand, for the search index, and which of them something happened to since it last looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from guisach.domain.catalogue.kinds import Standing
from guisach.domain.circulation.models import Loan, Whereabouts
from guisach.domain.journal.queries import subjects_known

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from guisach.domain.journal.queries import Appended

_SUBJECT = "copy:"


def copy_standings(barcodes: Collection[str]) -> dict[str, Standing]:
    """Return where copies were last seen, whether they are out and how often they were lent: two queries."""
    wanted = list(barcodes)
    seen = Whereabouts.objects.in_bulk(wanted)
    found = {barcode: Standing(row.place, is_out=_is_not_to_be_had(row)) for barcode, row in seen.items()}
    counted = Loan.objects.filter(barcode__in=wanted).order_by().values_list("barcode")
    for barcode, loans, out in counted.annotate(Count("pk"), out=Count("pk", filter=Q(closed_at__isnull=True))):
        before = found.get(barcode, Standing())
        found[barcode] = Standing(before.place, before.is_out or bool(out), loans)
    return found


def _is_not_to_be_had(row: Whereabouts) -> bool:
    return bool(row.trouble or row.going_to or row.aside_for)


def copies_in_log(barcodes: Collection[str]) -> set[str]:
    """Return those of some thousand copies that anything ever happened to: lent, seen, counted, even by mistake."""
    subjects = [f"{_SUBJECT}{barcode}" for barcode in barcodes]
    return {subject.removeprefix(_SUBJECT) for subject in subjects_known(subjects)}


def moved_copies(operations: Iterable[Appended]) -> list[str]:
    """Return the barcodes that the operations are about, each once."""
    about = (one.subject.removeprefix(_SUBJECT) for one in operations if one.subject.startswith(_SUBJECT))
    return list(dict.fromkeys(about))
