"""What happened to copies for requests: all that the fold of a request needs beside its own history."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import Q

from guisach.domain.circulation.models import Loan, SetAside, Whereabouts
from guisach.domain.circulation.rules.request_fold import Aside, AwaitedLoan, CopyFacts, LoanFact, Sending
from guisach.domain.readers.queries import families_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID


def copy_facts(askers: Mapping[UUID, UUID | None], awaits: Mapping[UUID, str]) -> dict[UUID, CopyFacts]:
    """Return what the log says of copies for each request; `awaits`: the copies that readers were told of.

    `askers` are the requests, each with who made it: a loan of the same person under another id is told as theirs.
    """
    requests = list(askers)
    asides, taken = _asides(requests)
    sendings, awaited = _sendings(requests), _awaited(awaits)
    loans = _under_one_id(_loans(requests, taken), askers)
    return {
        request: CopyFacts(
            asides.get(request, ()), sendings.get(request, ()), loans.get(request, ()), awaited.get(request, ())
        )
        for request in requests
    }


def _asides(requests: Collection[UUID]) -> tuple[dict[UUID, list[Aside]], dict[UUID, UUID]]:
    """Return what was set aside, and which loan (by its operation) took a copy set aside for which request."""
    found: dict[UUID, list[Aside]] = defaultdict(list)
    taken: dict[UUID, UUID] = {}
    for row in SetAside.objects.filter(request__in=requests).order_by("at", "op"):
        found[row.request].append(Aside(row.op, row.barcode, row.place, row.at, row.closed_by, row.ended))
        if row.ended == "LENT" and row.closed_by:
            taken[row.closed_by] = row.request
    return found, taken


def _sendings(requests: Collection[UUID]) -> dict[UUID, list[Sending]]:
    found: dict[UUID, list[Sending]] = defaultdict(list)
    for row in Whereabouts.objects.filter(sent_for__in=requests).order_by("sent_at", "barcode"):
        if row.sent_for and row.sent_at:
            found[row.sent_for].append(Sending(row.barcode, row.going_to, row.sent_at))
    return found


def _loans(requests: Collection[UUID], taken: Mapping[UUID, UUID]) -> dict[UUID, list[LoanFact]]:
    found: dict[UUID, list[LoanFact]] = defaultdict(list)
    about = Q(request__in=requests) | Q(pk__in=list(taken)) if taken else Q(request__in=requests)
    wanted = set(requests)
    for row in Loan.objects.filter(about).order_by("lent_at", "op"):
        loan = LoanFact(row.op, row.barcode, row.reader, row.place, row.lent_at, row.request)
        for request in wanted.intersection(filter(None, (row.request, taken.get(row.op)))):
            found[request].append(loan)
    return found


def _under_one_id(
    loans: Mapping[UUID, list[LoanFact]], askers: Mapping[UUID, UUID | None]
) -> dict[UUID, list[LoanFact]]:
    """Let loans of who asked bear the id that they asked with (SYNC row 11)."""
    others = {loan.reader for request, some in loans.items() for loan in some if loan.reader != askers[request]}
    asking = {asker for request in loans if (asker := askers[request]) is not None}
    families = families_of(others | asking) if others else {}

    def told(loan: LoanFact, asker: UUID | None) -> LoanFact:
        if asker is None or loan.reader == asker or families[loan.reader].id != families[asker].id:
            return loan
        return replace(loan, reader=asker)

    return {request: [told(loan, askers[request]) for loan in some] for request, some in loans.items()}


def _awaited(awaits: Mapping[UUID, str]) -> dict[UUID, list[AwaitedLoan]]:
    if not awaits:
        return {}
    of_copy: dict[str, list[AwaitedLoan]] = defaultdict(list)
    rows = Loan.objects.filter(barcode__in=set(awaits.values()), renewed_op__isnull=False).order_by("lent_at", "op")
    for row in rows:
        of_copy[row.barcode].append(AwaitedLoan(row.barcode, row.lent_at, row.due_on, row.renewed_op, row.closed_at))
    return {request: of_copy[barcode] for request, barcode in awaits.items() if barcode in of_copy}
