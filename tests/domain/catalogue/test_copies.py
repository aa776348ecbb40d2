"""Copies: their numbers, their places, and who is told of them."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue import actions, queries
from guisach.domain.catalogue.rules.drafts import CopyDraft
from guisach.domain.circulation.models import Loan
from guisach.domain.journal.actions import record as record_operations
from guisach.domain.journal.models import Case, CaseStatus
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import COBA, DAMTHUY, TINH, refused

pytestmark = pytest.mark.django_db


def draft(barcode: str = "CB000001", base: str = COBA) -> CopyDraft:
    return CopyDraft(barcode=barcode, owner=TINH, base=base, call_no="895.9 D250", shelf="Thiếu nhi")


@pytest.fixture
def record() -> int:
    builders.province()
    return builders.record().pk


def test_a_number_is_kept_as_a_scanner_reads_it(record):
    view = actions.add_copy(record=record, copy=draft("  cb000001 "))
    assert view == queries.copy_by_barcode("CB000001")
    assert (view.owner, view.base, view.call_no) == (TINH, COBA, "895.9 D250")


@pytest.mark.parametrize(
    ("barcodes", "code"),
    [
        (["CB1", "CB1 "], "barcode_taken"),
        (["CB2", "CBTAKEN"], "barcode_taken"),
        (["CB2", " "], "barcode_unusable"),
        (["B" * 5000], "barcode_unusable"),
        (["CB:2"], "barcode_unusable"),
        (["CB\x002"], "barcode_unusable"),
    ],
)
def test_a_number_that_is_taken_or_none_is_refused_and_nothing_goes_in(record, barcodes, code):
    builders.copy("CBTAKEN", of=builders.record("Khác"))
    with refused(code):
        actions.add_copies(record=record, copies=[draft(barcode) for barcode in barcodes])
    assert queries.copies_of_records([record]) == []


def test_copies_need_a_record_and_places_that_exist(record):
    with refused("record_unknown"):
        actions.add_copy(record=record + 1000, copy=draft())
    with refused("place_unknown"):
        actions.add_copy(record=record, copy=draft(base="CB-NOWHERE"))


def test_a_copy_can_be_withdrawn_and_moved_and_then_counts_no_more(record):
    actions.add_copies(record=record, copies=[draft("CB1"), draft("CB2")])
    position = queries.last_change()

    actions.change_copy(barcode="cb1", condition="WITHDRAWN", note="Rách")
    moved = actions.change_copy(barcode="CB2", base=DAMTHUY)

    assert moved.base == DAMTHUY
    assert moved.shelf == "Thiếu nhi"
    assert queries.holdings_by_place([COBA, DAMTHUY]) == {DAMTHUY: queries.Holding(1, 1)}
    assert [c.barcode for c in queries.copies_at(COBA)] == ["CB1"]
    assert [c.barcode for c in queries.copies_at(DAMTHUY)] == ["CB2"]
    assert queries.changes_after(position).records == [record]
    with refused("copy_unknown"):
        actions.change_copy(barcode="CB3", note="?")
    with refused("place_unknown"):
        actions.change_copy(barcode="CB2", base="CB-NOWHERE")


def test_cataloguing_a_copy_that_was_lent_unknown_settles_its_case(record):
    clock = builders.Clock()
    lan = builders.lan()
    reader = builders.an(lan, clock)
    record_operations(
        operations=[
            {
                "op": str(new_id()), "v": 1, "kind": "lend", "copy": "CB000009", "due": "2026-12-04", "place": COBA,
                "private": {"reader": str(reader)},
            }
        ],
        by=lan.source,
        clock=clock,
    )  # fmt: skip
    assert Loan.objects.get().barcode == "CB000009"
    case = Case.objects.get(kind="unknown_barcode")
    assert case.status == CaseStatus.OPEN

    actions.add_copy(record=record, copy=draft("cb000009"))

    case.refresh_from_db()
    assert case.status == CaseStatus.GONE


def test_documents_for_the_index_know_places_and_loans(record):
    clock = builders.Clock()
    lan = builders.lan()
    reader = builders.an(lan, clock)
    actions.add_copies(record=record, copies=[draft("CB1"), draft("CB2", DAMTHUY), draft("CB3", TINH)])
    actions.change_copy(barcode="CB3", condition="WITHDRAWN")
    lonely = builders.record("Không bản nào").pk
    record_operations(
        operations=[
            {
                "op": str(new_id()), "v": 1, "kind": "lend", "copy": "CB1", "due": "2026-12-04", "place": COBA,
                "private": {"reader": str(reader)},
            }
        ],
        by=lan.source,
        clock=clock,
    )  # fmt: skip

    found = {document.id: document for document in queries.documents([record, lonely, 10**9])}

    assert found.keys() == {record, lonely}
    assert found[record].places == (COBA, DAMTHUY)
    assert (found[record].loans, found[lonely].loans) == (1, 0)
    assert found[record].authors == ("Tô Hoài",)
