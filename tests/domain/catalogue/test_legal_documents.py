"""Legal documents: what is stored, what is refused, and that the database and the rule judge alike."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from guisach.domain.catalogue.actions.laws import Particulars, describe_law
from guisach.domain.catalogue.models import LegalDocument, Record
from guisach.domain.catalogue.queries.laws import (
    OTHER,
    law_named,
    law_page,
    laws_of,
    offered_law,
    replaced_by,
    state_is,
)
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, to_json
from guisach.domain.catalogue.rules.validity import State
from tests import builders

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 22)


def law(title: str = "Luật Thư viện", ddc: str = "344.597092", **said: object) -> int:
    record = builders.record(title, author="Quốc hội", kind="LAW", ddc=ddc).pk
    if said:
        describe_law(record=record, said=Particulars(**said))  # type: ignore[arg-type]
    return record


def test_what_was_entered_is_shown_with_what_replaces_it():
    new = law("Luật Đất đai 2024", valid_from=date(2024, 8, 1), number="31/2024/QH15")
    old = law("Luật Đất đai 2013", valid_from=date(2014, 7, 1), replaced_by=new)
    found = laws_of([old, new])
    assert found[old].replaced_by_title == "Luật Đất đai 2024"
    assert found[old].state(DAY) is State.ENDED
    assert found[old].validity.ends_on == date(2024, 8, 1)
    assert found[new].state(DAY) is State.IN_FORCE
    assert [one.record for one in replaced_by(new)] == [old]


def test_nothing_said_leaves_nothing_stored():
    record = law(number="46/2019/QH14")
    describe_law(record=record, said=Particulars())
    assert not LegalDocument.objects.exists()
    assert not laws_of([record])


def test_text_is_kept_composed_and_within_bounds():
    record = law(number="  46/2019/QH14  " + "x" * 100, issuer="Quốc hội")
    found = laws_of([record])[record]
    assert found.number.startswith("46/2019/QH14 ")
    assert len(found.number) == 60
    assert found.issuer == "Quốc hội"


def test_refusals():
    one, other = law("Một"), law("Hai")
    with builders.refused("record_unknown"):
        describe_law(record=99_999, said=Particulars(number="1"))
    with builders.refused("record_unknown"):
        describe_law(record=one, said=Particulars(replaced_by=99_999))
    with builders.refused("validity_disordered"):
        describe_law(record=one, said=Particulars(valid_from=DAY, valid_to=DAY))
    with builders.refused("replaced_by_itself"):
        describe_law(record=one, said=Particulars(replaced_by=one))
    describe_law(record=one, said=Particulars(replaced_by=other))
    with builders.refused("replaced_by_itself"):
        describe_law(record=other, said=Particulars(replaced_by=one))


def test_the_database_and_the_rule_say_the_same():
    around = [None, DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]
    successors = [None, law("Không rõ ngày", number="1"), *(law(f"Từ {day}", valid_from=day) for day in around[1:])]
    for n, (begins, ends, by) in enumerate(product(around, around, successors)):
        record = law(f"Luật {n}")
        LegalDocument.objects.create(
            record_id=record, number=str(n), valid_from=begins, valid_to=ends, replaced_by_id=by
        )
    law("Chưa ai ghi gì")
    found = laws_of(list(Record.objects.values_list("pk", flat=True)))
    for state in State:
        said = set(Record.objects.filter(kind="LAW").filter(state_is(state, DAY)).values_list("pk", flat=True))
        known = {pk for pk, one in found.items() if one.state(DAY) is state}
        unknown = set(Record.objects.filter(law=None).values_list("pk", flat=True)) if state is State.UNKNOWN else set()
        assert said == known | unknown, state


class TestPage:
    @pytest.fixture(autouse=True)
    def some(self):
        law("Luật Thư viện", number="46/2019/QH14", issued_on=date(2019, 11, 21), valid_from=date(2020, 7, 1))
        law("Luật Đất đai", "346.597", number="31/2024/QH15", issued_on=date(2024, 1, 18), valid_from=date(2024, 8, 1))
        law("Luật Nhà ở cũ", "346.597", number="65/2014/QH13", valid_to=date(2024, 8, 1))
        law("Sách hỏi đáp", "001")
        builders.record("Không phải luật", ddc="346")

    def test_the_last_issued_stand_first_and_the_undated_last(self):
        found = law_page(DAY)
        assert [one.title for one in found.laws] == ["Luật Đất đai", "Luật Thư viện", "Luật Nhà ở cũ", "Sách hỏi đáp"]
        assert found.total == 4
        assert dict(found.fields) == {"344": 1, "346": 2, OTHER: 1}
        assert found.states[State.IN_FORCE] == 2

    @pytest.mark.parametrize(
        ("asked", "titles"),
        [
            ({"text": "dat dai"}, ["Luật Đất đai"]),
            ({"text": "31/2024"}, ["Luật Đất đai"]),
            ({"branch": "346", "state": "ENDED"}, ["Luật Nhà ở cũ"]),
            ({"branch": OTHER}, ["Sách hỏi đáp"]),
            ({"state": "NOT_YET"}, []),
        ],
    )
    def test_it_can_be_narrowed(self, asked, titles):
        found = law_page(DAY, **asked)
        assert [one.title for one in found.laws] == titles
        assert found.total == len(titles)

    def test_pages_follow_one_another(self):
        first, second = law_page(DAY, limit=3), law_page(DAY, limit=3, offset=3)
        assert len({one.record for one in (*first.laws, *second.laws)}) == 4

    def test_it_asks_four_questions_at_most(self, django_assert_max_num_queries):
        with django_assert_max_num_queries(4):
            law_page(DAY, text="luat", branch="346")


def test_a_document_is_found_by_what_people_write_of_it():
    record = law("Luật Thư viện", number="46/2019/QH14")
    for text in (
        "46/2019/qh14",
        "luat thu vien",
        f"/records/{record}/",
        str(record),
        f"https://x.vn/records/{record}/",
    ):
        assert law_named(text) == [record], text
    law("Luật Thư viện")
    assert len(law_named("Luật Thư viện")) == 2
    assert law_named("") == []
    assert law_named("Không có") == []


def test_number_and_issuer_are_offered_from_the_record():
    fields = (Field("086", "  ", (("a", "46/2019/QH14"),)), Field("110", "1 ", (("a", "Quốc hội"),)))
    record = builders.record(kind="LAW", marc=to_json(Incoming(" " * 24, fields)))
    assert offered_law(record.pk).number == "46/2019/QH14"
    assert offered_law(builders.record(marc="{}").pk).number == ""
    assert offered_law(10**9).issuer == ""
