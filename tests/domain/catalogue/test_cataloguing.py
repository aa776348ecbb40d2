"""Titles entered by the short form, edited as MARC, taken over from elsewhere, brought back, taken out again."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue import actions, queries
from guisach.domain.catalogue.models import AccessionSeries, Copy, DeletedRecord, Record
from guisach.domain.catalogue.rules.drafts import CopyDraft, RecordDraft
from guisach.domain.catalogue.rules.elsewhere import Target
from guisach.domain.catalogue.rules.marc.composing import compose
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, from_json, to_json
from guisach.domain.catalogue.rules.marc.lines import read_lines, write_lines
from guisach.domain.catalogue.rules.search import Query
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import COBA, Clock, refused

DE_MEN = RecordDraft(
    title="Dế Mèn phiêu lưu ký", authors=("Tô Hoài",), publisher="Kim Đồng", year=2020, language="vie",
    isbns=("9786042088459",),
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _province(db: None) -> None:
    builders.province()


def copy(barcode: str = "CB000001", **changes: str) -> CopyDraft:
    return CopyDraft(barcode=barcode, owner=COBA, base=COBA, **changes)


def marc_of(record: int) -> Incoming:
    return from_json(queries.marc_of(record) or "")


def with_field(record: int, old: str, new: str) -> Incoming:
    """The record as somebody edited it: one piece of its text replaced."""
    text = write_lines(marc_of(record))
    assert old in text
    return read_lines(text.replace(old, new)).record


class TestTheShortForm:
    def test_a_title_and_its_copy_are_written_in_one_act(self):
        entered = actions.enter_title(draft=DE_MEN, copy=copy(), clock=Clock())
        assert entered.barcode == "CB000001"
        assert Copy.objects.get(barcode="CB000001").record_id == entered.record
        assert queries.records_by_number("978-604-2-08845-9")[0].id == entered.record

    def test_a_number_that_is_taken_leaves_no_title_behind(self):
        actions.enter_title(draft=DE_MEN, copy=copy(), clock=Clock())
        with refused("barcode_taken"):
            actions.enter_title(draft=RecordDraft(title="Số đỏ"), copy=copy(), clock=Clock())
        assert Record.objects.count() == 1

    def test_the_next_number_comes_from_the_series(self):
        AccessionSeries.objects.create(prefix="TN", name="Thiếu nhi", digits=6, last_number=41)
        entered = actions.enter_title(draft=DE_MEN, copy=copy("", series="TN"), clock=Clock())
        assert entered.barcode == "TN000042"

    def test_what_another_catalogue_says_beside_the_form_stays(self):
        theirs = compose(DE_MEN, builders.START.date())
        theirs = Incoming(theirs.leader, (*theirs.fields, Field("586", "  ", (("a", "Giải thưởng"),))))
        changed = RecordDraft(**{**_as_dict(DE_MEN), "publisher": "Trẻ"})
        entered = actions.enter_title(draft=changed, copy=copy(), clock=Clock(), base=theirs)
        text = write_lines(marc_of(entered.record))
        assert "Giải thưởng" in text
        assert "$bTrẻ" in text
        assert "Kim Đồng" not in text


class TestTakingBack:
    def test_a_slip_takes_title_and_copy_out_and_the_number_stays_used(self):
        AccessionSeries.objects.create(prefix="TN", name="Thiếu nhi", digits=6)
        entered = actions.enter_title(draft=DE_MEN, copy=copy("", series="TN"), clock=Clock())
        assert actions.undo_entry(barcode=entered.barcode, clock=Clock()) is None
        assert not Record.objects.exists()
        assert DeletedRecord.objects.filter(record=entered.record).exists()
        again = actions.enter_title(draft=DE_MEN, copy=copy("", series="TN"), clock=Clock())
        assert again.barcode == "TN000002"

    def test_a_title_with_another_copy_stays(self):
        entered = actions.enter_title(draft=DE_MEN, copy=copy(), clock=Clock())
        actions.add_copy(record=entered.record, copy=copy("CB000002"))
        assert actions.undo_entry(barcode="CB000002", clock=Clock()) == entered.record
        assert [one.barcode for one in queries.copies_of_records([entered.record])] == ["CB000001"]

    def test_a_copy_with_which_something_happened_stays(self):
        from guisach.domain.circulation import actions as circulation

        clock = Clock()
        lan = builders.lan()
        actions.enter_title(draft=DE_MEN, copy=copy(), clock=clock)
        circulation.lend(
            op_id=new_id(), by=lan.source, place=COBA, barcode="CB000001", reader=builders.an(lan, clock), clock=clock
        )
        with refused("entry_in_use"):
            actions.undo_entry(barcode="CB000001", clock=clock)
        with refused("copy_unknown"):
            actions.undo_entry(barcode="CB999999", clock=clock)


class TestEditingAsMarc:
    def test_what_nobody_touched_stays_byte_for_byte(self):
        strange = Incoming(
            "00000nam a2200000 a 4500",
            (
                Field("245", "00", (("a", "Dế  Mèn"), ("9", " x"))),
                Field("952", "  ", (("p", "TN1"), ("", "lạc"))),
                Field("ZZZ", "  ", (("a", "không ai biết"),)),
            ),
        )
        record = actions.add_marc(marc=strange, clock=Clock())
        actions.change_marc(record=record, marc=with_field(record, "Dế  Mèn", "Dế  Mèn ơi"), clock=Clock())
        assert marc_of(record).fields[1:] == strange.fields[1:]
        assert marc_of(record).fields[0].subfields == (("a", "Dế  Mèn ơi"), ("9", " x"))

    def test_the_columns_follow_and_the_former_form_is_kept_with_who_changed_it(self):
        record = actions.add_record(draft=DE_MEN, clock=Clock())
        thao = builders.thao()
        former = queries.marc_of(record)
        edited = with_field(record, "$c2020", "$c2021")
        assert actions.change_marc(record=record, marc=edited, clock=Clock(), by=thao.staff.pk)
        assert queries.record(record).year == 2021
        [version] = queries.record_versions(record)
        assert (version.marc, version.by, version.reason) == (former, "Đinh Thu Thảo", "MARC")
        assert not actions.change_marc(record=record, marc=edited, clock=Clock())

    def test_the_plain_form_says_who_too(self):
        record = actions.add_record(draft=DE_MEN, clock=Clock())
        changed = RecordDraft(**{**_as_dict(DE_MEN), "year": 2021})
        actions.change_record(record=record, draft=changed, clock=Clock(), by=builders.thao().staff.pk)
        assert [one.by for one in queries.record_versions(record)] == ["Đinh Thu Thảo"]

    def test_a_record_with_faults_or_without_a_title_is_refused(self):
        record = actions.add_record(draft=DE_MEN, clock=Clock())
        with refused("marc_faulty"):
            actions.change_marc(record=record, marc=with_field(record, "245 10", "245 59"), clock=Clock())
        with refused("marc_faulty"):
            actions.change_marc(record=record, marc=with_field(record, "245 10 $a", "500 ## $a"), clock=Clock())
        with refused("marc_unfit"):
            actions.add_marc(marc=Incoming("00000nz  a22", (Field("100", "1 ", (("a", "A"),)),)), clock=Clock())
        with refused("record_unknown"):
            actions.change_marc(record=99, marc=Incoming("", ()), clock=Clock())

    def test_who_opened_it_before_somebody_else_saved_is_told(self):
        clock = Clock()
        record = actions.add_record(draft=DE_MEN, clock=clock)
        opened = queries.record(record).updated_at
        actions.change_marc(record=record, marc=with_field(record, "$c2020", "$c2021"), clock=clock, opened_at=opened)
        with refused("record_changed_meanwhile"):
            actions.change_marc(
                record=record, marc=with_field(record, "$c2021", "$c2022"), clock=clock, opened_at=opened
            )

    def test_a_kind_that_only_this_house_knows_outlasts_the_editor(self):
        record = actions.add_record(draft=RecordDraft(title="Tý quậy", kind="COMIC"), clock=Clock())
        actions.change_marc(record=record, marc=with_field(record, "Tý quậy", "Tý Quậy"), clock=Clock())
        assert queries.record(record).kind == "COMIC"

    def test_an_earlier_version_comes_back_and_can_go_again(self):
        clock = Clock()
        record = actions.add_record(draft=DE_MEN, clock=clock)
        first = queries.marc_of(record)
        actions.change_marc(record=record, marc=with_field(record, "Kim Đồng", "Trẻ"), clock=clock)
        second = queries.marc_of(record)
        [version] = queries.record_versions(record)
        assert actions.restore_version(record=record, version=version.id, clock=clock)
        assert queries.marc_of(record) == first
        assert queries.record_versions(record)[0].marc == second
        with refused("version_unknown"):
            actions.restore_version(record=record, version=10_000, clock=clock)


class TestOverlaying:
    def test_only_what_is_missing_or_everything_but_what_is_ours(self):
        clock = Clock()
        record = actions.add_record(draft=RecordDraft(title="Dế Mèn", authors=("Tô Hoài",)), clock=clock)
        theirs = compose(DE_MEN, builders.START.date())
        assert actions.overlay_record(record=record, theirs=theirs, clock=clock, only_missing=True)
        found = queries.record(record)
        assert (found.title, found.publisher, found.year) == ("Dế Mèn", "Kim Đồng", 2020)
        assert actions.overlay_record(record=record, theirs=theirs, clock=clock)
        assert queries.record(record).title == "Dế Mèn phiêu lưu ký"


class TestDuplicates:
    def test_the_same_book_is_found_by_number_and_by_words(self):
        record = actions.add_record(draft=DE_MEN, clock=Clock())
        by_number = queries.likely_duplicates(RecordDraft(title="De Men phieu luu ky", isbns=("9786042088459",)))
        by_words = queries.likely_duplicates(RecordDraft(title="dế mèn phiêu lưu ký", authors=("Tô Hoài",), year=2020))
        assert [one.record.id for one in (*by_number, *by_words)] == [record, record]
        assert by_number[0].why
        assert queries.likely_duplicates(DE_MEN, without=record) == []

    def test_the_beginning_of_a_title_is_enough_to_be_shown(self):
        actions.add_record(draft=DE_MEN, clock=Clock())
        assert [one.record.title for one in queries.likely_duplicates(RecordDraft(title="dế mèn"))] == [DE_MEN.title]
        assert queries.likely_duplicates(RecordDraft(title="dế")) == []
        assert queries.likely_duplicates(RecordDraft(title="")) == []


class TestTargets:
    def test_a_catalogue_is_written_down_changed_switched_off_and_dropped(self):
        id_ = actions.keep_target(target=Target("Thư viện bạn", "https://ban.example/sru"))
        actions.keep_target(target=Target("Thư viện bạn", "https://ban.example/sru2", is_unimarc=True), id_=id_)
        assert queries.search_target(id_).target.is_unimarc
        actions.switch_target(id_=id_, is_active=False)
        assert queries.search_targets(only_active=True) == []
        actions.drop_target(id_=id_)
        assert queries.search_targets() == []

    @pytest.mark.parametrize("url", ["", "ftp://x/", "javascript:1", "https://", "http://user:pw@x/"])
    def test_an_address_that_is_none_is_refused(self, url):
        with refused("target_unusable"):
            actions.keep_target(target=Target("A", url))

    def test_two_of_one_name_and_one_that_is_gone_are_refused(self):
        actions.keep_target(target=Target("A", "https://a.example/"))
        with refused("target_name_taken"):
            actions.keep_target(target=Target("A", "https://b.example/"))
        with refused("target_unknown"):
            actions.keep_target(target=Target("B", "https://b.example/"), id_=99)
        with refused("target_unknown"):
            actions.switch_target(id_=99, is_active=True)


@pytest.mark.parametrize(
    ("language", "title", "authors"),
    [
        ("tyz", "Tàng tởi rườn slao: Nặm ngược", ("Hoàng Văn Pàng",)),
        ("nut", "Lượn slương", ("Nông Viết Toại",)),
        ("hmn", "Nkauj Hmoob: Lub neej zoo nkauj", ("Giàng Seo Gà",)),
        ("ium", "Mienh nyei waac-nzung", ("Triệu Kim Văn",)),
        ("vie", "傳翹 𡨸喃", ("阮攸",)),
    ],
)
def test_languages_and_scripts_of_the_province_are_kept_letter_for_letter(language, title, authors):
    draft = RecordDraft(title=title, authors=authors, language=language)
    record = actions.add_record(draft=draft, clock=Clock())
    found = queries.record(record)
    assert (found.title, tuple(found.authors), found.language) == (title, authors, language)
    assert actions.change_record(record=record, draft=draft, clock=Clock()) is False
    assert [one.record.id for one in queries.likely_duplicates(draft)] == [record]
    assert [one.id for one in queries.search(Query(text=title)).records] == [record]
    assert to_json(read_lines(write_lines(marc_of(record))).record) == queries.marc_of(record)


def _as_dict(draft: RecordDraft) -> dict:
    from dataclasses import asdict

    return asdict(draft)
