"""The catalogue's part of the digest of `guisach check`."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue import actions, queries
from guisach.domain.catalogue.rules.drafts import CopyDraft, NewTitle, RecordDraft
from tests import builders
from tests.builders import COBA, TINH

pytestmark = pytest.mark.django_db

TITLES = [
    NewTitle(
        draft=RecordDraft(title=f"Sách {n}", subjects=("Núi",)),
        copies=tuple(CopyDraft(barcode=f"CB{n}{letter}", owner=TINH, base=COBA) for letter in "ab"),
    )
    for n in range(5)
]


def digest_of(titles: list[NewTitle]) -> list[str]:
    from guisach.domain.catalogue.models import Copy, Record

    clock = builders.Clock()
    clock.forward(hours=len(titles[0].copies[0].barcode))
    actions.add_many(titles=titles, clock=clock)
    rows = list(queries.digest_rows())
    Copy.objects.all().delete()
    Record.objects.all().delete()
    return rows


def test_the_same_data_gives_the_same_lines_in_whatever_order_it_came():
    builders.province()
    assert digest_of(TITLES) == digest_of(TITLES[::-1])
    assert len(digest_of(TITLES)) == 5


def test_any_difference_shows():
    builders.province()
    one = TITLES[0]
    base = digest_of([one])
    for other in (
        NewTitle(draft=RecordDraft(title="Sách 0", subjects=("Rừng",)), copies=one.copies),
        NewTitle(draft=one.draft, copies=one.copies[:1]),
        NewTitle(draft=one.draft, copies=one.copies, is_filler=True),
        NewTitle(draft=one.draft, copies=(one.copies[0], CopyDraft(barcode="CB0b", owner=COBA, base=COBA))),
    ):
        assert digest_of([other]) != base
