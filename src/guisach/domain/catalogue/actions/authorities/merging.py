"""Making one of two authorities, or of several forms of one name. It is always a person who says that they are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.actions.authorities.forms import (
    announce_titles,
    found,
    keys_among,
    put_heading,
    put_variants,
    retie,
)
from guisach.domain.catalogue.actions.authorities.refusals import AuthorityUnknown, DatesDiffer, KindsDiffer
from guisach.domain.catalogue.models import Authority, Heading
from guisach.domain.catalogue.rules.headings import same_dates
from guisach.domain.catalogue.steps import begin
from guisach.domain.journal.steps import in_one_transaction

if TYPE_CHECKING:
    from collections.abc import Collection

    from guisach.kernel.clock import Clock


@in_one_transaction
def merge_authorities(*, winner: int, loser: int, clock: Clock) -> None:
    """Let the loser's forms lead to the winner and take the loser out; dates and note fill what the winner lacks.

    The titles keep their headings until `apply_authority`. Raises AuthorityUnknown, KindsDiffer, DatesDiffer.
    """
    begin()
    _merge(found(winner), found(loser), clock)


@in_one_transaction
def gather_forms(*, heading: int, others: Collection[int], clock: Clock) -> int:
    """Make one authority of forms that stand in titles: the first is the heading, the others lead to it.

    All are ids of headings; authorities that they have already are merged. Returns the authority's id. Raises
    AuthorityUnknown, KindsDiffer, DatesDiffer.
    """
    begin()
    rows = Heading.objects.in_bulk([heading, *others])
    chosen = rows.get(heading)
    if chosen is None or len(rows) != len({heading, *others}):
        raise AuthorityUnknown
    if any(row.kind != chosen.kind for row in rows.values()):
        raise KindsDiffer
    winner = _authority_of(chosen, clock)
    for row in rows.values():
        if not same_dates(winner.dates, row.dates):
            raise DatesDiffer(dates=winner.dates, others=row.dates)
        other = row.authority if row.authority_id and row.authority_id != winner.pk else None
        if other is not None and other.heading == row.text:
            _merge(winner, other, clock)
        elif other is not None:
            other.variants.filter(text=row.text).delete()  # a form leads to one heading only
        winner.dates = winner.dates or row.dates
    put_variants(winner, [row.text for row in rows.values() if row.pk != heading])
    winner.updated_at = clock()
    winner.save()
    retie(winner.kind, keys_among(winner))
    announce_titles([winner.pk])
    return winner.pk


def _authority_of(chosen: Heading, clock: Clock) -> Authority:
    """Return the authority with this very heading, made if need be; one that the form only leads to is renamed."""
    kept = Authority.objects.filter(kind=chosen.kind, heading=chosen.text).order_by("dates", "pk")
    fitting = [row for row in kept if same_dates(row.dates, chosen.dates)]
    if fitting:
        return fitting[0]
    now = clock()
    row = Authority(kind=chosen.kind, dates=chosen.dates, created_at=now, updated_at=now)
    put_heading(row, chosen.text)
    row.save()
    return row


def _merge(winner: Authority, loser: Authority, clock: Clock) -> None:
    if winner.pk == loser.pk or winner.kind != loser.kind:
        raise KindsDiffer
    if not same_dates(winner.dates, loser.dates):
        raise DatesDiffer(dates=winner.dates, others=loser.dates)
    keys = keys_among(winner) | keys_among(loser)
    forms = [loser.heading, *loser.variants.order_by("pk").values_list("text", flat=True)]
    winner.dates = winner.dates or loser.dates
    winner.note = winner.note or loser.note
    winner.source, winner.source_no = (
        (winner.source, winner.source_no) if winner.source_no else (loser.source, loser.source_no)
    )
    winner.updated_at = clock()
    loser.delete()
    winner.save()
    put_variants(winner, forms)
    retie(winner.kind, keys)
    announce_titles([winner.pk])
