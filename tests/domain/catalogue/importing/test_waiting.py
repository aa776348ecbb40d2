"""A person decides about what waits: a new title, the same as one that is here, or nothing of ours."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue import queries
from guisach.domain.catalogue.actions import importing
from guisach.domain.catalogue.models import Copy, ImportedChunk, Record, RecordVersion
from tests import builders
from tests.builders import COBA, refused
from tests.builders_marc import book, data

pytestmark = pytest.mark.django_db

SUBJECT = ("650", data(("a", "Văn học thiếu nhi"), indicators=" 4"))


@pytest.fixture
def waiting(bring):
    """Lan's sheet has a book that may be the one of the catalogue."""
    bring(book(barcodes=("CB1",)))
    assert bring(book(author="Hoài, Tô", more=(SUBJECT,), barcodes=("CB2",)), name="xã.mrc").outcomes == ["waiting"]
    (found,) = queries.waiting()
    return found.id


def decide(waiting: int, decision: str, clock, **more):
    return importing.decide_waiting(waiting=waiting, decision=decision, clock=clock, **more)


def test_merged_ours_is_filled_up_and_the_copies_come_in(waiting, clock):
    lan = builders.lan().staff.pk
    found = decide(waiting, "MERGE", clock, by=lan)
    record = Record.objects.get()
    assert (found.record, found.copies, found.warnings) == (record.pk, 1, ())
    assert (record.author, record.subjects) == ("Tô Hoài", ["Văn học thiếu nhi"])
    assert Copy.objects.get(barcode="CB2").record_id == record.pk
    assert RecordVersion.objects.get().by_id == lan
    assert queries.count_waiting() == 0
    (told,) = queries.waiting(is_decided=True)
    assert (told.decision, told.record) == ("MERGE", record.pk)


def test_added_it_is_a_title_of_its_own(waiting, clock, bring):
    found = decide(waiting, "ADD", clock)
    assert Record.objects.count() == 2
    assert Copy.objects.get(barcode="CB2").record_id == found.record
    assert queries.changes_after(0).records[-1] == found.record


def test_discarded_nothing_of_it_comes_in_and_nobody_is_asked_again(waiting, clock, bring):
    assert decide(waiting, "DISCARD", clock).record is None
    assert Record.objects.count() == 1
    assert bring(book(author="Hoài, Tô", more=(SUBJECT,), barcodes=("CB2",)), name="xã.mrc").outcomes == ["unchanged"]
    assert queries.count_waiting() == 0


@pytest.mark.parametrize("decision", ["ADD", "MERGE", "DISCARD"])
def test_the_file_imported_again_changes_nothing(waiting, clock, bring, decision):
    decide(waiting, decision, clock)
    before = list(queries.digest_rows())
    assert bring(book(author="Hoài, Tô", more=(SUBJECT,), barcodes=("CB2",)), name="xã.mrc").outcomes == ["unchanged"]
    assert list(queries.digest_rows()) == before


def test_the_same_decision_twice_is_fine_and_another_is_refused(waiting, clock):
    first = decide(waiting, "MERGE", clock)
    assert decide(waiting, "MERGE", clock).record == first.record
    assert ImportedChunk.objects.filter(record=first.record).count() == 4  # two files, and what either said
    with refused("waiting_decided"):
        decide(waiting, "ADD", clock)


def test_chosen_fields_of_the_other_can_be_taken(waiting, clock):
    decide(waiting, "MERGE", clock, overlay_fields=("authors",))
    assert "Hoài, Tô" in Record.objects.get().marc
    with refused("policy_wrong"):
        decide(waiting, "MERGE", clock, overlay_fields=("tác giả",))


def test_a_title_can_be_named_that_nobody_thought_of(waiting, clock, bring):
    other = bring(book("Sách khác"), name="khác.mrc").records[0]
    assert decide(waiting, "MERGE", clock, record=other).record == other
    assert Copy.objects.get(barcode="CB2").record_id == other


def test_where_several_come_into_question_one_must_be_named(bring, clock):
    bring(book("Đất rừng phương Nam", author="Đoàn Giỏi", more=(("260", data(("c", "2001"))),)))
    bring(book("Đất rừng phương Nam", author="Đoàn Giỏi", more=(("260", data(("c", "2002"))),)), policy="add")
    nameless = book("Đất rừng phương Nam", author="Đoàn Giỏi", leader="00000nam a2200000 a 4500")
    nameless = nameless.replace(b"261122s1941", b"261122nuuuu")
    assert bring(nameless, name="xã.mrc").outcomes == ["waiting"]
    (one,) = queries.waiting()
    assert len(one.candidates) == 2
    with refused("record_not_named"):
        decide(one.id, "MERGE", clock)
    assert importing.decide_many(waiting=[one.id], decision="MERGE", clock=clock) == ([], [one.id])
    assert decide(one.id, "MERGE", clock, record=one.candidates[1].record).record == one.candidates[1].record


def test_rows_of_one_sheet_that_are_one_new_title_join_when_both_are_added(bring, clock):
    bring(book())
    bring(book(barcodes=("CB7",)), book(barcodes=("CB8",)), name="xã.mrc")
    first, second = queries.waiting()
    decided, left = importing.decide_many(waiting=[first.id, second.id], decision="ADD", clock=clock)
    assert left == []
    assert len({one.record for one in decided}) == 1
    assert Copy.objects.filter(record=decided[0].record).count() == 2
    assert Record.objects.count() == 2


def test_a_number_that_was_taken_meanwhile_is_told(waiting, clock):
    builders.copy("CB2", of=builders.record("Sách khác"))
    found = decide(waiting, "ADD", clock)
    assert (found.copies, found.warnings) == (0, ("barcode_taken:CB2",))


def test_what_does_not_wait_cannot_be_decided(waiting, clock):
    with refused("waiting_unknown"):
        decide(waiting + 1000, "ADD", clock)
    with refused("decision_unknown"):
        decide(waiting, "KEEP", clock)
    with refused("record_unknown"):
        decide(waiting, "MERGE", clock, record=10**6)
    assert queries.count_waiting() == 1
    assert COBA in {copy.base for copy in queries.copies_of_records([Record.objects.get().pk])}
