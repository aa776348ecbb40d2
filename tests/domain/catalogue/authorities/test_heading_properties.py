"""Whatever is done to titles and headings, in whatever order: the lists say what the records say."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from guisach.domain.catalogue import actions
from guisach.domain.catalogue.actions import authorities as acts
from guisach.domain.catalogue.models import Authority, Heading, Record
from guisach.domain.catalogue.queries.heading_checks import headings_differ
from guisach.domain.catalogue.rules.drafts import RecordDraft
from guisach.domain.catalogue.rules.headings import as_kept, settled_form
from guisach.domain.catalogue.rules.marc.authority_records import AuthorityDraft
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import AccessPoint, Description, PointKind, PointUse
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming
from guisach.domain.catalogue.rules.marc.repointing import Form, repoint
from guisach.kernel.errors import DomainError
from tests.builders_headings import CLOCK, by, title

NAMES = [
    "Tô Hoài",
    "Nguyễn Sen",
    "Nguyễn, Sen",
    "Nguyen Sen",
    "Lê Hòa",
    "Lê Hoà",
    "Lê Hoa",
    "Rowling, J. K.",
    "Nam Cao",
]
SUBJECTS = ["Tục ngữ", "Tục ngữ -- Việt Nam", "Ca dao -- Việt Nam -- Cao Bằng", "Ca dao"]
names, subjects = st.sampled_from(NAMES), st.sampled_from(SUBJECTS)

# Fields --------------------------------------------------------------------------------------------------

text = st.text(st.sampled_from("abcđêồ .,:;/-A"), min_size=1, max_size=12)
codes = st.sampled_from("abcdenpqtvxyz024")
data_fields = st.builds(
    lambda tag, marks, pairs: Field(tag, marks, tuple(pairs)),
    st.sampled_from(
        ["100", "110", "700", "710", "600", "610", "650", "651", "653", "490", "830", "245", "500", "880", "720"]
    ),
    st.sampled_from(["  ", "1 ", "0 "]),
    st.lists(st.tuples(codes, text), min_size=1, max_size=5),
)
records = st.builds(
    lambda fields: Incoming("00000nam a2200000 a 4500", (Field("245", "10", (("a", "Sách"),)), *fields)),
    st.lists(data_fields, max_size=6),
)
TOUCHED = {"a", "b", "c", "d", "q", "n", "p", "x", "y", "z", "v"}


@given(record=records, new=text, dates=st.sampled_from(["", "1920-2014"]), data=st.data())
def test_another_form_reaches_its_fields_and_touches_no_other(record, new, dates, data):
    described = describe(record)
    assert isinstance(described, Description)
    points = [point for point in as_kept(described.points) if point.use is not PointUse.CLASS]
    if not points:
        return
    point = data.draw(st.sampled_from(points))
    wanted = settled_form(point.kind, new)
    if not wanted:
        return
    after = repoint(record, {point: Form(wanted, dates if point.kind is PointKind.PERSON else "")})

    assert len(after.fields) == len(record.fields)
    for old, now in zip(record.fields, after.fields, strict=True):
        assert old.tag == now.tag
        assert old.indicators[1:] == now.indicators[1:]
        kept = [pair for pair in old.subfields if pair[0] not in TOUCHED]
        assert [pair for pair in now.subfields if pair[0] not in TOUCHED] == kept
        if old.tag in {"245", "500"}:
            assert old == now
    others = {one.text for one in described.points if one.use is not point.use}
    now = describe(after)
    assert isinstance(now, Description)
    assert others <= {one.text for one in now.points}


@given(kind=st.sampled_from([PointKind.PERSON, PointKind.SUBJECT, PointKind.SERIES]), heading=text)
def test_a_settled_form_is_read_back_as_it_was_written(kind, heading):
    wanted = settled_form(kind, heading)
    if not wanted:
        return
    tag, use = {
        PointKind.PERSON: ("100", PointUse.AUTHOR),
        PointKind.SUBJECT: ("650", PointUse.SUBJECT),
        PointKind.SERIES: ("490", PointUse.SERIES),
    }[kind]
    former = AccessPoint(use, kind, "Cũ")
    record = Incoming("00000nam a22", (Field("245", "00", (("a", "S"),)), Field(tag, "0 ", (("a", "Cũ"),))))
    described = describe(repoint(record, {former: Form(wanted)}))
    assert isinstance(described, Description)
    assert [point.text for point in described.points] == [wanted]


# Any sequence of acts ------------------------------------------------------------------------------------

act = st.one_of(
    st.tuples(st.just("title"), names, names, subjects),
    st.tuples(st.just("edit"), st.integers(0, 5), names, subjects),
    st.tuples(st.just("delete"), st.integers(0, 5)),
    st.tuples(st.just("authority"), names, names),
    st.tuples(st.just("subject"), subjects, subjects),
    st.tuples(st.just("rename"), st.integers(0, 3), names),
    st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.just("gather"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("apply"), st.integers(0, 3)),
    st.tuples(st.just("drop"), st.integers(0, 3)),
    st.tuples(st.just("follow")),
)


class AnySequence(TestCase):
    """Acts in any order."""

    @settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(act, max_size=14))
    def test_lists_are_what_the_records_say_after_any_sequence_of_acts(self, acts_):
        for one in acts_:
            try:
                _do(one)
            except DomainError:
                continue
            assert list(headings_differ()) == [], one
        actions.follow_headings()
        assert list(headings_differ()) == []
        for row in Authority.objects.all():
            acts.apply_authority(authority=row.pk, by=None, clock=CLOCK)
            assert acts.apply_authority(authority=row.pk, by=None, clock=CLOCK).changed == 0
        assert list(headings_differ()) == []


def _nth(rows, number):
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    return found[number % len(found)] if found else 10**9


def _do(one):
    match one:
        case ("title", name, other, subject):
            main, *rest = subject.split(" -- ")
            topic = ("650", " 4", ("a", main), *(("x", part) for part in rest))
            title("Sách", by(name), by(other, tag="700"), topic)
        case ("edit", number, name, subject):
            draft = RecordDraft(title="Sách", authors=(name,), subjects=(subject,), language="vie")
            actions.change_record(record=_nth(Record.objects, number), draft=draft, clock=CLOCK)
        case ("delete", number):
            actions.delete_record(record=_nth(Record.objects, number), clock=CLOCK)
        case ("authority", name, variant):
            acts.add_authority(draft=AuthorityDraft(PointKind.PERSON, name, variants=(variant,)), clock=CLOCK)
        case ("subject", heading, variant):
            acts.add_authority(draft=AuthorityDraft(PointKind.SUBJECT, heading, variants=(variant,)), clock=CLOCK)
        case ("rename", number, name):
            acts.change_authority(
                authority=_nth(Authority.objects, number), heading=name, dates="", note="", clock=CLOCK
            )
        case ("merge", winner, loser):
            acts.merge_authorities(
                winner=_nth(Authority.objects, winner), loser=_nth(Authority.objects, loser), clock=CLOCK
            )
        case ("gather", chosen, other):
            acts.gather_forms(heading=_nth(Heading.objects, chosen), others=[_nth(Heading.objects, other)], clock=CLOCK)
        case ("apply", number):
            acts.apply_authority(authority=_nth(Authority.objects, number), by=None, clock=CLOCK)
        case ("drop", number):
            acts.delete_authority(authority=_nth(Authority.objects, number))
        case ("follow",):
            actions.follow_headings()
        case _:
            pytest.fail(f"no such act: {one}")
