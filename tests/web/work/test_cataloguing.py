"""Pages of cataloguing: the short form, the plain form, the MARC editor, copy cataloguing, and the door to them all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guisach.domain.catalogue import actions, kinds, queries
from guisach.domain.catalogue.models import AccessionSeries, Copy, Record
from guisach.domain.catalogue.rules.drafts import CopyDraft, RecordDraft
from guisach.domain.catalogue.rules.elsewhere import Answer, Target, Trouble
from guisach.domain.catalogue.rules.marc.composing import compose
from guisach.domain.catalogue.rules.marc.incoming import from_json, to_json
from guisach.domain.catalogue.rules.marc.lines import write_lines
from guisach.kernel.clock import system_clock
from tests import builders
from tests.web.work.conftest import worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.work.conftest import Worker

SO_DO = RecordDraft(
    title="Số đỏ", authors=("Vũ Trọng Phụng",), publisher="Văn học", year=2019, language="vie", isbns=("9786049630231",)
)


@pytest.fixture
def thao(world) -> Worker:
    return worker(builders.thao())


@pytest.fixture
def so_do(world) -> int:
    return actions.add_record(draft=SO_DO, clock=system_clock)


class Told:
    """Other catalogues as a test wants them; implements the room's own protocol."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = answers

    def ask(self, targets, question, *, wait_s=8.0) -> list[Answer]:
        return [answer for answer, _target in zip(self.answers, targets, strict=False)]


@pytest.fixture
def elsewhere(world) -> Iterator[None]:
    """Two catalogues: one has the book, the other is down."""
    before = kinds.elsewhere()
    marc = compose(SO_DO, builders.START.date())
    kinds.ask_elsewhere_with(
        Told(Answer("Thư viện bạn", 1, (marc,)), Answer("Thư viện xa", trouble=Trouble.DOWN, detail="refused"))
    )
    actions.keep_target(target=Target("Thư viện bạn", "http://127.0.0.1:9/a"), order=1)
    actions.keep_target(target=Target("Thư viện xa", "http://127.0.0.1:9/b"), order=2)
    yield
    kinds.ask_elsewhere_with(before)


def entry(**said: str) -> dict[str, str]:
    return {"title": "Số đỏ", "kind": "BOOK", "audience": "ANY", "language": "vie", "place": builders.COBA, **said}


def boxes(page: str) -> dict[str, list[str]]:
    """Read the boxes of the MARC editor as a browser would send them."""
    import html

    found: dict[str, list[str]] = {}
    pattern = r"<input([^>]*)>|<textarea([^>]*)>(.*?)</textarea>|<select([^>]*)>(.*?)</select>"
    body = page.partition('id="marc-body"')[2].partition("</form>")[0]
    for match in re.finditer(pattern, body, re.DOTALL):
        attributes = match[1] or match[2] or match[4] or ""
        name = re.search(r'name="([^"]+)"', attributes)
        if not name:
            continue
        if match[1]:
            value = (re.search(r'value="([^"]*)"', attributes) or ["", ""])[1]
        elif match[2]:
            value = match[3].removeprefix("\n")
        else:
            chosen = re.search(r'<option value="([^"]*)" selected', match[5])
            value = chosen[1] if chosen else ""
        found.setdefault(name[1], []).append(html.unescape(value))
    return found


