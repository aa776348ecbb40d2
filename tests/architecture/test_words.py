"""Every text of the product has a Vietnamese translation that fits it; English readers see the source's own words."""

from __future__ import annotations

import re
from functools import cache

import pytest
from django.utils import translation
from django.utils.translation import gettext

from tools import messages

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w+)\}(?!\})")
TAG = re.compile(r"</?[a-z]+")
ADVICE = "add `msgid<TAB>msgstr` lines to a file and run: make messages TSV=file.tsv"


@cache
def in_the_source() -> dict[messages.Message, list[str]]:
    return messages.all_messages()


def placeholders(text: str) -> set[str]:
    return {named or braced for named, braced in PLACEHOLDER.findall(text)}


def misfits(source: messages.Message, words: str) -> list[str]:
    """Say how a translation does not fit its text: what it leaves out or makes up."""
    found = []
    known = placeholders(source.text) | placeholders(source.plural)
    if not placeholders(words) <= known or (not source.plural and placeholders(words) != known):
        found.append(f"placeholders {sorted(placeholders(words))} are not {sorted(known)}")
    if source.plural and not placeholders(source.plural) <= placeholders(words):
        found.append("leaves out a placeholder of the plural")
    if sorted(TAG.findall(words)) != sorted(TAG.findall(source.plural or source.text)):
        found.append("has other tags")
    if "|||" in words:
        found.append("has several forms, of which Vietnamese has one")
    if words.startswith("\n") != source.text.startswith("\n") or words.endswith("\n") != source.text.endswith("\n"):
        found.append("begins or ends with another line break")
    return [f"{source.text!r} → {words!r}: {complaint}" for complaint in found]


def test_every_text_has_a_vietnamese_translation():
    done = messages.translated()
    missing = [f"{m.text!r} ({', '.join(files)})" for m, files in in_the_source().items() if m not in done]
    assert not missing, f"{ADVICE}\n" + "\n".join(missing)


def test_the_catalogue_holds_nothing_else():
    catalogue = messages.read_catalogue()
    assert not [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete]
    left_over = set(messages.translated()) - set(in_the_source())
    assert not left_over, "no longer in the source; run: make messages"


def test_every_translation_fits_its_text():
    found = [line for m, words in messages.translated().items() for line in misfits(m, words)]
    assert not found, "\n".join(found)


def test_vietnamese_readers_see_the_translation_and_english_readers_the_source():
    plain = {m: words for m, words in messages.translated().items() if not m.context and not m.plural}
    assert plain, "an empty catalogue would prove nothing"
    with translation.override("vi"):
        assert {m.text: gettext(m.text) for m in plain} == {m.text: words for m, words in plain.items()}
    with translation.override("en"):
        assert [m.text for m in plain if gettext(m.text) != m.text] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("%(n)s books", "sách"),
        ("%(n)s books", "%(m)s cuốn"),
        ("%(n)s books", "%(n)s cuốn|||%(n)s cuốn"),
        ("Due {date}", "Hạn {ngay}"),
        ("<b>No</b>", "Không"),
        ("One\n", "Một"),
    ],
)
def test_a_translation_that_does_not_fit_is_found(text, words):
    assert misfits(messages.Message("", text, ""), words)


def test_a_translation_that_fits_is_fine():
    assert not misfits(messages.Message("", "%(n)s of {all}", ""), "{all}: %(n)s")
    assert not misfits(messages.Message("", "One book", "%(n)s books"), "%(n)s cuốn")


def test_texts_are_found_whatever_the_functions_are_called():
    source = "from django.utils.translation import gettext_lazy as _, ngettext as many\n_('a'); many('b', 'c', 2)"
    assert list(messages.in_python(source)) == [messages.Message("", "a", ""), messages.Message("", "b", "c")]


def test_texts_are_found_in_templates():
    source = (
        '{% load i18n %}{% translate "Hi" context "greeting" %}{{ _("Yo") }}'
        "{% blocktranslate trimmed count n=x %}\n One\n {% plural %}{{ n }} books{% endblocktranslate %}"
    )
    assert set(messages.in_template(source)) == {
        messages.Message("greeting", "Hi", ""),
        messages.Message("", "Yo", ""),
        messages.Message("", "One", "%(n)s books"),
    }


def test_a_file_of_translations_is_read(tmp_path):
    file = tmp_path / "a.tsv"
    file.write_text("One\\ntwo\tMột\\nhai\nbook|||books\tsách\nplace###Stop\tĐiểm dừng\nno tab\nOne\\ntwo\tkhác\n")
    found, complaints = messages.read_translations([file])
    assert found == {
        messages.Message("", "One\ntwo", ""): "Một\nhai",
        messages.Message("", "book", "books"): "sách",
        messages.Message("place", "Stop", ""): "Điểm dừng",
    }
    assert len(complaints) == 2
