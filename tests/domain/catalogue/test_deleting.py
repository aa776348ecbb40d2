"""A title can be taken out while no copy belongs to it; that it was there is remembered."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue import actions, queries
from guisach.domain.catalogue.models import DeletedRecord
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _province():
    builders.province()


def test_a_title_without_copies_goes_and_the_index_is_told():
    book = builders.record(kind="COMIC")
    before = queries.last_change()
    actions.delete_record(record=book.pk, clock=builders.Clock(), reason="trùng")
    left = DeletedRecord.objects.get()
    assert (left.pk, left.kind, left.reason) == (book.pk, "COMIC", "trùng")
    assert queries.record(left.pk) is None
    assert queries.changes_after(before).records == [left.pk]
    assert builders.record("Khác").pk != left.pk


@pytest.mark.parametrize("condition", ["NORMAL", "WITHDRAWN"])
def test_a_title_with_copies_stays(condition):
    book = builders.copy(condition=condition).record
    with builders.refused("record_has_copies"):
        actions.delete_record(record=book.pk, clock=builders.Clock())
    assert queries.record(book.pk) is not None
    assert not DeletedRecord.objects.exists()


def test_a_title_that_is_not_there_is_refused():
    with builders.refused("record_unknown"):
        actions.delete_record(record=999_999, clock=builders.Clock())