class TestTheShortForm:
    def test_a_keeper_writes_down_a_book_with_its_number(self, lan):
        AccessionSeries.objects.create(prefix="CB", name="Sách", digits=6, last_number=6)
        done = lan.post("/work/records/new/", entry(series="CB", publisher="Văn học", year="2019"))
        assert done.status_code == 302
        page = lan.text(done["Location"])
        assert "CB000007" in page
        assert 'value="Văn học"' in page  # the next book is often of the same publisher
        assert Copy.objects.get(barcode="CB000007").owner_id == builders.COBA

    def test_a_number_of_a_title_that_is_here_leads_to_one_more_copy(self, lan, so_do):
        page = lan.text("/work/records/new/", q="978-604-963-023-1")
        assert "This title is here" in page
        done = lan.post("/work/records/new/", {**entry(barcode="CB000099"), "title": "", "into": str(so_do)})
        assert done.status_code == 302
        assert Copy.objects.get(barcode="CB000099").record_id == so_do

    def test_the_same_title_again_is_asked_about_first(self, lan, so_do):
        said = entry(barcode="CB000099", authors="Vũ Trọng Phụng")
        asked = lan.post("/work/records/new/", said)
        assert asked.status_code == 409
        assert "This may be here already" in asked.content.decode()
        assert Record.objects.filter(title="Số đỏ").count() == 1
        assert lan.post("/work/records/new/", {**said, "sure": "1"}).status_code == 302
        assert Record.objects.filter(title="Số đỏ").count() == 2

    def test_while_typing_what_may_be_it_is_shown(self, lan, so_do):
        assert "Add a copy to it" in lan.get("/work/records/new/alike/", {"title": "so do"}).content.decode()
        assert lan.get("/work/records/new/alike/", {"title": "xy"}).content.decode().strip() == ""
        assert "This may be here already" in lan.text("/work/records/new/", q="Số đỏ")

    def test_what_is_missing_or_taken_stands_beside_its_box(self, lan):
        missing = lan.post("/work/records/new/", {**entry(barcode="CB000050"), "title": ""})
        taken = lan.post("/work/records/new/", entry(barcode="CB000001"))
        assert (missing.status_code, taken.status_code) == (422, 409)
        assert "belongs to another copy already" in taken.content.decode()
        assert lan.post("/work/records/new/", entry(barcode="CB000050", year="20x")).status_code == 422
        assert not Record.objects.filter(title="Số đỏ").exists()

    def test_nobody_enters_books_of_a_place_that_is_not_theirs(self, lan):
        assert lan.post("/work/records/new/", entry(barcode="X1", place=builders.DAMTHUY)).status_code == 422

    def test_a_slip_of_the_hand_is_taken_back_but_not_by_strangers(self, lan, minh):
        lan.post("/work/records/new/", entry(barcode="CB000099"))
        assert minh.post("/work/records/new/undo/", {"barcode": "CB000099"}).status_code == 404
        assert lan.post("/work/records/new/undo/", {"barcode": "CB000099"}).status_code == 302
        assert not Record.objects.filter(title="Số đỏ").exists()
        lan.post("/work/records/new/undo/", {"barcode": "CB000001"})

    def test_another_catalogue_fills_the_form(self, lan, elsewhere):
        page = lan.text("/work/records/new/", q="9786049630231")
        assert "/work/records/new/elsewhere/" in page
        part = lan.get("/work/records/new/elsewhere/", {"q": "9786049630231"}).content.decode()
        assert "Use this" in part
        assert "Thư viện xa: cannot be reached" in part
        base = to_json(compose(SO_DO, builders.START.date()))
        filled = lan.post("/work/records/new/", {"act": "fill", "base": base})
        assert 'value="Vũ Trọng Phụng"' in filled.content.decode()
        done = lan.post(
            "/work/records/new/",
            entry(barcode="CB000099", base=base, authors="Vũ Trọng Phụng", publisher="Văn học", year="2019"),
        )
        assert done.status_code == 302
        assert queries.records_by_number("9786049630231")[0].publisher == "Văn học"

    def test_a_form_with_a_broken_record_from_elsewhere_does_no_harm(self, lan):
        assert lan.post("/work/records/new/", {"act": "fill", "base": "{"}).status_code == 404
        assert lan.post("/work/records/new/", entry(barcode="CB000099", base="{")).status_code == 302

    def test_a_cataloguer_may_write_down_a_title_without_a_copy(self, thao):
        done = thao.post("/work/records/new/", entry())
        assert done["Location"].startswith("/work/records/")
        assert not Copy.objects.filter(record__title="Số đỏ").exists()

    def test_words_lead_to_a_class_number(self, lan):
        assert ">636<" in lan.text("/work/catalogue/classes/", **{"class": "chăn nuôi"})
        part = lan.get("/work/catalogue/classes/", {"class": "zzz"}, headers={"HX-Request": "true"}).content.decode()
        assert "No caption" in part


