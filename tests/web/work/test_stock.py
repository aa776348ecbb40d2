"""The pages of the stock: what a librarian of a commune sees and changes, and what stays the province's."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from guisach.domain.catalogue.actions.stock import load_stock_words
from guisach.domain.catalogue.models import Copy, Receipt
from guisach.domain.catalogue.queries import stock
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import COBA, DAMTHUY, TINH
from tests.web.work.conftest import Worker, lent, worker
from tests.web.work.test_queries import QUERIES_MAX, cost

HEAD = {"entered_on": "20/11/2026", "kind": "GIFT", "source": "Hội Khuyến học", "voucher": "BB 01"}


@pytest.fixture
def tuan(world) -> Worker:
    """Tuấn, librarian of Cô Ba alone."""
    load_stock_words()
    return worker(builders.person("tuan", "Nông Anh Tuấn", "LIBRARIAN", place=COBA))


@pytest.fixture
def hoa(world) -> Worker:
    load_stock_words()
    return worker(world.hoa)


def record_id() -> int:
    return Copy.objects.first().record_id


def voucher(**changes: object) -> dict[str, object]:
    line = {"record": record_id(), "count": "2", "series": "TN", "price": "35.000", "call_no": "895.9 TOH",
            "shelf": "", "part": "", "collection": "THIEU_NHI"}  # fmt: skip
    lines = {f"line_{name}": value for name, value in {**line, **changes}.items()}
    return {**HEAD, **lines, "do": "save", "op": str(new_id())}


class TestReceiving:
    def test_a_voucher_becomes_numbered_copies_of_the_place(self, tuan):
        answer = tuan.post("/work/stock/receive/", voucher())
        entry = Receipt.objects.get()
        assert (answer.status_code, answer.url) == (302, f"/work/stock/receipts/{entry.pk}/")
        assert entry.place_id == COBA
        copy = stock.stock_copy("TN000001")
        assert (copy.owner, copy.base, copy.price_vnd, copy.collection) == (COBA, COBA, 35_000, "THIEU_NHI")
        shown = tuan.text(answer.url)
        assert "TN000002" in shown
        assert "70.000" in shown

    def test_sent_twice_it_is_entered_once(self, tuan):
        form = voucher()
        first, second = (tuan.post("/work/stock/receive/", form) for _ in range(2))
        assert first.url == second.url
        assert Receipt.objects.count() == 1

    def test_titles_are_gathered_on_the_page_until_it_is_saved(self, tuan):
        page = tuan.post("/work/stock/receive/", {**HEAD, "do": f"add:{record_id()}", "op": str(new_id())})
        shown = page.content.decode()
        assert "Dế Mèn phiêu lưu ký" in shown
        assert 'value="Hội Khuyến học"' in shown
        again = tuan.post("/work/stock/receive/", {**voucher(), "do": f"add:{record_id()}"}).content.decode()
        assert re.search(r'name="line_count" value="3"', again)
        gone = tuan.post("/work/stock/receive/", {**voucher(), "do": "drop:0"}).content.decode()
        assert "line_record" not in gone
        assert not Receipt.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"count": "0"}, "1 to 500 copies"),
            ({"count": "hai"}, "in figures"),
            ({"price": "rẻ"}, "in figures"),
            ({"series": ""}, "series of numbers"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(self, tuan, changes, said):
        answer = tuan.post("/work/stock/receive/", voucher(**changes))
        assert answer.status_code == 422
        shown = answer.content.decode()
        assert said in shown
        assert 'value="895.9 TOH"' in shown
        assert not Receipt.objects.exists()

    def test_a_commune_cannot_receive_for_another_nor_give_away(self, tuan):
        assert tuan.post("/work/stock/receive/", {**voucher(), "place": TINH}).status_code == 404
        assert tuan.post("/work/stock/receive/", {**voucher(), "base": DAMTHUY}).status_code == 404

    def test_the_province_buys_for_a_commune(self, hoa):
        hoa.post("/work/stock/receive/", {**voucher(), "place": TINH, "base": COBA})
        copy = stock.stock_copy("TN000001")
        assert (copy.owner, copy.base) == (TINH, COBA)

    def test_a_voucher_is_corrected_and_says_what_it_was(self, tuan):
        url = tuan.post("/work/stock/receive/", voucher()).url
        assert tuan.post(url, {**HEAD, "voucher": "BB 02"}).status_code == 302
        shown = tuan.text(url)
        assert "<del>BB 01</del>" in shown
        assert tuan.post(url, {**HEAD, "entered_on": "32/11/2026"}).status_code == 422
        assert tuan.post(url, {**HEAD, "entered_on": "01/01/2090"}).status_code == 422

    def test_words_find_a_title_to_add(self, tuan):
        shown = tuan.post("/work/stock/receive/", {"do": "find", "q": "dế mèn", "op": str(new_id())}).content.decode()
        assert f'value="add:{record_id()}"' in shown
        none = tuan.post("/work/stock/receive/", {"do": "find", "q": "không có đâu", "op": str(new_id())})
        assert "Please catalogue it first" in none.content.decode()


class TestChanging:
    def test_a_pile_is_changed_and_the_owner_stays(self, tuan):
        form = {"codes": "cb000001\nCB000002\n", "collection": "PHAP_LUAT", "state": "WORN", "condition": "-",
                "base": "-", "shelf": "Giá 2"}  # fmt: skip
        assert tuan.post("/work/stock/pile/", form).status_code == 302
        copy = stock.stock_copy("CB000002")
        assert (copy.collection, copy.state, copy.shelf, copy.owner) == ("PHAP_LUAT", "WORN", "Giá 2", TINH)
        assert stock.stock_copy("CB000003").collection is None

    def test_copies_elsewhere_are_named_and_nothing_is_changed(self, tuan):
        builders.copy("DT000001", place=DAMTHUY)
        form = {"codes": "CB000001 \n DT000001", "collection": "-", "state": "WORN", "condition": "-", "base": "-"}
        answer = tuan.post("/work/stock/pile/", form)
        assert answer.status_code == 409 or answer.status_code == 422
        assert "DT000001" in answer.content.decode()
        assert stock.stock_copy("CB000001").state == "GOOD"

    def test_one_copy_is_mended_and_its_history_shown(self, tuan):
        form = {"condition": "REFERENCE", "state": "GOOD", "collection": "", "call_no": "8 TOH", "price": "12.500 đ"}
        assert tuan.post("/work/stock/copies/CB000001/", form).status_code == 302
        shown = tuan.text("/work/stock/copies/CB000001/")
        assert "<ins>8 TOH</ins>" in shown
        assert stock.stock_copy("CB000001").price_vnd == 12_500
        assert tuan.post("/work/stock/copies/CB000001/", {**form, "price": "rẻ"}).status_code == 422

    def test_a_copy_of_elsewhere_is_not_there(self, tuan):
        builders.copy("DT000001", place=DAMTHUY)
        assert tuan.get("/work/stock/copies/DT000001/").status_code == 404
        assert "Change the copy" not in tuan.text("/work/copies/DT000001/")
        assert "Change the copy" in tuan.text("/work/copies/CB000001/")

    def test_series_and_collections_are_the_province_s(self, tuan, hoa):
        form = {"code": "NN", "name": "Ngoại văn", "digits": 6, "last_number": 41}
        assert tuan.post("/work/stock/numbers/", form).status_code == 403
        assert "Set up" not in tuan.text("/work/stock/numbers/")
        assert hoa.post("/work/stock/numbers/", form).status_code == 302
        assert "NN000042" in hoa.text("/work/stock/numbers/")
        assert hoa.post("/work/stock/numbers/", {**form, "last_number": 3}).status_code == 409
        assert hoa.post("/work/stock/collections/", {"code": "LICH_SU", "name": "Lịch sử"}).status_code == 302
        assert "Lịch sử" in tuan.text("/work/stock/collections/")
        assert hoa.post("/work/stock/collections/", {"code": "lịch sử", "name": "x"}).status_code == 422


class TestLabels:
    def test_labels_are_made_for_what_was_scanned(self, tuan):
        form = {"codes": "CB000001\nCB000002", "kinds": "both", "paper": "roll-50x30", "first": 1, "do": "print"}
        answer = tuan.post("/work/stock/labels/", form)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")

    def test_what_came_out_well_is_not_offered_again(self, tuan):
        assert "CB000001" in tuan.text("/work/stock/labels/", unprinted=1)
        form = {"codes": "CB000001", "kinds": "barcode", "paper": "a4-3x8", "first": 1, "do": "done"}
        assert tuan.post("/work/stock/labels/", form).status_code == 302
        assert "CB000001" not in tuan.text("/work/stock/labels/", unprinted=1)

    def test_a_range_and_a_receipt_choose_copies(self, tuan):
        shown = tuan.text("/work/stock/labels/", **{"from": "cb000002", "to": "cb000004"})
        assert re.findall(r"CB00000\d", shown) == ["CB000002", "CB000003", "CB000004"]
        url = tuan.post("/work/stock/receive/", voucher()).url
        number = url.rstrip("/").rpartition("/")[2]
        assert "TN000002" in tuan.text("/work/stock/labels/", receipt=number)

    def test_numbers_that_are_not_here_are_named(self, tuan):
        form = {"codes": "CB000001\nQQ1", "kinds": "spine", "paper": "a4-3x8", "first": 1, "do": "print"}
        answer = tuan.post("/work/stock/labels/", form)
        assert answer.status_code == 409
        assert "QQ1" in answer.content.decode()

    def test_a_keeper_labels_the_books_of_the_place(self, lan):
        form = {"codes": "CB000001", "kinds": "barcode", "paper": "a4-5x13", "first": 60, "do": "print"}
        assert lan.post("/work/stock/labels/", form)["Content-Type"] == "application/pdf"
        assert lan.get("/work/stock/").status_code == 403
        assert 'href="/work/stock/"' not in lan.text("/work/stock/labels/")

    def test_frames_and_a_poster_are_printed(self, tuan):
        frames = tuan.post("/work/stock/labels/", {"do": "frames", "paper": "a4-3x8"})
        assert frames.content.startswith(b"%PDF")
        assert tuan.get("/work/stock/poster/", {"size": "a5", "shelf": "Tủ sách pháp luật"}).content.startswith(b"%PDF")
        assert tuan.get("/work/stock/poster/", {"size": "a4", "place": TINH}).status_code == 404


class TestRegisters:
    def test_a_register_is_the_owner_s(self, tuan, hoa):
        assert "owns no copies" in tuan.text("/work/stock/registers/")
        shown = hoa.text("/work/stock/registers/")
        assert "CB000001 – CB000006" in shown
        volume = hoa.get("/work/stock/registers/volume/", {"place": TINH, "number": 1})
        assert volume.content.startswith(b"%PDF")
        assert hoa.get("/work/stock/registers/volume/", {"number": 9}).status_code == 404

    def test_a_table_of_the_register_never_calculates(self, hoa):
        record = builders.record("=HYPERLINK(1)", "@SUM(A1)")
        Copy.objects.create(barcode="DC000009", record=record, owner_id=TINH, base_id=TINH, price_vnd=5000)
        answer = hoa.get("/work/stock/registers/volume/", {"form": "csv"})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert "ĐC000009,'@SUM(A1),'=HYPERLINK(1)" in text
        assert len(text.splitlines()) == 1 + 7

    @pytest.mark.parametrize("part", [1, 2, 3])
    def test_the_general_register_is_printed_by_years(self, hoa, part):
        hoa.post("/work/stock/receive/", {**voucher(), "place": TINH})
        answer = hoa.get("/work/stock/registers/general/", {"part": part, "year": 2026})
        assert answer.content.startswith(b"%PDF")
        assert hoa.get("/work/stock/registers/general/", {"part": part, "year": 1999}).status_code == 404


class TestWeeding:
    @pytest.fixture
    def begun(self, hoa) -> str:
        return hoa.post("/work/stock/weeding/", {"place": TINH, "reason": "WORN_OUT"}).url

    def test_a_list_goes_from_proposal_to_the_register(self, world, hoa, begun):
        Copy.objects.filter(barcode__in=["CB000001", "CB000002"]).update(state="DAMAGED")
        hoa.post(begun, {"do": "propose", "is_damaged": "on"})
        shown = hoa.text(begun)
        assert "CB000002" in shown
        assert hoa.post(begun, {"do": "keep", "codes": "CB000002"}).status_code == 302
        assert hoa.post(begun, {"do": "ticked", "verdict-CB000001": "WITHDRAW"}).status_code == 302
        assert hoa.get(begun + "minutes/", {"form": "list"}).content.startswith(b"%PDF")
        decision = {"do": "decide", "decision_no": "15/QĐ", "decided_on": "20/11/2026", "minutes": "03/BB"}
        assert hoa.post(begun, {**decision, "decision_no": ""}).status_code == 422
        assert hoa.post(begun, decision).status_code == 302
        assert "15/QĐ" in hoa.text(begun)
        assert hoa.get(begun + "minutes/").content.startswith(b"%PDF")
        assert "Withdrawn" in hoa.text("/work/copies/CB000001/")

    def test_a_copy_on_loan_is_not_taken_out(self, world, hoa, begun):
        lent(world)
        hoa.post(begun, {"do": "out", "codes": "CB000001"})
        answer = hoa.post(begun, {"do": "decide", "decision_no": "1", "decided_on": "20/11/2026"})
        assert answer.status_code == 409
        assert "CB000001" in answer.content.decode()

    def test_what_is_wrong_is_said(self, hoa, begun):
        assert hoa.post(begun, {"do": "propose"}).status_code == 422
        assert hoa.post(begun, {"do": "propose", "copies_max": "0"}).status_code == 422
        assert hoa.post(begun, {"do": "decide"}).status_code == 422
        assert hoa.post(begun, {"do": "rest-out"}).status_code == 302
        assert hoa.post(begun, {"do": "drop"}).url == "/work/stock/weeding/"
        assert hoa.get(begun).status_code == 404

    def test_a_commune_does_not_weed_the_province_s_register(self, tuan, begun):
        assert tuan.get(begun).status_code == 404
        own = tuan.post("/work/stock/weeding/", {"reason": "LOST"}).url
        answer = tuan.post(own, {"do": "out", "codes": "CB000001"})
        assert "Another place answers" in answer.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [
        "/work/stock/",
        "/work/stock/receipts/",
        "/work/stock/receive/",
        "/work/stock/receipts/{receipt}/",
        "/work/stock/registers/",
        "/work/stock/weeding/",
        "/work/stock/weeding/{list}/",
        "/work/stock/labels/?unprinted=1",
        "/work/stock/poster/",
        "/work/stock/numbers/",
        "/work/stock/collections/",
        "/work/stock/pile/",
        "/work/stock/copies/CB000001/",
    ],
)
def test_a_page_of_the_stock_costs_a_constant_number_of_queries(hoa, path):
    url = hoa.post("/work/stock/receive/", {**voucher(), "place": TINH}).url
    begun = hoa.post("/work/stock/weeding/", {"place": TINH, "reason": "LOST"}).url
    path = path.format(receipt=url.rstrip("/").rpartition("/")[2], list=begun.rstrip("/").rpartition("/")[2])
    hoa.get(path)
    little = cost(hoa, path)
    for _ in range(3):
        hoa.post("/work/stock/receive/", {**voucher(count="9"), "place": TINH})
        hoa.post("/work/stock/weeding/", {"place": TINH, "reason": "LOST"})
    hoa.post(begun, {"do": "out", "codes": "\n".join(f"TN{n:06d}" for n in range(1, 20))})
    much = cost(hoa, path)
    assert len(much) <= len(little) + 1
    assert len(much) <= QUERIES_MAX, (path, urlencode({"n": len(much)}), *much)
