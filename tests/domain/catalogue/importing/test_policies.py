"""What becomes of a record that may be here already, under each policy."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue import queries
from guisach.domain.catalogue.actions import importing
from guisach.domain.catalogue.models import Copy, Record
from guisach.domain.catalogue.rules.imports.policies import Policy, Terms, Treatment
from tests import builders
from tests.builders import COBA, refused
from tests.builders_marc import book, data

pytestmark = pytest.mark.django_db

ISBN = ("020", data(("a", "9786042088886")))
PUBLISHED = ("260", data(("b", "Kim Đồng"), ("c", "1941")))
SUBJECT = ("650", data(("a", "Văn học thiếu nhi"), indicators=" 4"))
NOTE = (
    "590",
    data(
        ("a", "của xã"),
    ),
)


def dế_mèn(*more, source: str = "TVCB", number: str = "1", title: str = "Dế Mèn phiêu lưu ký", **changes):
    return book(title, number=number, source=source, more=(PUBLISHED, *more), **changes)


def test_the_same_isbn_and_title_from_another_library_is_one_title_with_the_copies_of_both(bring):
    bring(dế_mèn(ISBN, barcodes=("CB1",)))
    found = bring(dế_mèn(ISBN, SUBJECT, source="TVQG", number="77", author="Tô Hoài (1920-2014)", barcodes=("TW1",)))
    assert found.outcomes == ["merged"]
    record = Record.objects.get()
    assert (record.control_source, record.author) == ("TVCB", "Tô Hoài")  # ours is kept
    assert record.subjects == ["Văn học thiếu nhi"]  # what we lacked is added
    assert set(Copy.objects.values_list("barcode", "record")) == {("CB1", record.pk), ("TW1", record.pk)}
    assert [one.imported_in_id for one in Copy.objects.order_by("barcode")] == [found.id - 1, found.id]


def test_title_author_publisher_and_year_are_as_good_as_an_isbn(bring):
    bring(dế_mèn())
    assert bring(dế_mèn(source="", number="", title="Dế mèn phiêu lưu kí")).outcomes == ["merged"]
    assert Record.objects.count() == 1


def test_two_editions_and_two_volumes_stay_two(bring):
    bring(dế_mèn())
    other_year = book(more=(("260", data(("b", "Kim Đồng"), ("c", "2020"))),))
    assert bring(other_year, dế_mèn(title="Dế Mèn phiêu lưu ký. Tập 2", source="", number="")).outcomes == ["added"] * 2


def test_what_may_be_the_same_waits_and_changes_nothing_meanwhile(bring):
    bring(dế_mèn())
    before = list(queries.digest_rows()), queries.last_change()
    found = bring(book(barcodes=("CB9",)), name="xã.mrc")
    assert found.outcomes == ["waiting"]
    assert (list(queries.digest_rows()), queries.last_change()) == before
    (waiting,) = queries.waiting()
    assert (waiting.title, waiting.reason, waiting.barcodes) == ("Dế Mèn phiêu lưu ký", "may_be_here", ("CB9",))
    (candidate,) = waiting.candidates
    assert (candidate.record, candidate.why) == (Record.objects.get().pk, ("title", "author", "year"))
    assert queries.count_waiting() == 1


def test_what_waits_is_not_asked_about_twice(bring):
    bring(dế_mèn())
    assert bring(book(), book(), name="xã.mrc").outcomes == ["waiting", "unchanged"]
    assert bring(book(), name="xã lần hai.mrc").outcomes == ["unchanged"]
    assert queries.count_waiting() == 1


def test_rows_for_every_copy_within_a_file_are_one_title(bring):
    rows = [book("Đất rừng phương Nam", author="Đoàn Giỏi", barcodes=(f"CB{n}",)) for n in range(3)]
    assert bring(*rows).outcomes == ["added", "merged", "merged"]
    assert Copy.objects.filter(record=Record.objects.get()).count() == 3


def test_records_that_one_source_has_numbered_differently_stay_apart(bring):
    assert bring(dế_mèn(ISBN), dế_mèn(ISBN, number="2")).outcomes == ["added", "added"]


def test_add_always_adds_but_not_the_very_same(bring):
    bring(dế_mèn(ISBN))
    again = dế_mèn(ISBN, SUBJECT, source="TVQG", number="9")
    assert bring(again, dế_mèn(ISBN), policy="add").outcomes == ["added", "unchanged"]


def test_overlay_takes_chosen_fields_over_and_keeps_what_is_ours(bring):
    bring(dế_mèn(ISBN, NOTE, SUBJECT, author="T. Hoài"))
    theirs = dế_mèn(ISBN, ("650", data(("a", "Truyện đồng thoại"))), source="TVQG", number="9")
    assert bring(theirs, policy="overlay", fields=("subjects",)).outcomes == ["merged"]
    record = Record.objects.get()
    assert (record.subjects, record.author) == (["Truyện đồng thoại"], "T. Hoài")
    assert "của xã" in record.marc
    all_of_it = dế_mèn(ISBN, SUBJECT, source="TVQG", number="10")
    assert bring(all_of_it, policy="overlay").outcomes == ["merged"]
    record.refresh_from_db()
    assert (record.author, record.control_no) == ("Tô Hoài", "1")
    assert "của xã" in record.marc


def test_a_newer_description_of_our_source_does_not_take_local_notes_away(bring):
    bring(dế_mèn(NOTE, changed="20240101000000.0"))
    bring(dế_mèn(SUBJECT, changed="20250101000000.0"))
    record = Record.objects.get()
    assert record.subjects == ["Văn học thiếu nhi"]
    assert "của xã" in record.marc


def test_ask_lets_even_the_certain_wait_but_not_the_new(bring):
    bring(dế_mèn(ISBN))
    newer = dế_mèn(ISBN, SUBJECT, changed="20250101000000.0")
    other = dế_mèn(ISBN, source="TVQG", number="9")
    assert bring(newer, other, book("Khác"), policy="ask").outcomes == ["waiting", "waiting", "added"]
    assert [one.reason for one in queries.waiting()] == ["is_here", "is_here"]


def test_a_rehearsal_tells_the_same_outcomes(bring, clock, tmp_path):
    bring(dế_mèn(ISBN))
    chunks = [
        book(), dế_mèn(ISBN, SUBJECT, source="TVQG", number="9"), book("Hai", barcodes=("A1",)),
        book("Hai", barcodes=("A2",)), *(book(f"Sách {n}") for n in range(310)), book("Hai", barcodes=("A3",)), book(),
    ]  # fmt: skip
    path = tmp_path / "thử.mrc"
    path.write_bytes(b"".join(chunks))
    before = list(queries.digest_rows())
    told = [str(one.outcome) for one in importing.rehearse(path=path, terms=Terms(place=COBA), clock=clock)]
    assert list(queries.digest_rows()) == before
    assert told == bring(*chunks, name="thử.mrc").outcomes
    assert told[:4] == ["waiting", "merged", "added", "merged"]
    assert told[-2:] == ["merged", "unchanged"]


def test_a_source_remembers_how_its_files_are_read(bring):
    terms = Terms("MARC", "tcvn3", place=COBA, source="CB-CU", policy=Policy(Treatment.ASK, years_matter=False))
    importing.save_source(name="Thư viện cũ", terms=terms)
    found = queries.source("CB-CU")
    assert found is not None
    assert (found.name, found.terms()) == ("Thư viện cũ", terms)
    assert importing.delete_source(source="CB-CU")
    assert not importing.delete_source(source="CB-CU")


def test_a_source_that_cannot_be_used_is_refused(bring):
    for terms, code in (
        (Terms(source=""), "source_name_needed"),
        (Terms(source="có dấu"), "source_name_needed"),
        (Terms(source="X", place="CB-NOWHERE"), "place_unknown"),
        (Terms(source="X", mapping="[[source"), "mapping_wrong"),
    ):
        with refused(code):
            importing.save_source(name="X", terms=terms)
    with refused("source_unknown"):
        importing.begin_import(file="x", file_print="", terms=Terms(source="MẤT"), clock=builders.Clock())


@pytest.mark.slow
def test_a_record_with_thousands_of_numbers_and_copies_is_imported_and_undone(bring, clock):
    """Databases take so many values in one question and no more."""
    many = tuple(("020", data(("a", f"978{n:010}"))) for n in range(3000))
    xml = ["<collection xmlns='http://www.loc.gov/MARC21/slim'>"]
    for letter in "ABCDEFGHIJKL":
        fields = "".join(f"<datafield tag='952' ind1=' ' ind2=' '><subfield code='p'>{letter}{n}</subfield></datafield>"
                         for n in range(3000))  # fmt: skip
        xml.append(
            "<record><leader>00000nam a2200000 a 4500</leader><datafield tag='245' ind1='0' ind2='0'>"
            f"<subfield code='a'>Bộ sách {letter}</subfield></datafield>{fields}</record>"
        )
    assert bring(book(more=many), name="số.mrc").outcomes == ["added"]
    found = bring("".join([*xml, "</collection>"]).encode(), name="bản.xml")
    assert (found.outcomes, Copy.objects.count()) == (["added"] * 12, 36_000)
    undone = importing.undo_import(import_=found.id, clock=clock)
    assert (undone.records, undone.copies, Copy.objects.count()) == (12, 36_000, 0)
