"""The base templates and the style guide: whole pages that a strict policy and a poor line can carry."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django import forms
from django.contrib.messages import constants as levels
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.utils import translation

from guisach.web import ui
from guisach.web.ui.guide import ReaderSample, guide

UI = Path(ui.__file__).parent
STATIC = UI / "static" / "ui"
TEMPLATES = sorted(UI.parent.glob("*/templates/**/*.html"))


@pytest.fixture(autouse=True)
def _as_the_site_renders_forms():
    with override_settings(FORM_RENDERER="guisach.web.ui.forms.Renderer"):
        forms.renderers.get_default_renderer.cache_clear()
        yield
    forms.renderers.get_default_renderer.cache_clear()


@pytest.fixture(params=["staff", "portal"])
def page(request) -> str:
    return guide(RequestFactory().get("/guide/", {"base": request.param})).content.decode()


class TestTheGuide:
    def test_stands_on_both_bases_and_shows_both_themes(self, page):
        assert page.count('data-theme="light"') == page.count('data-theme="dark"') == 1

    def test_has_each_id_once_and_every_description_exists(self, page):
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        described = {name for group in re.findall(r'aria-describedby="([^"]+)"', page) for name in group.split()}
        assert described
        assert described <= set(ids)

    def test_every_label_names_a_field(self, page):
        assert set(re.findall(r'<label[^>]* for="([^"]+)"', page)) <= set(re.findall(r'\sid="([^"]+)"', page))

    def test_speaks_the_language_it_names(self):
        with translation.override("vi"):
            assert '<html lang="vi">' in guide(RequestFactory().get("/")).content.decode()
        with translation.override("en"):
            assert '<html lang="en">' in guide(RequestFactory().get("/")).content.decode()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(UI.parent).as_posix())
def test_no_template_needs_inline_script_or_style(template):
    source = template.read_text(encoding="utf-8")
    assert not re.search(r"""<[^>]*\s(style|on[a-z]+)\s*=""", source)
    assert "<style" not in source
    # A block of data (JSON-LD) is no script: nothing runs it, and the content policy does not mind it.
    assert not re.search(r"""<script(?![^>]*\bsrc=)(?! type="application/ld\+json">)""", source)
    assert "javascript:" not in source


class TestForms:
    def test_a_wrong_field_says_so_to_everybody(self):
        html = ReaderSample({"name": "", "born": "1968", "kind": "ADULT", "place": "1", "agreed": "on"}).render()
        assert 'aria-invalid="true"' in html
        assert 'aria-describedby="id_name_error"' in html
        assert 'id="id_name_error"' in html
        assert html.count('class="error"') == 1

    def test_a_group_of_choices_is_a_fieldset_with_a_legend(self):
        assert re.search(r"<fieldset[^>]*>\s*<legend>Loại thẻ", ReaderSample().render())

    def test_faults_of_the_whole_form_stand_first(self):
        form = ReaderSample({})
        form.add_error(None, "Bạn đọc này đã có thẻ.")
        html = form.render()
        assert html.index("Bạn đọc này đã có thẻ.") < html.index("<label")


class TestErrors:
    @pytest.mark.parametrize(
        ("status", "words"),
        [(400, "did not understand"), (403, "not open to this account"), (404, "not here"), (500, "on our side")],
    )
    def test_each_says_what_happened_without_any_context_but_its_number(self, status, words):
        with translation.override("en"):
            html = render_to_string("ui/error.html", {"status": status})
        assert words in re.search(r"<h1>(.*?)</h1>", html, re.S).group(1)
        assert 'href="/"' in html

    def test_a_page_may_put_its_own_words_and_code(self):
        html = render_to_string("ui/error.html", {"title": "Đang bảo trì", "what": "Đến 13 giờ.", "reference": "7F3A"})
        assert "<h1>Đang bảo trì</h1>" in html
        assert "<code>7F3A</code>" in html


def test_messages_take_the_tone_of_their_level():
    messages = [Message(getattr(levels, name), name) for name in ("SUCCESS", "WARNING", "ERROR", "INFO")]
    html = render_to_string("ui/components/messages.html", {"messages": messages})
    kinds = re.findall(r'notice notice--(\w+)" role="(\w+)"', html)
    assert kinds == [("done", "status"), ("look", "alert"), ("stop", "alert"), ("info", "status")]


def test_a_slip_can_be_undone_without_javascript():
    request = RequestFactory().get("/")
    html = render_to_string(
        "ui/components/slip.html", {"title": "x", "href": "/undo/1/", "href_method": "post", "action": "undo"}, request
    )
    assert re.search(r'<form action="/undo/1/" method="post"><input type="hidden" name="csrfmiddlewaretoken"', html)


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_what_a_reader_downloads_first_is_small():
    files = ["base.css", "portal.css", "favicon.svg"]
    assert sum(compressed(STATIC / name) for name in files) < 8 * 1024
    assert compressed(STATIC / "staff.css") < 4 * 1024
    assert compressed(STATIC / "staff.js") < 3 * 1024


def test_the_portal_asks_for_no_font_and_no_script():
    html = guide(RequestFactory().get("/guide/", {"base": "portal"})).content.decode()
    assert "woff2" not in html
    assert "<script" not in html
    assert "@font-face" not in (STATIC / "base.css").read_text() + (STATIC / "portal.css").read_text()


# Contrast --------------------------------------------------------------------------------------------------


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", block))


def _blocks() -> dict[str, dict[str, str]]:
    css = (STATIC / "base.css").read_text()
    light = _tokens(re.search(r':root, \[data-theme="light"\] \{(.*?)\n\}', css, re.S).group(1))
    dark = _tokens(re.search(r'\n\[data-theme="dark"\] \{(.*?)\n\}', css, re.S).group(1))
    asked = _tokens(re.search(r":root:not\(\[data-theme\]\) \{(.*?)\n  \}", css, re.S).group(1))
    return {"light": light, "dark": light | dark, "asked": light | asked}


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(c * 2 for c in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


READ = [
    *[(ink, ground) for ink in ("ink", "quiet", "indigo", "here", "coming", "person") for ground in ("paper", "sheet")],
    *[(ink, f"{tone}-wash") for tone in ("indigo", "here", "coming", "person") for ink in ("ink", tone)],
    ("quiet", "indigo-wash"),
    ("quiet", "sunk"),
    ("on-indigo", "indigo"),
    ("on-indigo", "indigo-deep"),
    ("indigo-deep", "indigo-wash"),
    ("on-bar", "bar"),
    ("on-bar-quiet", "bar"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_read_stands_out(theme):
    tokens = _blocks()[theme]
    poor = {
        f"{a} on {b}": round(contrast(tokens[a], tokens[b]), 2) for a, b in READ if contrast(tokens[a], tokens[b]) < 4.5
    }
    assert not poor


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_and_focus_rings_stand_out(theme):
    tokens = _blocks()[theme]
    for ground in ("paper", "sheet"):
        assert contrast(tokens["edge"], tokens[ground]) >= 3
        assert contrast(tokens["focus"], tokens[ground]) >= 3


def test_titles_stand_out_on_every_cloth():
    cloths = re.findall(r"--cloth: (#[0-9a-f]{6})", (STATIC / "base.css").read_text())
    assert len(cloths) == 11
    assert min(contrast("#fff", cloth) for cloth in cloths) >= 4.5


def test_the_dark_that_is_asked_for_is_the_dark_of_the_machine():
    assert _blocks()["dark"] == _blocks()["asked"]
