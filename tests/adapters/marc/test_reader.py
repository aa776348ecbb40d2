"""The reader tells files apart by content and accounts for every chunk."""

from __future__ import annotations

import os
import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.adapters.marc import MarcReader, to_iso2709, xml_collection
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Reason, Unreadable
from tests.adapters.marc.records import MEN, book, counted, packed, readable, reasons, saved, titles

READER = MarcReader()


def test_iso2709_is_accounted_for_chunk_by_chunk(tmp_path):
    content = packed(book(title="Một")) + b"garbage\x1d \x1d" + packed(book(title="Hai")) + b"\n" + packed(book())[:90]
    chunks = list(READER.chunks(saved(tmp_path, content)))
    assert reasons(chunks) == ["", Reason.TOO_SHORT, "", Reason.TRUNCATED]
    assert titles(chunks) == ["Một", "Hai"]
    assert len(chunks) == counted(content)
    assert [chunk.index for chunk in chunks] == [1, 2, 3, 4]
    assert all(content[chunk.offset : chunk.offset + chunk.length] == chunk.raw for chunk in chunks)


def test_marcxml_is_recognised_by_content(tmp_path):
    text = "".join(xml_collection([book(title="Một"), book(title="Hai")]))
    path = saved(tmp_path, text.encode(), "export.mrc")
    assert READER.sniff(path).form == "marcxml"
    assert titles(list(READER.chunks(path))) == ["Một", "Hai"]


@pytest.mark.parametrize("content", [b"", b" \r\n", b"\0\0", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_chunks(tmp_path, content):
    path = saved(tmp_path, content)
    assert READER.sniff(path).form == "empty"
    chunks = list(READER.chunks(path))
    assert len(chunks) == counted(content)
    assert all(isinstance(chunk.content, Unreadable) for chunk in chunks)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"PK\x03\x04" + packed(book()), "zip"),
        (b"\xfd7zXZ\0 \x1d \x1e", "xz"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
        (b"%PDF-1.7", "pdf"),
        (b"<!DOCTYPE html><html></html>", "html"),
        (b"<HTML><body>Login</body></HTML>", "html"),
        (b'[{"title": "Men"}]', "json"),
        ("Nhan đề,Tác giả,Năm\nSố đỏ,Vũ Trọng Phụng,1936\n".encode(), "csv"),
        ("Chỉ là một lá thư.\n".encode(), "text"),
        (b"LDR00180nam  22     2  4500^\n", "lines"),
        (b"00180nam  22     2  4500\n008 891207s1\n", "lines"),
        (b"=LDR  00180nam  22     2  4500\n", "lines"),
        (b"\x00\x01\x02\x03" * 100, "unknown"),
    ],
)
def test_what_is_not_marc_gets_one_clear_answer(tmp_path, content, form):
    path = saved(tmp_path, content)
    found = READER.sniff(path)
    assert (found.is_marc, found.form) == (False, form)
    assert found.detail
    (chunk,) = READER.chunks(path)
    assert isinstance(chunk.content, Unreadable)
    assert chunk.content.reason == Reason.NOT_MARC
    assert (chunk.offset, chunk.length, chunk.raw) == (0, len(content), content)


@pytest.mark.slow
def test_a_damaged_beginning_does_not_hide_the_records_behind_it(tmp_path):
    noise = random.Random(1).randbytes(3 << 20)
    content = noise + b"\x1d" + packed(book())
    chunks = list(READER.chunks(saved(tmp_path, content)))
    assert titles(chunks)[-1] == MEN
    assert len(chunks) == counted(content)


def test_much_noise_is_not_marc_and_a_little_is_worked_through(tmp_path):
    noise = random.Random(2)
    assert READER.sniff(saved(tmp_path, noise.randbytes(2 << 20))).form == "unknown"
    little = b"\x1d" + noise.randbytes(2000)
    chunks = list(READER.chunks(saved(tmp_path, little)))
    assert len(chunks) == counted(little)
    assert all(isinstance(chunk.content, Unreadable) for chunk in chunks)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("head", "unit", "reason"),
    [
        (packed(book())[:40], b"x" * 99 + b"\n", Reason.TOO_LONG),
        (b"<collection><record><leader>", b"x" * 99 + b"\n", Reason.TRUNCATED),
        (b"<collection><record a='", b"x" * 99 + b"\n", Reason.TOO_LONG),
        (b"", random.Random(3).randbytes(100), Reason.NOT_MARC),
    ],
    ids=["iso2709", "xml text", "xml tag", "noise"],
)
def test_memory_stays_flat(tmp_path, head, unit, reason):
    path = saved(tmp_path, head + unit * 300_000)
    tracemalloc.start()
    try:
        (chunk,) = READER.chunks(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(chunk.content, Unreadable)
    assert chunk.content.reason == reason
    assert chunk.raw is None
    assert chunk.offset + chunk.length == path.stat().st_size
    assert peak < 24 << 20


def test_a_pipe_is_not_read(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    holder = os.open(pipe, os.O_RDWR)  # so that opening it does not wait for a writer
    try:
        assert READER.sniff(pipe).form == "stream"
        assert reasons(list(READER.chunks(pipe))) == [Reason.NOT_MARC]
    finally:
        os.close(holder)


def test_a_missing_file_is_the_systems_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        READER.sniff(tmp_path / "nowhere.mrc")
    with pytest.raises(FileNotFoundError):
        next(READER.chunks(tmp_path / "nowhere.mrc"))


def test_a_chunk_can_be_read_again_by_its_bytes(tmp_path):
    for content in (packed(book()), "".join(xml_collection([book()])).encode()):
        (chunk,) = READER.chunks(saved(tmp_path, content))
        assert chunk.raw is not None
        assert READER.parse(chunk.raw).content == chunk.content
    assert isinstance(READER.parse(b"").content, Unreadable)


@given(content=st.binary(max_size=500))
def test_any_file_is_accounted_for(tmp_path_factory, content):
    path = saved(tmp_path_factory.getbasetemp(), content, "any")
    chunks = list(READER.chunks(path))
    form = READER.sniff(path).form
    assert len(chunks) == {"iso2709": counted(content), "empty": counted(content)}.get(form, len(chunks))
    assert all(isinstance(chunk.content, Incoming | Unreadable) for chunk in chunks)


@given(st.lists(st.tuples(st.sampled_from(["good", "noise", "cut", "blank"]), st.binary(max_size=30)), max_size=8))
def test_good_records_survive_any_company(tmp_path_factory, parts):
    content = packed(book(title="Đầu"))
    for kind, noise in parts:
        noise = noise.replace(b"\x1d", b"")
        content += {
            "good": packed(book())[:-1],
            "noise": noise,
            "cut": packed(book())[: 30 + len(noise)],
            "blank": b" ",
        }[kind]
        content += b"\x1d"
    path = saved(tmp_path_factory.getbasetemp(), content, "mixed")
    chunks = list(READER.chunks(path))
    assert len(chunks) == counted(content)
    assert titles(chunks) == ["Đầu"] + [MEN for kind, _ in parts if kind == "good"]


def test_what_is_written_is_read_back(tmp_path):
    (chunk,) = READER.chunks(saved(tmp_path, to_iso2709(book())))
    assert readable(chunk).fields == book().fields
    assert chunk.notes == ()
