"""Titles as files: the same titles give the same files, of a size that a bad network carries."""

from __future__ import annotations

import csv
import gzip
import json
import random

import pytest

from guisach.domain.sync.rules.chunks import LEAST_BYTES, MOST_BYTES, cut
from tests.conftest import SHARED_DATA, needs_shared

WORDS = "dế mèn phiêu lưu ký tuyển tập truyện ngắn thơ ca dân gian Tày Nùng rừng xanh núi đỏ".split()  # noqa: SIM905


def titles(count: int, seed: int = 1):
    made = random.Random(seed)
    return [
        (
            str(number),
            {
                "title": " ".join(made.choices(WORDS, k=6)) + f" {made.getrandbits(64):x}",
                "author": f"{made.choice(WORDS)} {made.getrandbits(40):x}",
                "year": made.randrange(1950, 2026),
                "kind": "BOOK",
                "languages": ["vie"],
            },
        )
        for number in range(1, count + 1)
    ]


def test_every_title_is_in_one_file_and_the_files_are_of_the_size_promised():
    told = titles(20_000)
    chunks = list(cut(told))
    lines = [line for chunk in chunks for line in gzip.decompress(chunk.body).decode().splitlines()]
    assert [json.loads(line) for line in lines] == [{"id": id_, **row} for id_, row in told]
    assert [chunk.titles for chunk in chunks] == [len(gzip.decompress(chunk.body).splitlines()) for chunk in chunks]
    assert len(chunks) > 2
    assert all(LEAST_BYTES <= len(chunk.body) <= MOST_BYTES for chunk in chunks[:-1])
    assert len(chunks[-1].body) <= MOST_BYTES


def test_the_same_titles_give_the_same_bytes_without_time_or_name():
    first, again = list(cut(titles(3000))), list(cut(titles(3000)))
    assert [chunk.body for chunk in first] == [chunk.body for chunk in again]
    assert first[0].body[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"


@pytest.mark.slow
def test_a_title_more_at_the_front_leaves_the_later_files_as_they_are():
    told = titles(20_000)
    before = {chunk.sha256 for chunk in cut(told)}
    after = [chunk.sha256 for chunk in cut([*told[:50], *told[51:]])]
    assert after[0] not in before
    assert len(set(after) & before) >= len(before) - 2


def test_what_can_hardly_be_packed_still_fits():
    noise = random.Random(2)
    told = [(str(n), {"title": noise.randbytes(300).hex()[:300], "author": ""}) for n in range(4000)]
    assert all(len(chunk.body) <= MOST_BYTES for chunk in cut(told))


def test_no_titles_are_no_files():
    assert list(cut([])) == []


@needs_shared
def test_real_titles_take_less_than_fifty_bytes_each():
    with (SHARED_DATA / "vietnamese-titles.csv").open(encoding="utf-8") as lines:
        told = [
            (str(number), {"title": row["title"], "author": row["author"], "year": int(row["year"] or 0) or None,
                           "kind": "BOOK", "languages": ["vie"]})
            for number, row in enumerate(csv.DictReader(lines), start=1)
        ]  # fmt: skip
    per_title = sum(len(chunk.body) for chunk in cut(told)) / len(told)
    print(f"{per_title:.1f} bytes a title, gzipped, of {len(told)}")
    assert per_title < 50
