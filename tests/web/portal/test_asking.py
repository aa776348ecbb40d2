"""The address of a search is read without ever refusing, and written again with one thing changed."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue.rules.search import MAX_OFFSET, Facet
from guisach.web.portal import asking
from guisach.web.portal.asking import Asked


@pytest.mark.parametrize(
    ("page", "number"),
    [("", 1), ("3", 3), ("0", 1), ("-4", 1), ("999999", asking.LAST_PAGE), ("9" * 5000, 1), ("x", 1), ("٣", 1)],
)
def test_a_page_is_one_that_exists(page, number):
    question = asking.asked({"page": page})
    assert question.page == number
    assert question.query().offset <= MAX_OFFSET


def test_what_is_too_long_is_cut_and_what_cannot_be_seen_goes():
    question = asking.asked({"q": "a" * 5000, "kind": "B\0OOK", "subject": "s" * 900, "place": "\ud800CB"})
    assert len(question.q) == 200
    assert question.kind == "BOOK"
    assert len(question.subject) == 120
    assert question.place == "CB"


def test_decomposed_letters_are_composed():
    assert asking.asked({"q": "Dê\u0301 Me\u0300n"}).q == "Dế Mèn"


@pytest.mark.parametrize(
    ("year", "first", "last"),
    [("2022", 2022, 2022), ("1990-1999", 1990, 1999), ("199", None, None), ("x", None, None)],
)
def test_a_year_or_a_decade_narrows_and_nonsense_does_not(year, first, last):
    query = asking.asked({"year": year}).query()
    assert (query.year_from, query.year_to) == (first, last)


def test_a_changed_address_keeps_the_rest_and_starts_at_the_first_page():
    question = Asked(q="dế mèn", kind="COMIC", page=4)
    assert question.href(language="vie") == "/search/?q=d%E1%BA%BF+m%C3%A8n&kind=COMIC&language=vie"
    assert question.href(kind="") == "/search/?q=d%E1%BA%BF+m%C3%A8n"
    assert asking.asked({"q": "dế mèn"}) == Asked(q="dế mèn")


def test_a_filter_that_is_on_leads_to_the_address_without_it():
    question = Asked(q="lợn", subject="Chăn nuôi")
    (chip,) = asking.chips(question, {})
    assert (chip.label, chip.href) == ("Chăn nuôi", question.href(subject=""))


def test_a_facet_with_one_value_narrows_nothing_and_is_left_out():
    facets = {"kind": (Facet("BOOK", 9),), "subject": (Facet("Thơ", 5), Facet("Kịch", 4))}
    (choices,) = asking.choices(Asked(q="x"), facets, {})
    assert [(value.label, value.count) for value in choices.values] == [("Thơ", 5), ("Kịch", 4)]


def test_years_are_offered_by_decade_and_many_values_are_cut():
    facets = {"decade": tuple(Facet(str(1900 + 10 * n), n + 1) for n in range(12))}
    (choices,) = asking.choices(Asked(), facets, {})
    assert len(choices.values) == 8
    assert choices.values[0].label == "1900–1909"
    assert "year=1900-1909" in choices.values[0].href
