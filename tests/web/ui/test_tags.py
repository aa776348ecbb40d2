"""The template tags: what they draw, what they say, and what they refuse."""

from __future__ import annotations

import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from guisach.web.ui import icons
from guisach.web.ui.templatetags import guisach as tags


def drawn(source: str, **context: object) -> str:
    with translation.override("en"):
        return Template("{% load guisach %}" + source).render(Context(context))


class TestIcon:
    def test_is_hidden_from_screen_readers_unless_it_says_something(self):
        assert 'aria-hidden="true"' in drawn("{% icon 'book' %}")
        told = drawn("{% icon 'book' label=told %}", told="Sách & báo")
        assert 'role="img" aria-label="Sách &amp; báo"' in told
        assert "aria-hidden" not in told

    def test_of_an_unknown_name_stops_the_page(self):
        with pytest.raises(TemplateSyntaxError, match="'spoon'"):
            drawn("{% icon 'spoon' %}")

    def test_every_drawing_is_plain_shapes(self):
        assert len(icons.drawings()) > 40
        for name, drawing in icons.drawings().items():
            assert set(re.findall(r"<(\w+)", drawing)) <= {"path", "circle", "rect"}, name
            assert "style=" not in drawing, name


class TestCover:
    @pytest.mark.parametrize(
        ("ddc", "cloth"),
        [("895.9223", "8"), ("004", "0"), (636, "6"), ("", "x"), (None, "x"), ("KPV", "x"), (" 5", "5")],
    )
    def test_takes_its_cloth_from_the_main_class(self, ddc, cloth):
        assert f"cover--{cloth} " in tags.cover("Lượn cọi", ddc)

    def test_of_one_title_is_always_the_same_and_titles_differ(self):
        assert tags.cover("Tắt đèn", "895") == tags.cover("Tắt đèn", "895")
        titles = ["Tắt đèn", "Chí Phèo", "Dế Mèn", "Đất rừng", "Lão Hạc", "Số đỏ", "Vang bóng", "Hòn Đất"]
        weaves = {re.search(r"weave--\d", tags.cover(title)).group() for title in titles}
        assert len(weaves) == 3

    def test_escapes_its_title_and_is_silent(self):
        assert "<span>&lt;b&gt;</span>" in tags.cover("<b>")
        assert 'aria-hidden="true"' in tags.cover("x")


class TestAvailability:
    @pytest.mark.parametrize("state", list(tags.AVAILABILITY))
    def test_every_state_has_words_and_a_mark_of_its_own_shape(self, state):
        html = drawn("{% availability state %}", state=state)
        with translation.override("en"):
            assert f"<strong>{tags.AVAILABILITY[state]}</strong>" in html
        shapes = {
            s: re.search(r"</?svg.*?</svg>", drawn("{% availability s %}", s=s), re.S).group()
            for s in tags.AVAILABILITY
        }
        assert sum(shape == shapes[state] for shape in shapes.values()) == 1

    def test_says_the_page_s_own_words_when_given(self):
        html = drawn("{% availability 'coming' 'Đến với xe' '2 người chờ' %}")
        assert "<strong>Đến với xe</strong> <span>2 người chờ</span>" in html

    def test_refuses_a_state_it_does_not_know(self):
        with pytest.raises(TemplateSyntaxError, match="'gone'"):
            drawn("{% availability 'gone' %}")


class TestTargetBar:
    def test_the_goal_stands_at_the_same_place_on_every_bar(self):
        bars = [tags.bar_of(Decimal(value), Decimal(goal), None) for value, goal in [(6, 9), (14, 12), (0, 1000)]]
        assert {bar.goal for bar in bars} == {"62.5%"}

    @pytest.mark.parametrize(
        ("value", "goal", "expected", "done", "state"),
        [
            (9, 9, None, "62.5%", "met"),
            (6, 9, 5, "41.7%", "ahead"),
            (6, 9, None, "41.7%", "ahead"),
            (4, 9, 5, "27.8%", "behind"),
            (17, 10, 12, "100.0%", "met"),
            (-3, 10, None, "0.0%", "ahead"),
            (0, 0, None, "62.5%", "met"),
        ],
    )
    def test_is_as_long_as_its_share_of_the_goal(self, value, goal, expected, done, state):
        bar = tags.bar_of(Decimal(value), Decimal(goal), None if expected is None else Decimal(expected))
        assert (bar.done, bar.state) == (done, state)

    def test_says_in_words_what_it_shows(self):
        html = drawn("{% target_bar 'Growth' 8.2 10 unit='%' expected=9 note='1.050 more' %}")
        assert 'aria-label="8,2 % against a goal of 10 %"' in html
        assert "<strong>behind</strong> · 1.050 more" in html
        assert "8,2 / 10 %" in html

    def test_without_figures_says_so_instead_of_zero(self):
        html = drawn("{% target_bar 'Fairs' None 12 %}")
        assert 'aria-label="No figures yet; the goal is 12"' in html
        assert 'class="done"' not in html


class TestNavLink:
    def at(self, path: str, source: str) -> str:
        return drawn(source, request=RequestFactory().get(path))

    def test_marks_the_page_and_the_section_that_one_is_in(self):
        link = "{% nav_link '/work/readers/' 'Readers' %}"
        assert 'aria-current="page"' in self.at("/work/readers/", link)
        assert 'aria-current="true"' in self.at("/work/readers/42/", link)
        assert "aria-current" not in self.at("/work/", link)

    def test_leads_to_pages_that_stand_elsewhere_too(self):
        link = "{% nav_link '/work/catalogue/' 'Catalogue' also='work:stock work:waiting' %}"
        assert 'aria-current="true"' in self.at("/work/stock/labels/", link)
        assert "aria-current" not in self.at("/work/readers/", link)

    def test_of_a_home_page_is_current_only_there(self):
        link = "{% nav_link '/work/' 'Desk' exact=True %}"
        assert "aria-current" not in self.at("/work/readers/", link)
        assert 'aria-current="page"' in self.at("/work/", link)

    def test_shows_what_waits_and_its_key(self):
        html = drawn("{% nav_link '/c/' 'Cases' 'look' 1200 key='F6' %}")
        assert '<b class="badge">1.200</b>' in html
        assert 'aria-keyshortcuts="F6"' in html
        assert "badge" not in drawn("{% nav_link '/c/' 'Cases' count=0 %}")


def test_a_page_address_keeps_the_other_parameters():
    request = RequestFactory().get("/", {"q": "dế mèn", "page": "2", "in": ["vi", "mo"]})
    href = tags.page_href(Context({"request": request}), "page", 3)
    assert href == "?q=d%E1%BA%BF+m%C3%A8n&page=3&in=vi&in=mo"
    assert tags.page_href(Context(), "page", 3) == "?page=3"


def test_filters_are_the_formats():
    html = drawn(
        "{{ n|vn_number }} {{ n|vn_number:2 }} {{ nothing|vn_date }}{{ nothing|vn_datetime }}", n=1234.5, nothing=None
    )
    assert html == "1.234,5 1.234,50 "


def test_the_pager_shows_only_the_ways_that_exist():
    html = drawn(
        '{% include "ui/components/pager.html" with next=2 number=1 pages=7 %}',
        request=SimpleNamespace(GET=RequestFactory().get("/?q=a").GET),
    )
    assert 'rel="next" href="?q=a&amp;page=2"' in html
    assert 'rel="prev"' not in html
    assert "Page 1 of 7" in html
    assert drawn('{% include "ui/components/pager.html" %}').strip() == ""