class TestThePlainForm:
    def form(self, thao: Worker, record: int, **changes: str) -> dict[str, str]:
        view = queries.record(record)
        said = {
            "title": view.title, "subtitle": view.subtitle, "authors": "\n".join(view.authors), "other_titles": "",
            "publisher": view.publisher, "year": str(view.year), "language": view.language, "kind": view.kind,
            "audience": view.audience, "isbns": "\n".join(view.isbns), "opened_at": view.updated_at.isoformat(),
        }  # fmt: skip
        return {**said, **changes}

    def test_a_title_is_corrected_and_the_history_says_by_whom(self, thao, so_do):
        assert "Số đỏ" in thao.text(f"/work/records/{so_do}/edit/")
        done = thao.post(f"/work/records/{so_do}/edit/", self.form(thao, so_do, subjects="Trào phúng\nHà Nội; 1936"))
        assert done["Location"] == f"/work/records/{so_do}/"
        assert queries.record(so_do).subjects == ["Trào phúng", "Hà Nội; 1936"]
        history = thao.text(f"/work/records/{so_do}/versions/")
        assert "Đinh Thu Thảo" in history
        assert "Trào phúng" in history

    def test_who_comes_second_sees_both(self, thao, so_do):
        stale = self.form(thao, so_do, publisher="Trẻ")
        thao.post(f"/work/records/{so_do}/edit/", self.form(thao, so_do, publisher="Kim Đồng"))
        late = thao.post(f"/work/records/{so_do}/edit/", stale)
        assert late.status_code == 409
        page = late.content.decode()
        assert "Kim Đồng" in page
        assert "Trẻ" in page
        again = re.search(r'name="opened_at" value="([^"]+)"', page)[1]
        assert thao.post(f"/work/records/{so_do}/edit/", {**stale, "opened_at": again}).status_code == 302
        assert queries.record(so_do).publisher == "Trẻ"

    def test_without_a_title_or_with_a_wrong_year_nothing_is_saved(self, thao, so_do):
        for changes in ({"title": ""}, {"year": "9999"}):
            assert thao.post(f"/work/records/{so_do}/edit/", self.form(thao, so_do, **changes)).status_code == 422
        assert thao.get("/work/records/99999/edit/").status_code == 404


class TestTakingOut:
    def test_a_title_without_copies_goes_after_a_question(self, thao, so_do):
        assert "Take this title out" in thao.text(f"/work/records/{so_do}/delete/")
        assert thao.post(f"/work/records/{so_do}/delete/").status_code == 302
        assert not Record.objects.filter(pk=so_do).exists()

    def test_one_with_copies_stays(self, thao):
        record = Record.objects.get().pk
        assert "6 copies in the register" in thao.text(f"/work/records/{record}/delete/")
        assert thao.post(f"/work/records/{record}/delete/").status_code == 409


