"""The first rows of a table, before anybody has said what its columns are."""

from __future__ import annotations

import pytest

from guisach.adapters.tables.head import first_rows


def rows(tmp_path, content: bytes, count: int = 3, encoding: str = "auto") -> list[list[str]]:
    path = tmp_path / "x"
    path.write_bytes(content)
    return first_rows(path, count, encoding)


def test_are_cut_at_what_most_lines_have_and_made_equally_wide(tmp_path):
    assert rows(tmp_path, "Thư viện xã\n\nA;B;C\n1;2\n".encode()) == [
        ["Thư viện xã", "", ""],
        ["A", "B", "C"],
        ["1", "2", ""],
    ]


def test_read_in_the_set_that_is_asked_for(tmp_path):
    assert rows(tmp_path, b"S\xe8 \xae\xe1,x\n", encoding="tcvn3") == [["Số đỏ", "x"]]


def test_utf_16_is_text_too(tmp_path):
    assert rows(tmp_path, "Số đỏ\tx\n".encode("utf-16")) == [["Số đỏ", "x"]]


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"PK\x03\x04rubbish", b"a\0b,c\n", b"00100nam\x1e1,2\x1d", ",".join(map(str, range(201))).encode()],
)
def test_what_is_no_table_has_none(tmp_path, content):
    assert rows(tmp_path, content) == []
