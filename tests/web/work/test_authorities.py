"""Headings in the workbench: found, joined, and written into titles only once one has seen into which."""

from __future__ import annotations

import re

import pytest

from tests.web.work.conftest import worker
from tests.web.work.test_queries import QUERIES_MAX, cost

pytestmark = pytest.mark.django_db


@pytest.fixture
def thao(world):
    from tests import builders

    return worker(builders.thao())


@pytest.fixture
def shelf(world):
    """Titles of one author under three names; gives the module of short ways."""
    from tests import builders_headings as made

    made.title("Giăng thề", made.by("Nguyễn Sen"))
    made.title("Dế Mèn", made.by("Tô Hoài"))
    made.title("Vợ chồng A Phủ", made.by("To Hoai"))
    made.title("Tục ngữ", ("650", " 4", ("a", "Tục ngữ"), ("z", "Việt Nam")))
    return made


def test_a_heading_is_added_with_what_leads_to_it(thao, shelf):
    from guisach.domain.catalogue.models import Authority

    assert "Add a heading" in thao.text("/work/authorities/new/?kind=PERSON")
    answer = thao.act(
        "/work/authorities/new/", kind="PERSON", heading="Tô Hoài", dates="1920-2014", other_forms="Nguyễn Sen\n\n"
    )
    made = Authority.objects.get()
    assert answer.headers["Location"] == f"/work/authorities/{made.pk}/"
    page = thao.text(f"/work/authorities/{made.pk}/")
    assert "2 titles have another form" in page  # one has another name, the other lacks the dates
    assert "Giăng thề" in page
    answer = thao.act("/work/authorities/new/", kind="PERSON", heading="Tô Hoài", dates="1920-2014")
    assert answer.status_code == 409
    assert "There is already a heading" in answer.content.decode()


def test_titles_are_changed_with_one_press_and_the_page_says_how_many(thao, shelf):
    made = shelf.authority("Tô Hoài", "Nguyễn Sen", "To Hoai")
    answer = thao.act(f"/work/authorities/{made}/apply/")
    assert answer.status_code == 302
    assert "2 titles were changed." in thao.text(f"/work/authorities/{made}/")
    assert shelf.listed() == {"Tô Hoài": 3}


def test_a_title_that_cannot_be_read_is_told_beside_those_that_were_changed(thao, shelf):
    from guisach.domain.catalogue.actions.following import follow_headings
    from guisach.domain.catalogue.models import Record

    made = shelf.authority("Tô Hoài", "Nguyễn Sen", "To Hoai")
    follow_headings()
    broken = Record.objects.get(title="Giăng thề")
    Record.objects.filter(pk=broken.pk).update(marc="[]")
    thao.act(f"/work/authorities/{made}/apply/")
    page = thao.text(f"/work/authorities/{made}/")
    assert "1 title was changed." in page
    assert f"1 title was left as it is, for what is stored of it cannot be read as MARC: no. {broken.pk}." in page


def test_a_form_is_added_and_taken_away(thao, shelf):
    made = shelf.authority("Tô Hoài")
    thao.act(f"/work/authorities/{made}/forms/", text="Nguyễn Sen")
    assert "1 title has another form" in thao.text(f"/work/authorities/{made}/")
    thao.act(f"/work/authorities/{made}/forms/", remove="Nguyễn Sen")
    assert "another form</h2>" not in thao.text(f"/work/authorities/{made}/")
    thao.act(f"/work/authorities/{made}/forms/", text="Tô Hoài")
    assert "is itself a heading in use" in thao.text(f"/work/authorities/{made}/")