class TestTheMarcEditor:
    def open(self, thao: Worker, record: int) -> dict[str, list[str]]:
        return boxes(thao.text(f"/work/records/{record}/marc/"))

    def send(self, thao: Worker, record: int, said: dict[str, list[str]], act: str = "save", **headers: str):
        return thao.post(f"/work/records/{record}/marc/", {**said, "act": act}, headers=headers)

    def test_opening_and_saving_changes_nothing(self, thao, so_do):
        before = queries.marc_of(so_do)
        done = self.send(thao, so_do, self.open(thao, so_do))
        assert done.status_code == 302
        assert queries.marc_of(so_do) == before
        assert queries.record_versions(so_do) == []

    def test_odd_records_of_the_world_go_through_the_boxes_unchanged(self, thao, shared_marc):
        for marc in shared_marc:
            record = actions.add_marc(marc=marc, clock=system_clock)
            before = queries.marc_of(record)
            done = self.send(thao, record, self.open(thao, record))
            assert done.status_code == 302, done.content.decode().partition("notice")[2][:300]
            assert queries.marc_of(record) == before

    def test_a_box_is_changed_and_saved(self, thao, so_do):
        said = self.open(thao, so_do)
        [box] = [name for name, values in said.items() if values == ["Văn học"]]
        said[box] = ["Trẻ"]
        assert self.send(thao, so_do, said).status_code == 302
        assert queries.record(so_do).publisher == "Trẻ"

    def test_fields_are_added_doubled_moved_and_deleted_without_a_script(self, thao, so_do):
        said = self.open(thao, so_do)
        rows = said["f"]
        page = self.send(thao, so_do, said, f"add:{rows[-1]}").content.decode()
        said = boxes(page)
        new = said["f"][-1]
        said[f"f{new}.tag"] = ["650"]
        said = boxes(self.send(thao, so_do, said, f"refresh:{new}").content.decode())
        [part] = said[f"f{new}.s"]
        assert said[f"f{new}.s{part}.c"] == ["a"]
        said[f"f{new}.s{part}.v"] = ["Trào phúng"]
        said = boxes(self.send(thao, so_do, said, f"dup:{new}").content.decode())
        said = boxes(self.send(thao, so_do, said, f"up:{new}").content.decode())
        said = boxes(self.send(thao, so_do, said, f"del:{new}").content.decode())
        said = boxes(self.send(thao, so_do, said, f"sub:{said['f'][-1]}").content.decode())
        row = said["f"][-1]
        assert len(said[f"f{row}.s"]) == 2
        said = boxes(self.send(thao, so_do, said, f"delsub:{row}.{said[f'f{row}.s'][-1]}").content.decode())
        assert self.send(thao, so_do, said).status_code == 302
        assert queries.record(so_do).subjects == ["Trào phúng"]

    def test_a_part_is_answered_to_htmx(self, thao, so_do):
        said = self.open(thao, so_do)
        part = self.send(thao, so_do, said, "add:", **{"HX-Request": "true"}).content.decode()
        assert part.lstrip().startswith('<div id="marc-body"')
        assert "data-autofocus" in part

    def test_coded_data_are_chosen_from_lists(self, thao, so_do):
        said = self.open(thao, so_do)
        audience = next(name for name in said if name.endswith(".e22"))
        said[audience] = ["j"]
        self.send(thao, so_do, said)
        assert queries.record(so_do).audience == "CHILD"

    def test_errors_stand_beside_their_fields_and_nothing_is_saved(self, thao, so_do):
        said = self.open(thao, so_do)
        [box] = [name for name, values in said.items() if values == ["Số đỏ"]]
        said[box] = [""]
        refused = self.send(thao, so_do, said)
        assert refused.status_code == 422
        assert "There is no title" in refused.content.decode()
        assert queries.record(so_do).title == "Số đỏ"

    def test_warnings_do_not_block(self, thao, so_do):
        said = self.open(thao, so_do)
        [box] = [name for name, values in said.items() if values == ["9786049630231"]]
        said[box] = ["9786049630230"]
        assert self.send(thao, so_do, said).status_code == 302
        assert "no valid ISBN" in thao.text(f"/work/records/{so_do}/marc/")

    def test_the_record_is_edited_as_text(self, thao, so_do):
        page = thao.text(f"/work/records/{so_do}/marc/", mode="text")
        assert "245 10 $aSố đỏ" in page
        lines = write_lines(from_json(queries.marc_of(so_do))).replace("Số đỏ", "Số Đỏ") + "\n500 ## $aIn rõ\n"
        said = {"mode": "text", "lines": lines, "opened_at": queries.record(so_do).updated_at.isoformat()}
        assert thao.post(f"/work/records/{so_do}/marc/", {**said, "act": "mode:fields"}).status_code == 200
        assert thao.post(f"/work/records/{so_do}/marc/", said).status_code == 302
        assert queries.record(so_do).title == "Số Đỏ"
        wrong = thao.post(f"/work/records/{so_do}/marc/", {**said, "lines": lines + "\n26\n"})
        assert wrong.status_code == 422
        assert "Line" in wrong.content.decode()
        assert (
            "As fields"
            in thao.post(
                f"/work/records/{so_do}/marc/", {**self.open(thao, so_do), "act": "mode:text"}
            ).content.decode()
        )

    def test_who_comes_second_sees_both(self, thao, so_do):
        stale = self.open(thao, so_do)
        said = dict(stale)
        [box] = [name for name, values in said.items() if values == ["Văn học"]]
        self.send(thao, so_do, {**said, box: ["Trẻ"]})
        late = self.send(thao, so_do, {**stale, box: ["Hội Nhà văn"]})
        assert late.status_code == 409
        page = late.content.decode()
        assert "$bTrẻ" in page
        assert "Hội Nhà văn" in page

    def test_a_form_without_its_time_is_refused(self, thao, so_do):
        said = self.open(thao, so_do)
        del said["opened_at"]
        assert self.send(thao, so_do, said).status_code == 400

    def test_an_earlier_version_comes_back(self, thao, so_do):
        said = self.open(thao, so_do)
        [box] = [name for name, values in said.items() if values == ["Văn học"]]
        self.send(thao, so_do, {**said, box: ["Trẻ"]})
        [version] = queries.record_versions(so_do)
        opened = queries.record(so_do).updated_at.isoformat()
        done = thao.post(f"/work/records/{so_do}/versions/restore/", {"version": version.id, "opened_at": opened})
        assert done.status_code == 302
        assert queries.record(so_do).publisher == "Văn học"
        gone = thao.post(f"/work/records/{so_do}/versions/restore/", {"version": 99999, "opened_at": opened})
        assert gone["Location"].endswith("/versions/")

    def test_the_whole_record_can_be_looked_at(self, thao, so_do):
        assert "245 10 $aSố đỏ" in thao.text(f"/work/records/{so_do}/marc/look/")


