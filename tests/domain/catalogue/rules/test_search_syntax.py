"""What a librarian may write into the search box, and what stays words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.search_syntax import (
    FIELD_NAMES,
    MOST_CLAUSES,
    Clause,
    Field,
    read_question,
)


@pytest.mark.parametrize(
    ("text", "words", "clauses"),
    [
        ('tác giả:"tô hoài"', "", (Clause(Field.AUTHOR, "tô hoài"),)),
        ("tac gia: hoài dế mèn", "dế mèn", (Clause(Field.AUTHOR, "hoài"),)),
        ("TÁC  GIẢ :“tô hoài”", "", (Clause(Field.AUTHOR, "tô hoài"),)),
        ("author:hardy title:tess", "", (Clause(Field.AUTHOR, "hardy"), Clause(Field.TITLE, "tess"))),
        ("ddc:636* lợn", "lợn", (Clause(Field.DDC, "636", begins=True),)),
        ("ddc:895.92", "", (Clause(Field.DDC, "895.92"),)),
        ("isbn:978-604-2", "", (Clause(Field.NUMBER, "978-604-2"),)),
        ("năm:2020", "", (Clause(Field.YEAR, first=2020, last=2020),)),
        ("năm:1990-1999 thơ", "thơ", (Clause(Field.YEAR, first=1990, last=1999),)),
        ("năm:2020-", "", (Clause(Field.YEAR, first=2020),)),
        ("năm:-1975", "", (Clause(Field.YEAR, last=1975),)),
        ('"vườn ao chuồng" cá', "cá", (Clause(Field.ANY, "vườn ao chuồng"),)),
        ("truyện -tranh", "truyện", (Clause(Field.ANY, "tranh", wanted=False),)),
        ("-chủ đề:kịch truyện", "truyện", (Clause(Field.SUBJECT, "kịch", wanted=False),)),
        ("ngôn ngữ:tyz", "", (Clause(Field.LANGUAGE, "tyz"),)),
    ],
)
def test_fields_phrases_and_what_must_not_be_there_are_read(text, words, clauses):
    question = read_question(text)
    assert (question.words, question.clauses) == (words, clauses)
    assert not question.is_plain


@pytest.mark.parametrize(
    "text",
    [
        "dế mèn phiêu lưu ký",
        'dế "mèn',
        "năm:xưa",
        "năm:",
        "ddc:văn học",
        "Toán học: lớp 5",
        "Bé học toán (5 -7 tuổi)",
        "từ 5 -7 tuổi",
        "-kịch",
        '""',
        "tác giả:",
        "tác giả:***",
        "giờ 10:30",
        "",
    ],
)
def test_what_is_no_field_is_words(text):
    question = read_question(text)
    assert question.is_plain
    assert question.words == text


def test_every_name_of_a_field_is_read_with_marks_and_without():
    for field, names in FIELD_NAMES.items():
        for name in names:
            value = "1999" if field in {Field.YEAR, Field.DDC} else "abc"
            value = "636" if field is Field.DDC else value
            assert read_question(f"{name}:{value}").clauses[0].field is field


def test_only_so_many_clauses_are_read():
    assert len(read_question(" ".join(["title:a"] * 50)).clauses) == MOST_CLAUSES


def test_naming_a_field_is_told_from_quoting_a_title():
    assert read_question("title:a").has_fields
    assert not read_question('"Cậu" Ma Nhà Xí').has_fields


@given(st.text(alphabet=st.sampled_from('abđ:"“”-* \n\x00năm1990tác giả:'), max_size=60))
def test_nothing_is_refused_and_no_word_is_lost(text):
    question = read_question(text)
    for clause in question.clauses:
        assert clause.field is Field.YEAR or clause.text
    if question.is_plain:
        assert set(question.words) <= set(text) | {" "}
