"""Covers, validity of laws, newspapers and lists in the workbench."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from guisach.domain.catalogue.actions.laws import Particulars, describe_law
from guisach.domain.catalogue.actions.lists import make_list
from guisach.domain.catalogue.actions.periodicals import Came, Terms, receive_issues, subscribe
from guisach.domain.catalogue.queries import periodicals
from guisach.domain.catalogue.queries.covers import covers_of
from guisach.domain.catalogue.queries.laws import laws_of
from guisach.domain.catalogue.queries.lists import book_lists, entries_of
from guisach.domain.catalogue.rules.covers import MAX_BYTES
from guisach.kernel.clock import local_date, system_clock
from tests import builders
from tests.web.work.conftest import worker


@pytest.fixture
def tuan(world):
    """A librarian of Đàm Thủy: may subscribe there."""
    return worker(builders.person("tuan", "Nông Anh Tuấn", "LIBRARIAN", place=builders.DAMTHUY))


@pytest.fixture
def record(world) -> int:
    return builders.record("Nhân Dân", author="", kind="SERIAL").pk


@pytest.fixture
def today():
    return local_date(system_clock())


def uploaded(body: bytes, name: str = "bia.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body, "image/jpeg")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 450), "red").save(out, "JPEG")
    return out.getvalue()


class TestCovers:
    def test_a_photo_becomes_the_cover_and_is_taken_away_again(self, hoa, record):
        assert "Take a photo" in hoa.text(f"/work/records/{record}/cover/")
        assert hoa.act(f"/work/records/{record}/cover/", photo=uploaded(picture())).status_code == 302
        print_ = covers_of([record])[record].print
        assert f"/covers/{print_}-400.webp" in hoa.text(f"/work/records/{record}/cover/")
        assert f"/covers/{print_}-120.webp" in hoa.text(f"/work/records/{record}/")
        assert hoa.act(f"/work/records/{record}/cover/", remove="1").status_code == 302
        assert not covers_of([record])

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({}, "take a photo or choose a picture first"),
            ({"picture": b"<svg onload=alert(1)>"}, "cannot be read as a picture"),
            ({"picture": b"\xff\xd8" + b"\0" * MAX_BYTES}, "too large"),
        ],
    )
    def test_what_is_no_cover_is_refused_in_words(self, hoa, record, sent, words):
        data = {name: uploaded(body) for name, body in sent.items()}
        answer = hoa.act(f"/work/records/{record}/cover/", **data)
        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_a_form_that_says_it_is_huge_is_not_read(self, hoa, record):
        answer = hoa.generic(
            "POST",
            f"/work/records/{record}/cover/",
            b"x",
            "multipart/form-data; boundary=x",
            CONTENT_LENGTH="999999999",
        )
        assert answer.status_code == 413
        assert "too large" in answer.content.decode()
        chunked = hoa.generic("POST", f"/work/records/{record}/cover/", b"x", HTTP_TRANSFER_ENCODING="chunked")
        assert chunked.status_code == 411

    def test_a_form_from_elsewhere_is_refused(self, world, record):
        stranger = Client(enforce_csrf_checks=True)
        stranger.force_login(world.hoa.staff, backend="django.contrib.auth.backends.ModelBackend")
        answer = stranger.post(f"/work/records/{record}/cover/", {"picture": uploaded(picture())})
        assert answer.status_code == 403
        assert not covers_of([record])

    def test_of_no_record_there_is_no_page(self, hoa):
        assert hoa.get("/work/records/999999/cover/").status_code == 404


class TestLaws:
    def test_dates_are_kept_and_shown_again(self, hoa, world):
        law = builders.record("Luật Thư viện", kind="LAW").pk
        path = f"/work/records/{law}/law/"
        assert "Validity" in hoa.text(f"/work/records/{law}/")
        answer = hoa.act(path, number="46/2019/QH14", issued_on="21/11/2019", valid_from="1/7/2020")
        assert answer.status_code == 302
        assert laws_of([law])[law].number == "46/2019/QH14"
        assert 'value="01/07/2020"' in hoa.text(path)

    def test_the_successor_is_named_by_its_number(self, hoa, world):
        old, new = builders.record("Cũ", kind="LAW").pk, builders.record("Mới", kind="LAW").pk
        describe_law(record=new, said=Particulars(number="31/2024/QH15"))
        assert hoa.act(f"/work/records/{old}/law/", successor="31/2024/qh15").status_code == 302
        assert laws_of([old])[old].replaced_by == new
        assert "Cũ" in hoa.text(f"/work/records/{new}/law/")

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"valid_from": "31/2/2020"}, "day/month/year"),
            ({"valid_from": "1/7/2020", "valid_to": "1/7/2020"}, "look at the two dates"),
            ({"successor": "99/2099/QH99"}, "No legal document here"),
            ({"successor": "Trùng tên"}, "Several titles are called so"),
        ],
    )
    def test_what_cannot_be_is_refused_beside_what_was_typed(self, hoa, world, said, words):
        law = builders.record("Trùng tên", kind="LAW").pk
        builders.record("Trùng tên", kind="LAW")
        answer = hoa.act(f"/work/records/{law}/law/", number="giữ lại", **said)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert "giữ lại" in answer.content.decode()


class TestPeriodicals:
    @pytest.fixture
    def paper(self, record, today) -> int:
        return subscribe(record=record, place=builders.COBA, terms=Terms("DAILY", today - timedelta(days=6)))

    def test_todays_issue_is_ticked_off_with_one_press_and_taken_back(self, lan, paper, today):
        page = lan.text("/work/periodicals/")
        assert "Expected today" in page
        assert "Late: worth a complaint" in page
        came = f"{paper}|{today.isoformat()}|"
        assert lan.act("/work/periodicals/arrived/", came=came, number="25431").status_code == 302
        assert "no. 25431" in lan.text("/work/periodicals/")
        issue = periodicals.issues_of(paper)[0]
        lan.act("/work/periodicals/taken-back/", subscription=paper, issue=issue.id)
        assert not periodicals.issues_of(paper)

    def test_all_of_today_are_ticked_off_at_once(self, lan, paper, today):
        other = builders.record("Báo khác", kind="SERIAL").pk
        second = subscribe(record=other, place=builders.COBA, terms=Terms("DAILY", today))
        assert "All of them came" in lan.text("/work/periodicals/")
        lan.act("/work/periodicals/arrived/", came=[f"{paper}|{today}|7", f"{second}|{today}|"])
        assert [one[0].number for one in (periodicals.issues_of(paper), periodicals.issues_of(second))] == ["7", ""]

    def test_what_did_not_come_is_noted_and_may_come_after_all(self, lan, paper, today):
        late = today - timedelta(days=5)
        lan.act("/work/periodicals/given-up/", came=f"{paper}|{late}|", note="Đã gọi bưu điện")
        page = lan.text("/work/periodicals/")
        assert "Đã gọi bưu điện" in page
        assert "It came after all" in page
        lan.act("/work/periodicals/arrived/", came=f"{paper}|{late}|")
        assert periodicals.issues_of(paper)[0].received_on == today

    def test_an_issue_out_of_turn_has_its_own_day(self, lan, paper, today):
        lan.act("/work/periodicals/arrived/", subscription=paper, on=f"{today:%d/%m/%Y}", number="Xuân", came="")
        assert periodicals.issues_of(paper)[0].number == "Xuân"
        far = lan.act("/work/periodicals/arrived/", subscription=paper, on="1/1/2199", came="")
        assert far.status_code == 302
        assert "lies too far ahead" in lan.text("/work/periodicals/")

    @pytest.mark.parametrize("came", ["", "x", "1|2026-13-01|", "1||", "9" * 30 + "|2026-11-22|", "١|2026-11-22|"])
    def test_a_form_that_names_nothing_is_refused(self, lan, paper, came):
        assert lan.act("/work/periodicals/arrived/", came=came).status_code == 400

    def test_other_places_have_nothing_to_do_with_it(self, minh, tuan, paper, today):
        came = f"{paper}|{today}|"
        for path in ("arrived", "given-up"):
            assert minh.act(f"/work/periodicals/{path}/", came=came).status_code == 404
        assert minh.act("/work/periodicals/taken-back/", subscription=paper, issue=1).status_code == 404
        assert minh.get(f"/work/periodicals/{paper}/").status_code == 404
        assert tuan.get(f"/work/periodicals/{paper}/").status_code == 404
        assert "No periodical comes here yet" in minh.text("/work/periodicals/")

    def test_an_issue_of_another_subscription_cannot_be_taken_back(self, lan, paper, record, today):
        far = subscribe(record=record, place=builders.DAMTHUY, terms=Terms("DAILY", today))
        [issue] = receive_issues(issues=[Came(far, today)], clock=system_clock)
        assert lan.act("/work/periodicals/taken-back/", subscription=paper, issue=issue).status_code == 404
        assert periodicals.issues_of(far)

    def test_a_librarian_subscribes_for_the_own_place_and_changes_it(self, tuan, record, today):
        path = f"/work/records/{record}/subscribe/"
        assert "Subscribe for Thư viện xã Đàm Thủy" in tuan.text(path)
        terms = {"frequency": "WEEKLY", "weekdays": ["2", "5"], "active_from": f"{today:%d/%m/%Y}", "copies": "2"}
        made = tuan.act(path, **terms)
        assert made.status_code == 302
        found = periodicals.subscriptions(places=[builders.DAMTHUY])[0]
        assert (found.weekdays, found.copies) == (frozenset({2, 5}), 2)
        assert "gets it already" in tuan.text(path)
        ended = {**terms, "active_to": f"{today:%d/%m/%Y}"}
        assert "look at the two dates" in tuan.act(made["Location"], **ended).content.decode()
        terms["active_to"] = f"{today + timedelta(days=30):%d/%m/%Y}"
        assert tuan.act(made["Location"], **terms).status_code == 302
        assert "ended on" in tuan.text(made["Location"])

    def test_a_keeper_looks_at_a_subscription_and_does_not_change_it(self, lan, paper, today):
        receive_issues(issues=[Came(paper, today, "25431")], clock=system_clock)
        assert "25431" in lan.text(f"/work/periodicals/{paper}/")
        assert lan.act(f"/work/periodicals/{paper}/", frequency="DAILY").status_code == 403

    @pytest.mark.parametrize("papers", [1, 15])
    def test_queries_do_not_grow(self, lan, record, today, papers, django_assert_max_num_queries):
        for number in range(papers):
            other = builders.record(f"Báo {number}", kind="SERIAL").pk
            subscribe(record=other, place=builders.COBA, terms=Terms("DAILY", today - timedelta(days=9)))
        with django_assert_max_num_queries(12):
            lan.get("/work/periodicals/")


class TestLists:
    def test_a_list_is_begun_filled_with_one_press_ordered_and_published(self, lan, world):
        one, two = builders.record("Một").pk, builders.record("Hai").pk
        made = lan.act("/work/lists/", name="Mùa đông", note="Bên bếp lửa")
        [found] = book_lists()
        assert made["Location"] == f"/work/lists/{found.id}/"
        for id_ in (one, two):
            assert lan.act("/work/lists/add/", record=id_, next="/work/books/")["Location"] == "/work/books/"
        assert "Put on the list “Mùa đông”" in lan.text("/work/books/")
        lan.act(made["Location"], title=[one, two], **{f"note-{two}": "Hay", "down": str(one)})
        assert entries_of(found.id) == [(two, "Hay"), (one, "")]
        lan.act(made["Location"], name="Mùa đông 2026", is_public="on")
        assert book_lists(only_public=True)[0].name == "Mùa đông 2026"
        lan.act(made["Location"], remove=str(two))
        assert entries_of(found.id) == [(one, "")]
        assert "published" in lan.text("/work/lists/")
        assert "As readers see it" in lan.text(made["Location"])
        lan.act(made["Location"], delete="1")
        assert not book_lists()

    def test_without_a_list_one_is_asked_to_begin_one(self, lan, world):
        answer = lan.act("/work/lists/add/", record=builders.record().pk)
        assert answer["Location"] == "/work/lists/"
        assert "begin a list first" in lan.text("/work/lists/")

    def test_others_look_and_do_not_touch_but_the_provincial_library_may(self, lan, minh, hoa, world):
        made = make_list(name="Của Lan", by=world.lan.staff, clock=system_clock)
        assert "made by Hoàng Thị Lan" in minh.text(f"/work/lists/{made}/")
        assert minh.act(f"/work/lists/{made}/", name="Của Minh").status_code == 403
        assert minh.act("/work/lists/add/", record=1, list=made).status_code == 403
        assert hoa.act(f"/work/lists/{made}/", name="Của tỉnh").status_code == 302

    def test_what_cannot_be_is_said(self, lan, world):
        assert lan.act("/work/lists/", name="").status_code == 422
        made = make_list(name="Mùa đông", by=world.lan.staff, clock=system_clock)
        assert lan.act(f"/work/lists/{made}/", name="").status_code == 422
        assert lan.act("/work/lists/add/", record="x", list=made).status_code == 400
        lan.act("/work/lists/add/", record="999999", list=made)
        assert "no such title" in lan.text("/work/lists/").lower() or "no title" in lan.text("/work/lists/").lower()
        assert lan.get("/work/lists/999999/").status_code == 404
