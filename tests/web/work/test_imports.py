"""Bringing in files through the pages: taking in, letters, columns, what to do, rehearsal, start, report, undo."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from guisach.domain.catalogue import queries
from guisach.domain.catalogue.actions import importing
from guisach.domain.catalogue.rules.imports.policies import Treatment
from guisach.kernel.clock import system_clock
from guisach.kernel.text.legacy import Encoding, decode
from tests import builders
from tests.adapters.marc.isis_files import isis
from tests.builders_marc import book
from tests.web.work.conftest import worker

if TYPE_CHECKING:
    from tests.web.work.conftest import Worker

HEADER = "Nhan đề,Tác giả,Năm XB,Số ĐKCB,Cột lạ"
ROWS = ("Truyện Kiều,Nguyễn Du,1999,VV000101-000103,quà tặng", "Số đỏ,Vũ Trọng Phụng,2001,VV000104,", ",,,VV9,")


def in_tcvn3(text: str) -> bytes:
    """Write text in the set of the fonts of ABC, by turning its decoder round."""
    letters = {decode(bytes([byte]), Encoding.TCVN3): bytes([byte]) for byte in range(0xFF, 0x7F, -1)}
    return b"".join(letters[sign] if not sign.isascii() else sign.encode() for sign in text)


def csv(*rows: str, header: str = HEADER, name: str = "sach-xa.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join([header, *(rows or ROWS)]).encode())


def marc(*records: bytes, name: str = "cu.mrc") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"".join(records or (book("Lá cờ thêu", number="n1", barcodes=("KT01",)),)))


def given(client: Worker, *files: SimpleUploadedFile, **more: str) -> int:
    """Bring files in as far as the first draft; gives its number."""
    response = client.post("/work/imports/new/", {"file": list(files), **more})
    assert response.status_code == 302, response.content.decode()
    return int(re.search(r"/imports/(\d+)/file/", response["Location"])[1])


def refused(client: Worker, *files: SimpleUploadedFile, status: int = 422) -> str:
    response = client.post("/work/imports/new/", {"file": list(files)})
    assert response.status_code == status
    assert queries.count_imports() == 0
    return response.content.decode().partition("<main")[2]


def kept_files() -> set[str]:
    """Name what lies in the store of files that were taken in."""
    return {file.name for folder in ("imports/queue", "uploads") for file in (settings.DATA / folder).glob("*")}


def run(number: int) -> None:
    """Do what the worker does."""
    from guisach.domain.catalogue.actions.importing.queueing import start_queued
    from guisach.domain.catalogue.kinds import file_store

    found = queries.import_(number)
    assert found is not None
    assert start_queued(import_=number)
    list(importing.run_import(import_=number, path=file_store().path(found.stored), clock=system_clock))


@pytest.fixture
def thao(world) -> Worker:
    return worker(builders.thao())


class TestTakingIn:
    def test_says_what_can_be_brought_in(self, thao):
        page = thao.text("/work/imports/new/")
        assert "512 MB at most" in page
        assert 'type="file"' in page

    def test_nothing_chosen_is_said(self, thao):
        assert "Please choose a file first" in refused(thao)

    def test_an_empty_file_is_said(self, thao):
        assert "is empty" in refused(thao, SimpleUploadedFile("cu.mrc", b""))

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"%PDF-1.7 ...", "a PDF document"),
            (b"PK\x03\x04" + b"x" * 60, "a ZIP archive"),
            (b"\x1f\x8b\x08xxxx", "a compressed file"),
            (b"<!doctype html><html><body>x", "a web page"),
            (b"chi la chu thoi\nkhong co cot", "plain text"),
            (b'{"a": 1}', "JSON that has no MARC"),
            (b"\x00\x01\xfe\xff" * 99, "something that is not known"),
        ],
    )
    def test_what_is_no_records_is_named_with_advice(self, thao, content, said):
        before = kept_files()
        assert said in refused(thao, SimpleUploadedFile("cu.bin", content))
        assert kept_files() == before

    def test_too_much_is_refused_and_not_kept(self, thao, monkeypatch):
        monkeypatch.setattr("guisach.web.work.importing.uploads.LIMIT_BYTES", 1000)
        assert "is more than" in refused(thao, SimpleUploadedFile("cu.mrc", book() * 20), status=413)

    def test_too_much_by_its_announced_length_is_not_even_read(self, thao, monkeypatch):
        monkeypatch.setattr("guisach.web.work.importing.uploads.LIMIT_BYTES", 1000)
        monkeypatch.setattr("guisach.web.work.importing.uploads._FORM_MAX", 0)
        assert "is more than" in refused(thao, SimpleUploadedFile("cu.mrc", book() * 20), status=413)

    def test_of_several_files_the_good_are_kept_and_the_others_named(self, thao):
        response = thao.post(
            "/work/imports/new/", {"file": [marc(), SimpleUploadedFile("x.pdf", b"%PDF-")]}, follow=True
        )
        assert "x.pdf is a PDF document" in response.content.decode()
        assert [one.file for one in queries.imports()] == ["cu.mrc"]

    def test_a_keeper_may_not(self, lan):
        assert lan.get("/work/imports/new/").status_code == 403
        assert lan.post("/work/imports/new/", {"file": marc()}).status_code == 403
        assert queries.count_imports() == 0

    def test_a_form_without_its_token_is_refused(self, world):
        from django.test import Client

        client = Client(enforce_csrf_checks=True)
        client.force_login(builders.thao().staff, backend="django.contrib.auth.backends.ModelBackend")
        assert client.post("/work/imports/new/", {"file": marc()}).status_code == 403
        assert queries.count_imports() == 0


class TestDraft:
    def test_of_somebody_else_is_not_there(self, thao, hoa):
        number = given(thao, marc())
        for step in ("", "file/", "columns/", "policy/", "check/"):
            assert hoa.get(f"/work/imports/{number}/{step}").status_code == 404
        for step in ("file/", "columns/", "policy/", "check/", "drop/", "go-on/"):
            assert hoa.post(f"/work/imports/{number}/{step}").status_code == 404
        assert "cu.mrc" not in hoa.text("/work/imports/")
        assert queries.import_(number).status == "DRAFT"

    def test_can_be_put_away_with_its_file(self, thao):
        before = kept_files()
        number = given(thao, marc())
        assert len(kept_files()) == len(before) + 1
        thao.post(f"/work/imports/{number}/drop/")
        assert queries.import_(number) is None
        assert kept_files() == before


class TestLetters:
    def test_of_a_legacy_file_are_shown_in_several_sets_with_words_as_evidence(self, thao):
        content = in_tcvn3("Nhan đề,Tác giả\nthư viện văn hoá cơ sở,tô hoài\nngười lái đò sông đà,nguyễn tuân\n")
        number = given(thao, SimpleUploadedFile("cu.csv", content))
        page = thao.text(f"/work/imports/{number}/file/")
        assert "TCVN3" in page
        assert "viÖn" in page
        assert "người lái đò sông đà / nguyễn tuân" in page
        assert page.count('name="encoding" value=') == 3  # as detected, and two more

    def test_can_be_read_otherwise_at_once_and_for_good(self, thao):
        number = given(thao, SimpleUploadedFile("cu.csv", in_tcvn3("Nhan đề,Tác giả\nsố đỏ,vũ trọng phụng\n")))
        part = thao.get(f"/work/imports/{number}/file/", {"encoding": "viscii"}, headers={"HX-Request": "true"})
        assert "VISCII" in part.content.decode()
        assert "<html" not in part.content.decode()
        thao.post(f"/work/imports/{number}/file/", {"encoding": "tcvn3"})
        assert queries.import_(number).terms.encoding == "tcvn3"
        assert "vũ trọng phụng" in thao.text(f"/work/imports/{number}/columns/")

    def test_an_encoding_that_does_not_exist_changes_nothing(self, thao):
        number = given(thao, marc())
        thao.post(f"/work/imports/{number}/file/", {"encoding": "klingon"})
        assert queries.import_(number).terms.encoding == "auto"
        assert thao.get(f"/work/imports/{number}/file/", {"encoding": "klingon"}).status_code == 200


class TestColumns:
    def test_are_guessed_and_shown_with_examples_and_ten_rows_before_and_after(self, thao):
        number = given(thao, csv())
        page = thao.text(f"/work/imports/{number}/columns/")
        assert re.search(r'<option value="title" selected>', page)
        assert "not known: please look" in page  # Cột lạ
        assert "VV000101, VV000102, VV000103" in page
        assert "Would be set aside: no title" in page

    def test_can_be_said_and_the_answer_is_the_rows_anew(self, thao):
        number = given(thao, csv(header="A,B,C,D,E"))
        page = thao.text(f"/work/imports/{number}/columns/")
        assert "No column is known to hold the titles" in page
        said = {f"c{at}_was": "note_of_record" for at in range(5)}
        said |= {"c0": "title", "c1": "authors", "c2": "year", "c3": "barcode", "c4": "-", "place": "CB-COBA"}
        part = thao.post(f"/work/imports/{number}/columns/", said, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert "VV000101, VV000102, VV000103" in part  # ranges came with the choice
        assert queries.import_(number).terms.place == "CB-COBA"

    def test_without_a_title_are_refused_in_words(self, thao):
        number = given(thao, csv())
        said = {"c0": "subtitle", "c1": "authors", "c2": "year", "c3": "barcode", "c4": "-", "act": "next"}
        response = thao.post(f"/work/imports/{number}/columns/", said)
        assert response.status_code == 422
        assert "which column holds the title" in response.content.decode()
        assert queries.import_(number).terms.mapping == ""

    def test_a_field_that_does_not_exist_is_refused(self, thao):
        number = given(thao, csv())
        assert thao.post(f"/work/imports/{number}/columns/", {"c0": "wizard"}).status_code == 422

    def test_separators_are_taken_from_the_form(self, thao):
        number = given(thao, csv("Truyện,A / B,1999,V1,"))
        said = {f"c{at}": field for at, field in enumerate(("title", "authors", "year", "barcode", "-"))}
        said |= {f"c{at}_was": field for at, field in enumerate(("title", "authors", "year", "barcode", "-"))}
        part = thao.post(
            f"/work/imports/{number}/columns/", {**said, "c1_sep": ["slash"]}, headers={"HX-Request": "true"}
        )
        assert "A; B" in part.content.decode()

    def test_branches_are_listed_and_said_to_be_places(self, thao):
        number = given(thao, csv("Truyện Kiều,Tủ sách Khuổi Khon,V1", header="Nhan đề,Thư viện,Số ĐKCB"))
        assert "Tủ sách Khuổi Khon" in thao.text(f"/work/imports/{number}/columns/")
        said = {"branch1": "Tủ sách Khuổi Khon", "place1": "CB-COBA", "place": ""}
        thao.post(f"/work/imports/{number}/columns/", said)
        told = importing.rehearse_draft(import_=number, clock=system_clock)
        assert told.counts["copies_added"] == 1
        assert queries.import_(number).terms.placement().branches == {"tủ sách khuổi khon": "CB-COBA"}

    def test_a_place_that_does_not_exist_is_none(self, thao):
        number = given(thao, csv())
        thao.post(f"/work/imports/{number}/columns/", {"place": "NO-PLACE"})
        assert queries.import_(number).terms.place == ""


class TestCopies:
    def test_are_found_where_systems_write_them(self, thao):
        number = given(thao, marc(book("Lá cờ", number="1", barcodes=("KT01", "KT02"), branch="TVX")))
        page = thao.text(f"/work/imports/{number}/columns/")
        assert "Field 952 (Koha): 2 copies, such as KT01, KT02" in page
        assert "<b>TVX</b>" in page

    def test_in_a_field_of_ones_own_can_be_said(self, thao):
        from tests.builders_marc import data

        number = given(thao, marc(book("Lá cờ", number="1", more=(("955", data(("x", "Q7"), ("k", "Kho A"))),))))
        assert "Q7" in thao.text(f"/work/imports/{number}/columns/")  # among the fields of the file
        said = {"way": "own", "tag": "955", "barcode": "x", "shelf": "k", "place": "CB-COBA"}
        part = thao.post(f"/work/imports/{number}/columns/", said, headers={"HX-Request": "true"}).content.decode()
        assert "Q7" in part.rpartition("Copies")[2]
        assert importing.rehearse_draft(import_=number, clock=system_clock).counts["copies_added"] == 1

    @pytest.mark.parametrize("said", [{"tag": "001", "barcode": "a"}, {"tag": "955", "barcode": "?"}, {"tag": "9"}])
    def test_in_a_field_that_cannot_be_are_refused(self, thao, said):
        number = given(thao, marc())
        assert thao.post(f"/work/imports/{number}/columns/", {"way": "own", **said}).status_code == 422

    def test_can_be_left_out(self, thao):
        number = given(thao, marc())
        thao.post(f"/work/imports/{number}/columns/", {"way": "none", "place": "CB-COBA"})
        assert importing.rehearse_draft(import_=number, clock=system_clock).counts["copies_added"] == 0
        assert 'value="none" checked' in thao.text(f"/work/imports/{number}/columns/")


class TestIsis:
    def file(self) -> SimpleUploadedFile:
        records = [isis(("10", f"^aSách {at}^bphụ đề"), ("90", f"^cKT{at}^kKho A")) for at in range(3)]
        return SimpleUploadedFile("isis.iso", b"".join(records))

    def test_fields_of_its_own_are_listed_with_examples_and_said_once(self, thao):
        number = given(thao, self.file())
        assert queries.import_(number).terms.form == "ISIS"
        page = thao.text(f"/work/imports/{number}/columns/")
        names = re.findall(r'column-what"><strong>([^<]+)<', page)
        assert names == ["10^a", "10^b", "90^c", "90^k"]
        assert "Sách 0" in page
        said = {"c0": "title", "c1": "subtitle", "c2": "barcode", "c3": "shelf", "place": "CB-COBA", "act": "next"}
        said |= {f"c{at}_was": "note_of_record" for at in range(4)}
        assert thao.post(f"/work/imports/{number}/columns/", said)["Location"].endswith("/policy/")
        told = importing.rehearse_draft(import_=number, clock=system_clock)
        assert (told.counts["added"], told.counts["copies_added"]) == (3, 3)
        after = thao.text(f"/work/imports/{number}/columns/")
        assert re.search(r'name="c2_was" value="barcode"', after)
        assert "phụ đề" in after.partition('id="preview"')[2]

    def test_without_a_title_is_refused(self, thao):
        number = given(thao, self.file())
        response = thao.post(f"/work/imports/{number}/columns/", {f"c{at}": "-" for at in range(4)})
        assert response.status_code == 422
        assert "which column holds the title" in response.content.decode()

    def test_with_the_tags_of_marc_is_read_as_such_and_asks_for_copies_only(self, thao):
        records = isis(("245", "^aLá cờ thêu"), ("900", "^bKT1^kKho"))
        number = given(thao, SimpleUploadedFile("isis.iso", records))
        page = thao.text(f"/work/imports/{number}/columns/")
        assert re.findall(r'column-what"><strong>([^<]+)<', page) == ["900^b", "900^k"]
        said = {"c0": "barcode", "c1": "shelf", "place": "CB-COBA"}
        said |= {f"c{at}_was": "" for at in range(2)}
        thao.post(f"/work/imports/{number}/columns/", said)
        assert importing.rehearse_draft(import_=number, clock=system_clock).counts["copies_added"] == 1

    def test_what_goes_into_marc_keeps_its_place(self, thao):
        records = isis(("24", "^aLược sử"), ("74", "Nhan đề khác"))
        number = given(thao, SimpleUploadedFile("isis.iso", records))
        assert 'value="=246$a" selected' in thao.text(f"/work/imports/{number}/columns/")
        thao.post(f"/work/imports/{number}/columns/", {"c0": "title", "c0_was": "title"})
        assert 'marc = "246$a"' in queries.import_(number).terms.mapping


class TestWhatToDo:
    def test_the_usual_is_chosen_and_explained(self, thao):
        page = thao.text(f"/work/imports/{given(thao, marc())}/policy/")
        assert re.search(r'value="usual" checked', page)
        assert "it waits for you" in page

    def test_is_kept(self, thao):
        number = given(thao, marc())
        thao.post(f"/work/imports/{number}/policy/", {"treatment": "overlay", "fields": ["ddc", "subjects"]})
        policy = queries.import_(number).terms.policy
        assert (policy.treatment, policy.overlay_fields) == (Treatment.OVERLAY, ("ddc", "subjects"))
        assert not policy.years_matter

    @pytest.mark.parametrize(
        "said", [{}, {"treatment": "wizard"}, {"treatment": "overlay"}, {"treatment": "overlay", "fields": "wizard"}]
    )
    def test_nothing_chosen_or_nothing_known_is_refused(self, thao, said):
        number = given(thao, marc())
        assert thao.post(f"/work/imports/{number}/policy/", said).status_code == 422
        assert queries.import_(number).terms.policy.treatment is Treatment.USUAL


class TestStart:
    def test_is_rehearsed_in_counts_and_writes_nothing(self, thao):
        from guisach.domain.catalogue.queries import count_records

        number, before = given(thao, csv()), count_records()
        page = thao.text(f"/work/imports/{number}/check/")
        assert "A rehearsal of all 3 records" in page
        assert re.findall(r'stat-value">(\d+)', page)[:5] == ["2", "0", "0", "0", "1"]
        assert count_records() == before

    def test_what_cannot_be_worked_through_is_not_offered(self, thao):
        page = thao.text(f"/work/imports/{given(thao, csv(header='A,B,C,D,E'))}/check/")
        assert "No column is known" in page
        assert "Start bringing in" not in page

    def test_puts_it_into_the_queue_and_shows_how_far_it_is(self, thao):
        number = given(thao, marc())
        assert thao.post(f"/work/imports/{number}/check/")["Location"] == f"/work/imports/{number}/"
        page = thao.text(f"/work/imports/{number}/")
        assert "waiting for its turn" in page
        assert 'hx-trigger="every 2s"' in page
        part = thao.get(f"/work/imports/{number}/", headers={"HX-Request": "true"})
        assert "HX-Refresh" not in part
        run(number)
        assert thao.get(f"/work/imports/{number}/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"

    def test_takes_companions_along_under_the_same_terms(self, thao):
        first = given(thao, marc(), marc(book("Số đỏ", number="n2"), name="hai.mrc"), marc(name="ba.mrc"))
        others = {one.file: one.id for one in queries.imports() if one.id != first}
        thao.post(f"/work/imports/{first}/columns/", {"place": "CB-COBA"})
        assert "hai.mrc" in thao.text(f"/work/imports/{first}/check/")
        thao.post(f"/work/imports/{first}/check/", {"others": [others["hai.mrc"]]})
        stands = {one.file: (one.status, one.terms.place) for one in queries.imports()}
        assert stands == {"cu.mrc": ("QUEUED", "CB-COBA"), "hai.mrc": ("QUEUED", "CB-COBA"), "ba.mrc": ("DRAFT", "")}

    def test_twice_is_once(self, thao):
        number = given(thao, marc())
        thao.post(f"/work/imports/{number}/check/")
        assert thao.post(f"/work/imports/{number}/check/").status_code == 404


class TestSource:
    def test_is_named_once_and_remembered_for_the_next_file(self, thao):
        number = given(thao, csv(header="A,B,C,D,E"))
        thao.post(f"/work/imports/{number}/file/", {"encoding": "auto", "source": "new", "source_name": "Hà Quảng"})
        thao.post(f"/work/imports/{number}/columns/", {"c0": "title", "c1": "authors", "place": "CB-COBA"})
        thao.post(f"/work/imports/{number}/check/", {"keep": "on"})
        second = given(thao, csv(header="A,B,C,D,E"), source="ha-quang")
        assert queries.import_(second).terms.place == "CB-COBA"
        assert "Truyện Kiều" in thao.text(f"/work/imports/{second}/columns/").partition('id="preview"')[2]
        page = thao.text("/work/sources/ha-quang/")
        assert "Thư viện xã Cô Ba" in page
        thao.post("/work/sources/ha-quang/")
        assert queries.sources() == []

    def test_of_the_same_name_is_not_made_twice(self, thao):
        number = given(thao, marc())
        said = {"encoding": "auto", "source": "new", "source_name": "Hà Quảng"}
        thao.post(f"/work/imports/{number}/file/", said)
        response = thao.post(f"/work/imports/{given(thao, marc())}/file/", said)
        assert response.status_code == 422
        assert "of this name already" in response.content.decode()


def imported(client: Worker, *files: SimpleUploadedFile, **terms: str) -> int:
    """Bring a file in to its end, with its report."""
    from guisach.site.importing import Importer

    number = given(client, *files)
    client.post(f"/work/imports/{number}/columns/", {"place": "CB-COBA", **terms})
    client.post(f"/work/imports/{number}/check/")
    assert Importer().step()
    return number


class TestReport:
    def test_accounts_for_every_record_and_shows_the_lines_by_outcome(self, thao):
        number = imported(thao, csv())
        page = thao.text(f"/work/imports/{number}/")
        assert re.findall(r'stat-value">(\d+)', page) == ["2", "0", "0", "0", "1", "4"]
        assert "No title" in page  # set aside comes first
        assert "Write the title in, then bring it in again" in page
        added = thao.text(f"/work/imports/{number}/", outcome="added")
        assert "Truyện Kiều" in added
        assert "No title" not in added
        assert "hx-trigger" not in page

    def test_what_was_mended_is_listed_in_words(self, thao):
        raw = book("Số đỏ", number="n7")
        number = imported(thao, marc(b"00999" + raw[5:], name="dai.mrc"))
        assert "Its length was wrong and was mended" in thao.text(f"/work/imports/{number}/", outcome="warned")

    def test_long_ones_are_shown_in_pages(self, thao):
        rows = [f"Sách {at:03},Ai,1999,V{at:03}," for at in range(120)]
        number = imported(thao, csv(*rows))
        seen, address = [], f"/work/imports/{number}/?outcome=added"
        for _turn in range(3):
            page = thao.get(address).content.decode()
            seen += re.findall(r">(Sách \d+)</a>", page)
            following = re.search(r'rel="next" href="([^"#]+)', page)
            address = f"/work/imports/{number}/{following[1].replace('&amp;', '&')}" if following else ""
        assert len(seen) == len(set(seen)) == 120
        assert address == ""

    @pytest.mark.parametrize("wish", [{"outcome": "wizard"}, {"from": "-1"}, {"from": "9" * 15}, {"from": "77"}])
    def test_odd_wishes_do_no_harm(self, thao, wish):
        assert thao.get(f"/work/imports/{imported(thao, csv())}/", wish).status_code == 200

    def test_what_was_set_aside_can_be_taken_away(self, thao):
        number = imported(thao, csv())
        assert f"/work/imports/{number}/files/quarantine.csv" in thao.text(f"/work/imports/{number}/")
        response = thao.get(f"/work/imports/{number}/files/quarantine.csv")
        assert "VV9" in b"".join(response.streaming_content).decode("utf-8-sig")
        assert response["Content-Disposition"].startswith("attachment")

    @pytest.mark.parametrize("name", ["nothing.csv", "..", "%2e%2e", "..%2f..%2fguisach.sqlite3", ".lock"])
    def test_nothing_else_can(self, thao, name):
        number = imported(thao, csv())
        assert thao.get(f"/work/imports/{number}/files/{name}").status_code == 404

    def test_is_not_for_keepers(self, thao, lan):
        number = imported(thao, csv())
        assert lan.get(f"/work/imports/{number}/").status_code == 403
        assert lan.get(f"/work/imports/{number}/files/report.jsonl").status_code == 403

    def test_of_an_import_that_is_not_there_is_not_found(self, thao):
        for path in ("", "undo/", "file/", "files/report.jsonl"):
            assert thao.get(f"/work/imports/999/{path}").status_code == 404


class TestStopping:
    def test_is_asked_for_and_it_can_go_on(self, thao):
        number = given(thao, marc())
        thao.post(f"/work/imports/{number}/check/")
        thao.post(f"/work/imports/{number}/stop/")
        page = thao.text(f"/work/imports/{number}/")
        assert "stopped before its end" in page
        assert "Go on with it" in page
        thao.post(f"/work/imports/{number}/go-on/")
        assert queries.import_(number).status == "QUEUED"

    def test_one_that_is_done_does_nothing(self, thao):
        number = imported(thao, marc())
        thao.post(f"/work/imports/{number}/stop/")
        assert "in another state now" in thao.post(f"/work/imports/{number}/go-on/", follow=True).content.decode()
        assert queries.import_(number).status == "DONE"


class TestUndoing:
    def test_says_first_what_goes_and_what_stays_and_why(self, thao, lan, world):
        from guisach.domain.catalogue.queries import copy_by_barcode
        from guisach.site.importing import Importer

        number = imported(thao, csv())
        lan.scan(world.an_card)
        lan.scan("VV000104")
        page = thao.text(f"/work/imports/{number}/undo/")
        assert re.search(r"1 title\s+that came in with it", page)
        assert "3 copies" in page
        assert "copies that were lent, seen or counted since" in page
        assert "VV000104" in page
        thao.post(f"/work/imports/{number}/undo/")
        assert queries.import_(number).status == "UNDOING"
        assert Importer().step()
        after = thao.text(f"/work/imports/{number}/")
        assert re.search(r"1 titles and 3 copies were taken\s+out", after)
        assert "What had to stay" in after
        assert copy_by_barcode("VV000101") is None
        assert copy_by_barcode("VV000104") is not None

    def test_what_nobody_has_touched_goes_wholly(self, thao):
        page = thao.text(f"/work/imports/{imported(thao, csv())}/undo/")
        assert "Nothing: nobody has worked with it since" in page

    def test_a_draft_or_a_running_one_is_not_offered(self, thao):
        number = given(thao, marc())
        assert thao.get(f"/work/imports/{number}/undo/").status_code == 302
        thao.post(f"/work/imports/{number}/check/")
        assert thao.post(f"/work/imports/{number}/undo/").status_code == 302
        assert queries.import_(number).status == "QUEUED"


def test_every_code_has_words():
    from guisach.domain.catalogue.actions.importing.keeping import Reasons
    from guisach.domain.catalogue.rules.imports.matching import Why
    from guisach.domain.catalogue.rules.imports.outcomes import Outcome
    from guisach.domain.catalogue.rules.imports.policies import FIELD_GROUPS
    from guisach.domain.catalogue.rules.imports.tables import FIELDS
    from guisach.domain.catalogue.rules.marc.incoming import Note, Reason
    from guisach.web.work.importing import readings, words

    known = (
        (Reason, words.REASONS), (Note, words.NOTES), (Outcome, words.OUTCOMES), (Outcome, words.OUTCOME_HELP),
        (Why, words.WHY), (Reasons, words.KEPT), (FIELD_GROUPS, words.GROUPS), (FIELDS, words.FIELD_LABELS),
        (readings.ENCODINGS, words.ENCODINGS),
    )  # fmt: skip
    assert [(str(code)) for codes, table in known for code in codes if str(code) not in table] == []


def test_the_list_shows_what_runs_and_what_came_of_the_others(thao, hoa):
    imported(thao, csv())
    number = given(thao, marc())
    thao.post(f"/work/imports/{number}/check/")
    page = hoa.text("/work/imports/")
    assert "sach-xa.csv" in page
    assert "Đinh Thu Thảo" in page
    assert 'hx-trigger="every 3s"' in page
    part = hoa.get("/work/imports/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "cu.mrc" in part


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    ["", "new/", "{draft}/file/", "{draft}/columns/", "{draft}/policy/", "{draft}/check/", "{done}/", "{done}/undo/"],
)
def test_a_page_stays_within_its_number_of_questions_to_the_database(thao, path):
    from tests.web.work.test_queries import QUERIES_MAX, cost

    done = imported(thao, csv(*[f"Sách {at},Ai,1999,V{at}," for at in range(30)]))
    draft = given(thao, csv())
    seen = cost(thao, f"/work/imports/{path.format(draft=draft, done=done)}")
    # A rehearsal asks for what is here already; an undo asks every table that may hang on what came in.
    more = {"{draft}/check/": 4, "{done}/undo/": 12}.get(path, 0)
    assert len(seen) <= QUERIES_MAX + more, "\n".join(seen)
