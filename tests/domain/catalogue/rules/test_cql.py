"""CQL is read as its specification says; what is not supported is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.cql import Clause, CqlProblem, Index, Joined, parse

WORDS = ["dế", "and", "OR", "not", "prox", "(", ")", "=", "==", "<", ">=", "<>", "/", '"', '"tô hoài"', "dc.title",
         "dc.date", "1990", "rec.id", "any", "within", "sortby", "x*", "^a", "\\", '\\"', ">", "bath.isbn"]  # fmt: skip


def told(query) -> str:
    """Write a query with all its brackets."""
    if isinstance(query, Clause):
        return f"{query.index}[{query.relation}]{query.term}"
    return f"({told(query.left)} {query.operator} {told(query.right)})"


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("dế", "cql.serverChoice[all]dế"),
        ('"dế mèn"', "cql.serverChoice[all]dế mèn"),
        ("dc.title=dế", "dc.title[all]dế"),
        ('DC.Title adj "dế mèn"', "dc.title[adj]dế mèn"),
        ("title any dế", "dc.title[any]dế"),
        ('dc.creator == "Tô Hoài"', "dc.creator[exact]Tô Hoài"),
        ("bath.isbn=978-604-2-00000-0", "bath.isbn[exact]978-604-2-00000-0"),
        ("dc.date>=1990", "dc.date[>=]1990"),
        ('dc.date within "1990 2000"', "dc.date[within]1990 2000"),
        ("rec.id=12", "rec.id[exact]12"),
        ("cql.allRecords=1", "cql.allRecords[all]1"),
        ("a and b or c not d", "(((cql.serverChoice[all]a and cql.serverChoice[all]b) or cql.serverChoice[all]c)"
         " not cql.serverChoice[all]d)"),
        ("a AND (b OR c)", "(cql.serverChoice[all]a and (cql.serverChoice[all]b or cql.serverChoice[all]c))"),
        ('"a \\"b\\" and"', 'cql.serverChoice[all]a "b" and'),
        ('dc.title="a\\*b"', "dc.title[all]a*b"),
        ('"and" and any', "(cql.serverChoice[all]and and cql.serverChoice[all]any)"),
    ],
)  # fmt: skip
def test_a_query_is_read(text, means):
    assert told(parse(text)) == means


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 27),
        ('""', 27),
        ("a b", 10),
        ("a and", 10),
        ("and and and and", 10),
        ('"a', 10),
        ("(a", 13),
        ("a)", 10),
        ("=a", 10),
        ("dc.title=", 10),
        ("x" * 1001, 10),
        ("(" * 13 + "a" + ")" * 13, 13),
        ("bib.title=a", 15),
        (">dc=info:x dc.title=a", 15),
        ("dc.publisher=a", 16),
        ("colour=red", 16),
        ("dc.title<>a", 19),
        ("dc.title encloses a", 19),
        ("dc.title=/stem a", 20),
        ("dc.title<a", 22),
        ("dc.date any 1990", 22),
        ("rec.id>1", 22),
        ("dế*", 28),
        ("d?", 28),
        ("^dế", 31),
        ("dc.date=now", 36),
        ("dc.date=١٩٩٠", 36),
        ("dc.date within 1990", 36),
        (" and ".join("abcdefghijklmnopq"), 38),
        ("a prox b", 39),
        ("a and/x b", 46),
        ("a sortby dc.title", 80),
    ],
)
def test_what_cannot_be_answered_is_named(text, number):
    with pytest.raises(CqlProblem) as problem:
        parse(text)
    assert problem.value.number == number


@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_any_text_is_a_query_or_a_problem(text):
    try:
        query = parse(text)
    except CqlProblem as problem:
        assert problem.number in {10, 13, 15, 16, 19, 20, 22, 27, 28, 31, 36, 38, 39, 46, 80}
        return
    check(query)


def check(query) -> None:
    if isinstance(query, Joined):
        check(query.left)
        check(query.right)
    else:
        assert query.term == query.term.strip() != ""
        if query.index is Index.DATE:
            assert any(year is not None for year in query.years())


@given(st.text(st.characters(exclude_characters="*?^", codec="utf-8"), min_size=1, max_size=60))
def test_any_words_in_quotes_are_a_term(term):
    escaped = term.replace("\\", "\\\\").replace('"', '\\"')
    if term.strip():
        assert parse(f'"{escaped}"').term == " ".join(term.split())


@pytest.mark.parametrize("text", ['"' + "\\" * 900, "(" * 1000, "a/" * 400, '"a" ' * 200])
def test_a_long_text_is_refused_at_once(text):
    with pytest.raises(CqlProblem):
        parse(text)


@pytest.mark.parametrize(
    ("text", "years"),
    [("<1990", (None, 1989)), ("<=1990", (None, 1990)), (">1990", (1991, None)), ("=1990", (1990, 1990))],
)
def test_dates_are_years(text, years):
    clause = parse(f"dc.date{text}")
    assert clause.years() == years
    assert parse('dc.date within "1990 1995"').years() == (1990, 1995)
