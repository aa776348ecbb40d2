"""Whatever happens to some readers, and in whatever order it arrives, the same people come of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.readers.rules.people import fold_people
from tests.domain.readers.test_conflict_rows import edit, erase, join, merge
from tests.stories import AN, BINH, XUAN, entry_of

READERS = (AN, BINH, XUAN)
who = st.sampled_from(READERS)
an_act = st.one_of(
    st.tuples(st.just("join"), who, st.sampled_from(["Vàng Thị An", "Lý A Páo"])),
    st.tuples(st.just("edit"), who, st.sampled_from(["An", "Ân", "Ẩn"])),
    st.tuples(st.just("merge"), who, who),
    st.tuples(st.just("erase"), who, st.sampled_from([1, 3])),
)


def written(acts):
    made = []
    for index, (kind, reader, said) in enumerate(acts):
        name, at_h, dev = f"{chr(65 + index // 26)}{chr(65 + index % 26)}", float(index), index % 3 + 1
        if kind == "join":
            made.append(join(name, reader, at_h, dev, name=said, card=f"CU{index % 4}"))
        elif kind == "edit":
            made.append(edit(name, reader, at_h, dev, name=said, was={"name": "An"} if index % 2 else None))
        elif kind == "merge" and reader != said:
            made.append(merge(name, reader, said, at_h, dev))
        elif kind == "erase":
            made.append(erase(name, reader, at_h, said))
    return [{**operation, "seq": number} for number, operation in enumerate(made, 1)]


def told(people):
    persons = {
        id_: (p.survivor, p.erased and p.erased.op, {} if p.erased else p.values, p.group, p.place)
        for id_, p in people.persons.items()
    }
    cases = {id_: sorted((c.kind, c.operations) for c in some) for id_, some in people.cases.items() if some}
    return persons, people.outcomes, cases


def without_words(operation):
    """What is left of an operation about somebody who was erased."""
    kept = {name: value for name, value in operation["private"].items() if name in {"reader", "into"}}
    return {**operation, "private": kept}


@given(acts=st.lists(an_act, max_size=14), data=st.data())
def test_any_order_gives_the_same_people_and_forgetting_changes_nothing(acts, data):
    operations = written(acts)
    first = fold_people([entry_of(one) for one in operations])
    assert told(fold_people([entry_of(one) for one in data.draw(st.permutations(operations))])) == told(first)
    assert {entry["op"] for entry in operations} == {str(op) for op in first.outcomes}
    gone = {str(id_) for id_, person in first.persons.items() if person.erased is not None}
    left = [without_words(one) if one["private"]["reader"] in gone else one for one in operations]
    assert told(fold_people([entry_of(one) for one in left])) == told(first)
    for person in first.persons.values():
        assert person.survivor is None or first.persons[person.survivor].survivor is None
