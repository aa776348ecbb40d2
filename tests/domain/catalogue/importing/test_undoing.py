"""A whole import is taken back, but for what people work with by now."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue import actions, queries
from guisach.domain.catalogue.actions import importing
from guisach.domain.catalogue.models import (
    BookList,
    BookListEntry,
    Copy,
    DeletedRecord,
    ImportedChunk,
    Record,
    RecordVersion,
    WaitingRecord,
)
from guisach.domain.catalogue.rules.drafts import CopyDraft, RecordDraft
from guisach.domain.circulation import actions as circulation
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import COBA, refused
from tests.builders_marc import book, data

pytestmark = pytest.mark.django_db

SUBJECT = ("650", data(("a", "Văn học thiếu nhi"), indicators=" 4"))


def undo(id_: int, clock) -> importing.Undone:
    return importing.undo_import(import_=id_, clock=clock)


def whole() -> tuple[list[str], int]:
    return list(queries.digest_rows()), ImportedChunk.objects.count()


def test_what_was_added_goes_with_its_copies_and_harvesters_are_told(bring, clock):
    kept = bring(book("Ở lại", barcodes=("K1",)))
    before = whole()
    found = bring(*(book(f"Sách {n}", barcodes=(f"A{n}",)) for n in range(450)), name="nhầm.mrc")
    end = queries.last_change()

    undone = undo(found.id, clock)

    assert (undone.records, undone.copies, undone.restored, undone.kept) == (450, 450, 0, ())
    assert whole() == before
    assert set(DeletedRecord.objects.values_list("record", flat=True)) == set(found.records)
    assert set(queries.changes_after(end, 1000).records) == set(found.records)
    view = queries.import_(found.id)
    assert view is not None
    assert (view.status, view.undone["records"]) == ("UNDONE", 450)
    assert Record.objects.get().pk == kept.records[0]


def test_the_same_file_can_be_imported_again_from_scratch(bring, clock):
    chunks = [book("Một", barcodes=("A1",)), book("Hai")]
    first = bring(*chunks)
    fresh = whole()
    undo(first.id, clock)
    assert bring(*chunks).outcomes == ["added", "added"]
    assert whole() == fresh


def test_what_was_changed_is_as_it_was_before(bring, clock):
    bring(book(number="1", source="TVCB", changed="20240101000000.0", barcodes=("A1",)))
    before, marc = whole(), Record.objects.get().marc
    found = bring(
        book(number="1", source="TVCB", changed="20250101000000.0", more=(SUBJECT,), barcodes=("A1", "A2")),
        name="mới.mrc",
    )
    assert found.outcomes == ["merged"]
    undone = undo(found.id, clock)
    assert (undone.records, undone.restored, undone.copies) == (0, 1, 1)
    assert (Record.objects.get().marc, whole()) == (marc, before)
    assert RecordVersion.objects.count() == 0


def test_undoing_twice_is_undoing_once(bring, clock):
    found = bring(book())
    first = undo(found.id, clock)
    end = queries.last_change()
    assert undo(found.id, clock) == first
    assert queries.last_change() == end


def test_a_copy_that_was_lent_stays_with_its_title(bring, clock):
    lan = builders.lan()
    an = builders.an(lan, clock)
    found = bring(book("Một", barcodes=("A1", "A2")), book("Hai", barcodes=("B1",)))
    circulation.lend(op_id=new_id(), by=lan.source, place=COBA, barcode="A1", reader=an, clock=clock, override=None)
    undone = undo(found.id, clock)
    assert (undone.records, undone.kept_count) == (1, 1)
    (kept,) = undone.kept
    assert (kept.record, kept.barcode, kept.why) == (found.records[0], "A1", "copy_in_use")
    assert set(Copy.objects.values_list("barcode", flat=True)) == {"A1", "A2"}
    # What stays, stays known; what went comes back.
    again = bring(book("Một", barcodes=("A1", "A2")), book("Hai", barcodes=("B1",)))
    assert again.outcomes == ["unchanged", "added"]


def test_a_lent_copy_stays_with_a_title_that_the_import_only_added_to(bring, clock):
    lan = builders.lan()
    an = builders.an(lan, clock)
    bring(book(number="1", source="TVCB"))
    found = bring(book(number="1", source="TVCB", barcodes=("A1", "A2")), name="bản.mrc")
    circulation.lend(op_id=new_id(), by=lan.source, place=COBA, barcode="A1", reader=an, clock=clock, override=None)
    undone = undo(found.id, clock)
    assert [(one.barcode, one.why) for one in undone.kept] == [("A1", "copy_in_use")]
    assert list(Copy.objects.values_list("barcode", flat=True)) == ["A1"]


def edited(record: int, clock) -> None:
    actions.change_record(record=record, draft=RecordDraft(title="Sách một", authors=("Ai đó",)), clock=clock)


def test_what_a_person_has_corrected_stays(bring, clock):
    found = bring(book("Một"), book("Hai"))
    edited(found.records[0], clock)
    undone = undo(found.id, clock)
    assert [(one.record, one.why) for one in undone.kept] == [(found.records[0], "record_edited")]
    assert Record.objects.get().title == "Sách một"


def test_a_description_that_a_person_has_corrected_since_is_not_put_back(bring, clock):
    bring(book("Một", number="1", source="TVCB", changed="2024"))
    found = bring(book("Một", number="1", source="TVCB", changed="2025", more=(SUBJECT,)), name="mới.mrc")
    edited(found.records[0], clock)
    undone = undo(found.id, clock)
    assert (undone.restored, [one.why for one in undone.kept]) == (0, ["record_edited"])
    assert Record.objects.get().title == "Sách một"


def added_by_hand(record: int, _clock) -> str:
    actions.add_copy(record=record, copy=CopyDraft(barcode="TAY1", owner=COBA, base=COBA))
    return "has_copies"


def changed_copy(record: int, _clock) -> str:
    actions.change_copy(barcode="A1", condition="REFERENCE")
    return "copy_changed"


def listed(record: int, clock) -> str:
    shelf = BookList.objects.create(name="Hè", created_at=clock(), updated_at=clock())
    BookListEntry.objects.create(list=shelf, record_id=record, rank=1)
    return "record_in_use"


@pytest.mark.parametrize("happening", [added_by_hand, changed_copy, listed])
def test_what_people_work_with_stays(bring, clock, happening):
    found = bring(book("Một", barcodes=("A1",)))
    why = happening(found.records[0], clock)
    undone = undo(found.id, clock)
    assert [(one.record, one.why) for one in undone.kept] == [(found.records[0], why)]
    assert Copy.objects.filter(barcode="A1").exists()


def test_what_another_import_has_gone_into_stays(bring, clock):
    first = bring(book(number="1", source="TVCB", changed="2024"))
    second = bring(book(number="1", source="TVCB", changed="2025", more=(SUBJECT,)), name="hai.mrc")
    assert [one.why for one in undo(first.id, clock).kept] == ["other_import"]
    assert undo(second.id, clock).restored == 1
    assert Record.objects.get().subjects == []


def test_undone_in_the_order_of_a_stack_nothing_is_left(bring, clock):
    before = whole()
    first = bring(book(number="1", source="TVCB", changed="2024"))
    second = bring(book(number="1", source="TVCB", changed="2025", more=(SUBJECT,), barcodes=("A1",)), name="hai.mrc")
    for one in (second, first):
        assert undo(one.id, clock).kept == ()
    assert whole() == before


def test_what_waits_no_longer_waits_and_what_was_decided_goes_too(bring, clock):
    bring(book())
    found = bring(book(barcodes=("A1",)), book(author="Hoài Tô", barcodes=("A2",)), name="xã.mrc")
    first, _second = queries.waiting()
    importing.decide_waiting(waiting=first.id, decision="ADD", clock=clock)
    undone = undo(found.id, clock)
    assert (undone.records, undone.waiting) == (1, 1)
    assert (WaitingRecord.objects.count(), Record.objects.count()) == (0, 1)
    with refused("waiting_unknown"):
        importing.decide_waiting(waiting=first.id, decision="ADD", clock=clock)


def test_a_running_import_or_none_cannot_be_undone(bring, clock, tmp_path):
    from guisach.domain.catalogue.rules.imports.policies import Terms

    bring(book())
    id_ = importing.begin_import(file="x.mrc", file_print="", terms=Terms(), clock=clock)
    with refused("import_busy"):
        undo(id_, clock)
    with refused("import_unknown"):
        undo(id_ + 100, clock)
    importing.stop_import(import_=id_)
    assert undo(id_, clock).records == 0


def test_an_undo_that_broke_off_goes_on(bring, clock):
    found = bring(*(book(f"Sách {n}") for n in range(450)))

    class Interrupted(Exception):
        pass

    def interrupt(done: int) -> None:
        if done:
            raise Interrupted

    with pytest.raises(Interrupted):
        importing.undo_import(import_=found.id, clock=clock, progress=interrupt)
    view = queries.import_(found.id)
    assert view is not None
    assert (view.status, Record.objects.count()) == ("UNDOING", 250)
    assert undo(found.id, clock).records == 450
    assert Record.objects.count() == 0