def test_a_heading_is_corrected_unless_somebody_else_was_faster(thao, shelf):
    made = shelf.authority("Tô Hoài")
    opened = re.search(r'name="opened_at" value="([^"]+)"', thao.text(f"/work/authorities/{made}/"))[1]
    sent = {"heading": "Tô Hoài", "dates": "1920-2014", "opened_at": opened}
    assert thao.act(f"/work/authorities/{made}/", **sent).status_code == 302
    assert "1920-2014" in thao.text(f"/work/authorities/{made}/")
    again = thao.act(f"/work/authorities/{made}/", **{**sent, "heading": "T. Hoài"})
    assert again.status_code == 409
    assert "Somebody else has changed this heading" in again.content.decode()


def test_a_merge_is_shown_before_it_is_done(thao, shelf):
    winner, loser = shelf.authority("Tô Hoài"), shelf.authority("Nguyễn Sen")
    path = f"/work/authorities/{winner}/merge/"
    assert "Look what would change" in thao.text(path, q="nguyen")
    page = thao.text(path, **{"with": str(loser)})
    assert "1 title will then have another form" in page
    assert "Giăng thề" in page
    assert thao.act(path, **{"with": loser}).status_code == 302
    assert "“Nguyễn Sen” leads here now." in thao.text(f"/work/authorities/{winner}/")
    assert thao.get(f"/work/authorities/{loser}/").status_code == 404


def test_forms_that_look_alike_are_gathered_by_a_person(thao, shelf):
    shelf.listed()
    page = thao.text("/work/authorities/?show=duplicates&kind=PERSON")
    forms = re.findall(r'name="form" value="(\d+)"', page)
    assert len(forms) == 2
    preview = thao.text(f"/work/authorities/gather/?form={forms[0]}&form={forms[1]}&chosen={forms[0]}")
    assert "1 title will then have another form" in preview
    answer = thao.act("/work/authorities/gather/", form=forms, chosen=forms[0])
    assert answer.status_code == 302
    assert "Nothing looks like the same twice" in thao.text("/work/authorities/?show=duplicates&kind=PERSON")


def test_lists_show_headings_with_and_without_an_authority(thao, shelf):
    shelf.listed()
    assert "No heading here yet" in thao.text("/work/authorities/")
    shelf.authority("Tô Hoài", "Nguyễn Sen")
    assert "Tô Hoài" in thao.text("/work/authorities/", q="nguyen se")
    page = thao.text("/work/authorities/", show="titles", use="AUTHOR")
    assert page.count("Make it one") == 1
    assert "Tục ngữ -- Việt Nam" in thao.text("/work/authorities/", show="titles", use="SUBJECT", q="tuc")


def test_suggestions_lead_from_the_pen_name_to_the_heading(thao, shelf):
    shelf.authority("Tô Hoài", "Nguyễn Sen")
    page = thao.get("/work/authorities/suggest/", {"kind": "PERSON", "q": "nguyen s"}).content.decode()
    assert 'data-heading="Tô Hoài"' in page
    assert "Nguyễn Sen → " in page


def test_a_heading_that_no_title_has_is_taken_out_and_another_stays(thao, shelf):
    unused, used = shelf.authority("Nam Cao"), shelf.authority("Tô Hoài")
    assert thao.act(f"/work/authorities/{unused}/delete/").headers["Location"] == "/work/authorities/"
    thao.act(f"/work/authorities/{used}/delete/")
    assert "so it stays" in thao.text(f"/work/authorities/{used}/")


@pytest.mark.parametrize("path", ["/work/authorities/", "/work/authorities/?show=titles", "/work/authorities/{id}/"])
def test_pages_cost_the_same_however_much_they_show(thao, shelf, path):
    made = shelf.authority("Tô Hoài", "Nguyễn Sen")
    shelf.listed()
    address = path.replace("{id}", str(made))
    little = len(cost(thao, address))
    for number in range(8):
        shelf.title(f"Sách {number}", shelf.by("Nguyễn Sen"), shelf.by(f"Ai {number}", tag="700"))
        shelf.authority(f"Ai {number}", f"Người {number}")
    much = cost(thao, address)
    assert len(much) <= little + 1
    assert len(much) <= QUERIES_MAX, much
