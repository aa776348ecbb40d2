"""Printing readers' cards: what a scanner reads again, and nothing about readers of another place."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from guisach.adapters.printing import CARD_PAPERS, CARDS_MAX, CardText, cards
from guisach.domain.readers.models import Reader, ReaderAccess
from guisach.kernel.clock import system_clock
from tests import builders


def text_of(number: str = "BD00004127", name: str = "Nông Thị Hoa") -> CardText:
    return CardText(number=number, name=name, place="Thư viện xã Cô Ba", contact="", until="Có giá trị đến 22/11/2029")


@pytest.mark.slow
@pytest.mark.parametrize("paper", CARD_PAPERS)
def test_every_card_is_read_again_by_a_scanner_on_every_paper(paper):
    numbers = [f"BD0000{n:04d}" for n in range(12)]
    pages = cards([text_of(number) for number in numbers], CARD_PAPERS[paper], form="png", ppi=300)
    read = [code.text for page in pages for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))]
    assert sorted(read) == numbers
    assert len(pages) == (2 if paper == "a4" else 12)


def test_a_card_of_an_older_system_that_no_scanner_knows_is_printed_with_its_number_alone():
    [page] = cards([text_of("THẺ-Đ/12")], CARD_PAPERS["cr80"], form="png")
    assert zxingcpp.read_barcodes(Image.open(io.BytesIO(page))) == []


@pytest.fixture
def an(world):
    return Reader.objects.get(pk=world.an)


def test_new_readers_are_offered_and_printed_and_it_leaves_a_trace(lan, an):
    assert an.card_no in lan.get("/work/readers/cards/?new=1").content.decode()
    answer = lan.post("/work/readers/cards/", {"cards": an.card_no.lower(), "paper": "a4"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert ReaderAccess.objects.filter(reader=an.pk, act="PRINT").count() == 1


def test_one_reader_is_offered_from_their_page(lan, an):
    assert an.card_no in lan.get(f"/work/readers/cards/?reader={an.pk}").content.decode()


def test_a_keeper_elsewhere_learns_nothing_of_a_number(minh, an):
    known = minh.post("/work/readers/cards/", {"cards": an.card_no, "paper": "a4"})
    unknown = minh.post("/work/readers/cards/", {"cards": "NOBODY-1", "paper": "a4"})
    assert known.status_code == unknown.status_code == 422
    assert an.full_name not in known.content.decode()
    said = [a.content.decode().replace(n, "X") for a, n in ((known, an.card_no), (unknown, "NOBODY-1"))]
    assert len(said[0]) == len(said[1])
    assert an.card_no not in minh.get(f"/work/readers/cards/?reader={an.pk}").content.decode()
    assert not ReaderAccess.objects.filter(reader=an.pk, act="PRINT").exists()


@pytest.mark.parametrize("wrong", ["", "   \n", "NO-SUCH\n", "x" * 50, ",".join(f"C{n}" for n in range(CARDS_MAX + 1))])
def test_what_cannot_be_printed_is_said_and_stays_in_the_box(lan, an, wrong):
    typed = f"{an.card_no}\n{wrong}" if wrong.strip() else wrong
    answer = lan.post("/work/readers/cards/", {"cards": typed, "paper": "a4"})
    assert answer.status_code == 422
    if wrong.strip():
        assert an.card_no in answer.content.decode()


def test_the_page_asks_as_much_with_many_readers_as_with_one(lan, an, django_assert_max_num_queries, world):
    for n in range(15):
        builders.reader(world.lan, system_clock, builders.applicant(name=f"Bạn Đọc {n}"))
    with django_assert_max_num_queries(12):
        lan.get("/work/readers/cards/?new=1")
