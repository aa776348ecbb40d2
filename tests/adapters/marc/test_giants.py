"""A record with ten thousand fields is a record in every form; one with more parts than that is set aside in all."""

from __future__ import annotations

import io
import time

import pytest

from guisach.adapters.marc import MarcReader, iso2709, to_marcxml, xml_collection
from guisach.domain.catalogue.rules.marc.incoming import Reason, Unreadable, to_json
from tests.adapters.marc.records import book, data, packed, readable, reasons, saved

GIANT = book(*(data("650", "a" + "x" * 380, f"x{n}", marks=" 4") for n in range(10_000)))


@pytest.mark.slow
def test_a_giant_comes_home_from_every_export(tmp_path):
    for content in ("".join(xml_collection([GIANT, book()])), f"{to_json(GIANT)}\n{to_json(book())}"):
        first, second = MarcReader().chunks(saved(tmp_path, content.encode()))
        assert readable(first) == GIANT
        assert readable(second) == book()


def test_a_giant_that_came_as_iso_2709_fits_into_the_other_forms():
    half = book(*(data("650", *["a" + "x" * 200] * 9, marks=" 4") for _ in range(1_900)))
    raw = packed(half).removesuffix(b"\x1d")
    assert 3 << 20 < len(raw) <= iso2709.MAX_CHUNK
    begun = time.thread_time()
    assert iso2709.parse(raw).content.fields == half.fields
    assert time.thread_time() - begun < 1
    assert len(to_marcxml(half)) < iso2709.MAX_WRITTEN
    assert MarcReader().parse(to_marcxml(half).encode()).content == half


@pytest.mark.slow
@pytest.mark.parametrize("form", ["iso2709", "marcxml", "json"])
def test_too_many_parts_are_set_aside_in_every_form(tmp_path, form):
    many = book(*(data("650", *["ax"] * 100) for _ in range(2_600)))
    content = {
        "iso2709": lambda: packed(many) + packed(book()),
        "marcxml": lambda: "".join(xml_collection([many, book()])).encode(),
        "json": lambda: f"[{to_json(many)},{to_json(book())}]".encode(),
    }[form]()
    chunks = list(MarcReader().chunks(saved(tmp_path, content)))
    assert reasons(chunks) == [Reason.TOO_LONG, ""]


def test_what_swells_in_xml_is_bounded():
    text = "<collection>" + '<record><datafield tag="245"><subfield code="a">' + "x" * (iso2709.MAX_WRITTEN + 1)
    stream = io.BytesIO((text + "</subfield></datafield></record>" + to_marcxml(book()) + "</collection>").encode())
    from guisach.adapters.marc import marcxml

    first, second = marcxml.records(stream)
    assert isinstance(first.parsed.content, Unreadable)
    assert first.parsed.content.reason is Reason.TOO_LONG
    assert first.raw is None
    assert second.parsed.content == book()