class TestCopyCataloguing:
    def test_several_are_asked_and_the_broken_one_is_said_in_one_line(self, thao, elsewhere):
        page = thao.text("/work/catalogue/copying/", q="9786049630231")
        assert "Thư viện bạn: 1 found" in page
        assert "Thư viện xa: cannot be reached" in page
        assert "Take over as a new title" in page

    def test_a_record_is_taken_over_as_a_new_title(self, thao, world):
        done = thao.post("/work/catalogue/copying/take-over/", {"marc": to_json(compose(SO_DO, builders.START.date()))})
        assert done["Location"].endswith("/marc/")
        assert queries.records_by_number("9786049630231")[0].title == "Số đỏ"

    def test_a_record_is_taken_over_onto_one_that_is_here(self, thao, elsewhere):
        record = actions.add_record(draft=RecordDraft(title="Số đỏ"), clock=system_clock)
        page = thao.text("/work/catalogue/copying/", q="Số đỏ", onto=str(record))
        assert "Add what is missing here" in page
        marc = to_json(compose(SO_DO, builders.START.date()))
        thao.post("/work/catalogue/copying/take-over/", {"marc": marc, "onto": str(record), "how": "missing"})
        assert queries.record(record).publisher == "Văn học"

    def test_what_is_no_record_is_not_taken_over(self, thao, world):
        assert thao.post("/work/catalogue/copying/take-over/", {"marc": "{"}).status_code == 404
        bare = '{"leader":"00000nz","fields":[]}'
        assert thao.post("/work/catalogue/copying/take-over/", {"marc": bare}).status_code == 422
        marc = to_json(compose(SO_DO, builders.START.date()))
        assert thao.post("/work/catalogue/copying/take-over/", {"marc": marc, "onto": "9999"}).status_code == 404

    def test_a_small_file_is_shown_record_by_record(self, thao, world):
        from guisach.adapters.marc.write import to_iso2709

        content = to_iso2709(compose(SO_DO, builders.START.date()))
        shown = thao.post("/work/catalogue/copying/", {"file": SimpleUploadedFile("a.mrc", content)})
        assert "Số đỏ" in shown.content.decode()
        empty = thao.post("/work/catalogue/copying/", {"file": SimpleUploadedFile("a.mrc", b"hello")})
        assert empty.status_code == 422

    def test_catalogues_are_written_down_and_switched(self, thao, elsewhere):
        said = {"name": "Mới", "url": "https://moi.example/sru", "version": "1.2", "schema": "MARC21",
                "schema_name": "marcxml", "order": "5", "is_active": "on"}  # fmt: skip
        assert thao.post("/work/catalogue/targets/", said).status_code == 302
        assert thao.post("/work/catalogue/targets/", said).status_code == 409
        assert thao.post("/work/catalogue/targets/", {**said, "name": "X", "url": "x"}).status_code == 422
        target = next(one for one in queries.search_targets() if one.name == "Mới")
        assert "moi.example" in thao.text(f"/work/catalogue/targets/{target.id}/")
        for act in ("try", "off", "on", "drop"):
            assert thao.post(f"/work/catalogue/targets/{target.id}/change/", {"act": act}).status_code == 302
        assert thao.get(f"/work/catalogue/targets/{target.id}/").status_code == 404


