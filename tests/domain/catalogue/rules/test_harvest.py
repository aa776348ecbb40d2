"""Names, instants and tokens that harvesters rely on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules import harvest
from guisach.domain.catalogue.rules.harvest import BadDate, BadToken, Position, Span, Token

KEY = b"a key"
INSTANTS = st.datetimes(timezones=st.just(UTC))
TOKENS = st.builds(
    Token,
    verb=st.sampled_from(["ListRecords", "ListIdentifiers"]),
    prefix=st.sampled_from(["oai_dc", "marc21"]),
    span=st.builds(Span, st.none() | INSTANTS, st.none() | INSTANTS, st.sampled_from(["", "BOOK", "MANUSCRIPT"])),
    after=st.builds(Position, INSTANTS, st.integers(0, harvest.LARGEST_ID)),
    given=st.integers(0, 10**9),
    total=st.integers(0, 10**9),
)


@given(TOKENS)
def test_a_token_says_again_what_it_was_given(token):
    text = harvest.write_token(token, KEY)
    assert len(text) <= harvest.TOKEN_LENGTH_MAX
    assert harvest.read_token(text, KEY) == token


@given(TOKENS, st.data())
def test_a_token_that_was_changed_anywhere_is_refused(token, data):
    text = harvest.write_token(token, KEY)
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_").filter(lambda new: new != text[at]))
    with pytest.raises(BadToken):
        harvest.read_token(text[:at] + letter + text[at + 1 :], KEY)


@given(TOKENS)
def test_a_token_of_another_installation_is_refused(token):
    with pytest.raises(BadToken):
        harvest.read_token(harvest.write_token(token, b"another key"), KEY)


@given(st.text(max_size=800))
def test_what_is_no_token_is_refused(text):
    with pytest.raises(BadToken):
        harvest.read_token(text, KEY)


def test_a_name_leads_back_to_its_record_and_no_other_does():
    name = harvest.identifier("guisach.p04", 12)
    assert name == "oai:guisach.p04:12"
    assert harvest.record_of("guisach.p04", name) == 12
    for wrong in ("oai:guisach.p02:12", "oai:guisach.p04:012", "oai:guisach.p04:", "12", "oai:guisach.p04:" + "9" * 19):
        assert harvest.record_of("guisach.p04", wrong) is None
    assert harvest.record_of("guisach.p04", "oai:guisach.p04:٣") is None


def test_a_span_holds_both_its_ends():
    day = harvest.span_of("2026-11-22", "2026-11-22")
    assert day.changed_to - day.changed_from == timedelta(days=1)
    second = harvest.span_of("2026-11-22T03:04:05Z", "2026-11-22T03:04:05Z")
    assert second == Span(datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC), datetime(2026, 11, 22, 3, 4, 6, tzinfo=UTC))
    assert harvest.span_of(None, "9999-12-31").changed_to is None


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026", None),
        ("2026-02-30", None),
        ("2026-11-22T03:04:05", None),
        ("2026-11-22T03:04:05+07:00", None),
        ("", None),
        (None, "22/11/2026"),
        ("2026-11-22", "2026-11-23T00:00:00Z"),
        ("2026-11-23", "2026-11-22"),
        ("２０２６-11-22", None),
    ],
)
def test_what_is_no_instant_is_refused(start, end):
    with pytest.raises(BadDate):
        harvest.span_of(start, end)


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_texts_are_a_span_or_refused(start, end):
    try:
        span = harvest.span_of(start, end)
    except BadDate:
        return
    assert span.changed_from is not None


def test_instants_are_written_to_the_second():
    assert harvest.instant_text(datetime(2026, 11, 22, 3, 4, 5, 999999, tzinfo=UTC)) == "2026-11-22T03:04:05Z"
