"""The desk of a place that keeps a notebook: titles and names, one form, the same acts as everywhere."""

from __future__ import annotations

import re

import pytest

from guisach.domain.circulation import queries as circulation
from guisach.domain.journal.models import Operation
from guisach.domain.network.models import Place
from guisach.domain.readers.models import Reader
from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from tests import builders
from tests.web.work.conftest import earlier, lent
from tests.web.work.test_queries import QUERIES_MAX, cost


@pytest.fixture(autouse=True)
def notebook(world):
    """Cô Ba writes in a notebook."""
    Place.objects.update(service_mode="KEPT")


def send(client, book="", who="", **more):
    ops = {name: str(new_id()) for name in ("op", "op_join", "op_back")}
    return client.post("/work/desk/kept/", {"book": book, "who": who, **ops, **more})


def asked(client, book="", who="", **more) -> str:
    response = send(client, book, who, **more)
    assert response.status_code in {409, 422}, response.status_code
    return response.content.decode()


def out(barcode="CB000001"):
    loan = circulation.open_loan_of_copy(barcode)
    return loan.reader if loan else None


def new_reader(**said):
    return {"reader": "new", "group": "FARMER", "has_consent": "on", **said}


def test_a_book_with_a_name_goes_out_and_alone_comes_back(lan, world):
    assert send(lan, "CB000001", "vang thi an")["Location"] == f"/work/?again={world.an}"
    assert out() == world.an
    page = lan.text("/work/", again=str(world.an))
    assert "Dế Mèn phiêu lưu ký" in page
    assert "One more book for the same reader" in page
    assert send(lan, "1")["Location"] == "/work/"
    assert out() is None
    assert "No book is out" in lan.text("/work/")


def test_a_title_means_a_copy_that_is_in_and_comes_back_as_the_one_that_is_out(lan, world):
    for _ in range(2):
        send(lan, "dế mèn", "An")
    assert (out("CB000001"), out("CB000002")) == (world.an, world.an)
    send(lan, "dế mèn")
    assert sorted(b for b in ("CB000001", "CB000002") if out(b)) in (["CB000001"], ["CB000002"])


def test_one_touch_takes_a_book_back_from_the_list(lan, world):
    lent(world)
    page = lan.text("/work/")
    op, code = re.search(r'name="op" value="([^"]+)"><input type="hidden" name="code" value="([^"]+)"', page).groups()
    assert lan.post("/work/loans/take-back/", {"op": op, "code": code, "next": "/work/"})["Location"] == "/work/"
    assert out() is None


def test_the_same_form_twice_lends_one_book(lan, world):
    op = str(new_id())
    for _ in range(2):
        send(lan, "dế mèn", "An", op=op)
    assert Operation.objects.filter(kind="lend").count() == 1


def test_a_card_may_be_scanned_first(lan, world):
    page = asked(lan, world.an_card)
    assert "Which book? Write its number or its title." in page
    assert f'name="who" value="{world.an_card}"' in page


def test_a_book_that_is_in_asks_who_takes_it_and_keeps_the_copy(lan, world):
    page = asked(lan, "CB000002")
    assert "Who took it?" in page
    assert 'name="copy" value="CB000002"' in page
    assert Operation.objects.filter(kind="return").count() == 0


def test_several_titles_and_several_readers_are_offered(lan, world):
    builders.copy("CB000050", of=builders.record("Dế Mèn kể chuyện"))
    other = builders.reader(world.lan, system_clock, builders.applicant("Lý Thị An"))
    page = asked(lan, "dế mèn", "An")
    assert 'value="CB000050"' in page
    assert f'value="{other}"' in page
    send(lan, "dế mèn", "An", copy="CB000050", reader=str(other))
    assert out("CB000050") == other


def test_somebody_without_a_card_is_written_down_in_one_line(lan):
    page = asked(lan, "CB000001", "Nông Văn Tư")
    assert "A new reader: <strong>Nông Văn Tư</strong>" in page
    send(lan, "CB000001", "Nông Văn Tư", **new_reader())
    made = Reader.objects.get(full_name="Nông Văn Tư")
    assert (out(), made.group, made.place, made.has_guardian_consent) == (made.pk, "FARMER", builders.COBA, True)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"has_consent": ""}, ""),
        ({"group": "CHILD", "has_assent": "on"}, "guardian"),
        ({"group": "CHILD", "guardian": "Nông Văn Ba"}, ""),
        ({"group": ""}, ""),
    ],
)
def test_the_law_on_personal_data_holds_in_one_line_too(lan, said, text):
    kept = {name: value for name, value in new_reader(**said).items() if value}
    page = asked(lan, "CB000001", "Nông Văn Tư", **kept)
    assert text in page
    assert 'name="who" value="Nông Văn Tư"' in page
    assert not Reader.objects.filter(full_name="Nông Văn Tư").exists()
    assert out() is None


def test_a_reader_made_before_a_refusal_is_not_made_twice(lan, world):
    lent(world)
    ops = {"op_join": str(new_id())}
    page = asked(lan, "CB000001", "Nông Văn Tư", **new_reader(), **ops)
    assert "take it back first" in page
    assert ops["op_join"] in page
    send(lan, "CB000001", "Nông Văn Tư", **new_reader(back_first="on"), **ops)
    assert out() == Reader.objects.get(full_name="Nông Văn Tư").pk


def test_what_the_rules_stop_is_told_and_a_librarian_may_go_past_it(lan, hoa, world):
    for barcode in ("CB000001", "CB000002", "CB000003"):
        lent(world, barcode)
    assert "Lend all the same" not in asked(lan, "CB000004", "An")
    session = hoa.session
    session["place"] = builders.COBA
    session.save()
    assert "Lend all the same" in asked(hoa, "CB000004", "An")
    assert send(lan, "CB000004", "An", go_past="over_limit", reason="cần gấp").status_code == 409
    send(hoa, "CB000004", "An", go_past="over_limit", reason="cần gấp cho kỳ thi")
    assert out("CB000004") == world.an


def test_a_book_lent_before_anybody_catalogued_it_comes_back_by_its_number(lan, world):
    from guisach.domain.circulation.actions import Override

    lent(world, "CB777777", by=world.hoa, override=Override("copy_unknown", "chưa nhập"))
    send(lan, "CB777777")
    assert out("CB777777") is None
    assert "write it down first" in asked(lan, "CB888888", "An")


def test_nothing_is_asked_of_readers_elsewhere(minh, world):
    page = asked(minh, "CB000001", "Vàng Thị An")
    assert "No reader of this place" in page
    assert world.an_card not in page
    assert minh.get(f"/work/?reader={world.an}").status_code == 404


def test_the_reader_of_the_last_book_can_be_served_on(lan, world):
    page = lan.text("/work/", reader=str(world.an))
    assert f'value="{world.an_card}"' in page
    assert "Vàng Thị An" in page


def test_the_full_desk_stays_within_reach(lan):
    assert 'action="/work/desk/scan/"' in lan.text("/work/", desk="full")


def test_the_page_costs_the_same_with_little_and_with_much(lan, world):
    send(lan, "CB000001", "An")
    little = cost(lan, f"/work/?reader={world.an}")
    for number in range(2, 7):
        name = f"Người {'ABCDEFG'[number]}"
        reader = builders.reader(world.lan, earlier(days=9), builders.applicant(name))
        lent(world, f"CB00000{number}", reader=reader)
    much = cost(lan, f"/work/?reader={world.an}")
    assert len(little) == len(much) <= QUERIES_MAX, "\n".join(much)