class TestTheHub:
    def test_everybody_sees_the_doors_they_may_open(self, lan, thao):
        for_lan, for_thao = lan.text("/work/catalogue/"), thao.text("/work/catalogue/")
        assert "/work/records/new/" in for_lan
        assert "/work/catalogue/copying/" not in for_lan
        assert "/work/catalogue/copying/" in for_thao
        assert "/work/stock/labels/" in for_lan
        assert 'href="/work/stock/"' not in for_lan

    def test_the_page_of_a_title_has_the_ways_on(self, lan, thao, so_do):
        assert "/marc/" not in lan.text(f"/work/records/{so_do}/")
        page = thao.text(f"/work/records/{so_do}/")
        assert f"/work/records/{so_do}/marc/" in page
        assert "Vietnamese" in page

    def test_pages_ask_little_of_the_database(self, thao, so_do, django_assert_max_num_queries):
        own = [f"/work/records/{so_do}/{page}/" for page in ("marc", "versions", "edit")]
        for path in ("/work/catalogue/", "/work/records/new/?q=So+do", "/work/catalogue/copying/", *own):
            with django_assert_max_num_queries(14):
                assert thao.get(path).status_code == 200


@pytest.fixture
def shared_marc():
    """A few records as the world writes them: UNIMARC, broken indicators, other scripts, empty codes."""
    from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming

    return [
        Incoming(
            "00000nam0 2200000   450 ",
            (
                Field("001", "", (), "frBN 0001 "),
                Field("100", "  ", (("a", "20200101d2020    k  y0viey0103    ba"),)),
                Field("200", "1 ", (("a", "Dế Mèn"), ("f", "Tô Hoài"))),
            ),
        ),
        Incoming(
            "00000cam a22      i 4500",
            (
                Field("008", "", (), "short"),
                Field("245", "1", (("a", "Truyện Kiều $ \\ 傳翹 𡨸喃"), ("", "lạc"), ("ab", "hai"))),
                Field("245", "109", (("c", " a  b "),)),
                Field("952", "  ", (("p", "TN1"), ("p", "TN2\nTN3"))),
                Field("ZZ", "  ", (("a", ""),)),
                Field("500", "", (), "không có trường con"),
                Field("006", "", (), "m#  o  d "),
            ),
        ),
    ]


def test_a_copy_of_an_existing_title_by_number_needs_no_title(lan, so_do):
    actions.add_copy(record=so_do, copy=CopyDraft(barcode="Z1", owner=builders.COBA, base=builders.COBA))
    assert "This title is here" in lan.text("/work/records/new/", into=str(so_do))


@pytest.mark.parametrize("into", ["²", "9" * 30, "7777"])
def test_a_copy_of_a_title_that_is_not_there_is_not_found(lan, into):
    assert lan.post("/work/records/new/", {**entry(barcode="CB000098"), "title": "", "into": into}).status_code == 404
    assert "This title is here" not in lan.text("/work/records/new/", into=into)
