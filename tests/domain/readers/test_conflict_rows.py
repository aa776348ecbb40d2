"""Rows 11-14, 20 and 21 of the conflict rules (SYNC.md 3): the same outcome whatever arrives first.

On the pure fold in every order of arrival; on the database in the order told, backwards, and in some between.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import date
from itertools import permutations
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.db import transaction

from guisach.domain.journal.kinds import final_kinds
from guisach.domain.journal.models import Case, CaseStatus, Operation, PrivatePart
from guisach.domain.journal.queries.checking import differences
from guisach.domain.journal.rules.history import history
from guisach.domain.readers import queries
from guisach.domain.readers.models import Reader
from guisach.domain.readers.rules.people import fold_people
from tests import builders
from tests.stories import AN, BINH, XUAN, Rollback, _name, act, arrive, entry_of, op_id, take_away

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from guisach.domain.readers.rules.people import People


@dataclass(frozen=True)
class Told:
    """What happened to some readers, and what must be known of them afterwards."""

    operations: tuple[dict[str, Any], ...]
    outcomes: dict[str, str]
    readers: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    cases: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    derived: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    """Cases that only the database knows: they are about several readers."""


def told(*operations, outcomes, readers=None, cases=(), derived=()):
    numbers: dict[str, int] = {}
    numbered = []
    for operation in operations:
        numbers[operation["dev"]] = numbers.get(operation["dev"], 0) + 1
        numbered.append({**operation, "seq": numbers[operation["dev"]]})
    return Told(tuple(numbered), outcomes, readers or {}, _tidy(cases), _tidy(derived))


def _tidy(cases):
    return frozenset((kind, tuple(sorted(names.split()))) for kind, names in cases)


def about(op, kind, reader, at_h, dev=1, /, *, private=None, **body):
    operation = act(op, kind, at_h=at_h, dev=dev, reader=reader, **body)
    return operation | {"private": {"reader": str(reader), **(private or {})}}


def join(op, reader, at_h, /, dev=1, *, group="FARMER", expires="2029-01-01", **said):
    private = {"name": "Vàng Thị An", "consent": True, **said}
    return about(op, "join", reader, at_h, dev, private=private, group=group, expires=expires)


def edit(op, reader, at_h, /, dev=1, *, was=None, body=None, **now):
    return about(op, "edit_reader", reader, at_h, dev, private={"set": now, "was": was or {}}, **(body or {}))


def merge(op, old, into, at_h, dev=3):
    return about(op, "merge_readers", old, at_h, dev, private={"into": str(into)})


def erase(op, reader, at_h, dev=3):
    return about(op, "erase_reader", reader, at_h, dev, basis="REQUEST")


GONE = {"full_name": "", "phone": "", "card_no": "", "guardian_name": "", "birth_on": None, "group": "FARMER"}

ROWS: dict[str, Told] = {
    "20: two desks mend different fields": told(
        join("J", AN, 0), edit("P", AN, 10, phone="0912345678"), edit("Q", AN, 9, dev=2, address="Nà Tao"),
        outcomes={"J": "JOINED", "P": "UPDATED", "Q": "UPDATED"},
        readers={AN: {"phone": "0912345678", "address": "Nà Tao", "full_name": "Vàng Thị An"}},
    ),
    "20: a group and a card at once": told(
        join("J", AN, 0, card="CU1"), edit("P", AN, 10, card="CU2", was={"card": "CU1"}),
        edit("Q", AN, 11, dev=2, body={"group": "ELDER"}),
        outcomes={"J": "JOINED", "P": "UPDATED", "Q": "UPDATED"},
        readers={AN: {"card_no": "CU2", "group": "ELDER"}},
    ),
    "21: the same field, of which the later holds": told(
        join("J", AN, 0), edit("P", AN, 10, phone="1"), edit("Q", AN, 11, dev=2, phone="2"),
        outcomes={"J": "JOINED", "P": "UPDATED", "Q": "UPDATED"},
        readers={AN: {"phone": "2"}},
    ),
    "21: a name by two desks that did not know of each other": told(
        join("J", AN, 0), edit("P", AN, 10, name="Vàng Thị Ân", was={"name": "Vàng Thị An"}),
        edit("Q", AN, 11, dev=2, name="Vàng Thị Ẩn", was={"name": "Vàng Thị An"}),
        outcomes={"J": "JOINED", "P": "UPDATED", "Q": "UPDATED"},
        readers={AN: {"full_name": "Vàng Thị Ẩn"}},
        cases=[("reader_changed_twice", "P Q")],
    ),
    "21: a name by a desk that knew what the other had made of it": told(
        join("J", AN, 0), edit("P", AN, 10, name="Vàng Thị Ân", was={"name": "Vàng Thị An"}),
        edit("Q", AN, 11, dev=2, name="Vàng Thị Ẩn", was={"name": "Vàng Thị Ân"}),
        outcomes={"J": "JOINED", "P": "UPDATED", "Q": "UPDATED"},
        readers={AN: {"full_name": "Vàng Thị Ẩn"}},
    ),
    "21: two desks that write the same name": told(
        join("J", AN, 0), edit("P", AN, 10, name="Vàng Thị Ân"), edit("Q", AN, 11, dev=2, name=" Vàng Thị  Ân"),
        outcomes={"J": "JOINED", "P": "UPDATED", "Q": "UPDATED"},
        readers={AN: {"full_name": "Vàng Thị Ân"}},
    ),
    "21: a birth date, and nobody says what it was": told(
        join("J", AN, 0), edit("P", AN, 10, birth="1990-01-01"), edit("Q", AN, 11, dev=2, birth="1990-10-01"),
        outcomes={"J": "JOINED", "P": "UPDATED", "Q": "UPDATED"},
        readers={AN: {"birth_on": date(1990, 10, 1)}},
        cases=[("reader_changed_twice", "P Q")],
    ),
    "21: one desk mends a guardian twice": told(
        join("J", AN, 0), edit("P", AN, 10, guardian="Lý A Páo"), edit("Q", AN, 11, guardian="Lý A Pó"),
        outcomes={"J": "JOINED", "P": "UPDATED", "Q": "UPDATED"},
        readers={AN: {"guardian_name": "Lý A Pó"}},
    ),
    "21: what was mended by mistake is taken back": told(
        join("J", AN, 0), edit("P", AN, 10, name="Sai"), edit("Q", AN, 11, dev=2, name="Vàng Thị Ân"),
        take_away("V", "P", 12),
        outcomes={"J": "JOINED", "P": "VOIDED", "Q": "UPDATED", "V": "APPLIED"},
        readers={AN: {"full_name": "Vàng Thị Ân"}},
    ),
    "20: an edit that comes before the joining": told(
        edit("P", AN, 10, phone="1"), join("J", AN, 0, dev=2),
        outcomes={"J": "JOINED", "P": "UPDATED"},
        readers={AN: {"phone": "1"}},
    ),
    "20: an edit of nobody": told(
        edit("P", AN, 10, phone="1"),
        outcomes={"P": "UPDATED"},
        cases=[("edited_reader_unknown", "P")],
    ),
    "20: joined again, as older desks mend": told(
        join("J", AN, 0, phone="1"), edit("P", AN, 5, email="an@example.vn", channel="EMAIL"),
        join("K", AN, 10, dev=2, phone="2"),
        outcomes={"J": "JOINED", "P": "UPDATED", "K": "UPDATED"},
        readers={AN: {"phone": "2", "email": "an@example.vn", "channel": "EMAIL"}},
    ),
    "14: one number on two readers": told(
        join("J", AN, 0, card="CU1"), join("K", BINH, 10, dev=2, name="Lý A Páo", card="cu 1"),
        outcomes={"J": "JOINED", "K": "JOINED"},
        readers={AN: {"is_card_pending": False}, BINH: {"is_card_pending": True, "card_no": "CU1"}},
        derived=[("card_taken_twice", "J K")],
    ),
    "14: who got the number first keeps it, not who joined first": told(
        join("J", AN, 0, card="CU9"), join("K", BINH, 5, dev=2, name="Lý A Páo", card="CU1"),
        edit("E", AN, 10, card="CU1"),
        outcomes={"J": "JOINED", "K": "JOINED", "E": "UPDATED"},
        readers={AN: {"is_card_pending": True}, BINH: {"is_card_pending": False}},
        derived=[("card_taken_twice", "E K")],
    ),
    "13: one telephone, two readers": told(
        join("J", AN, 0, phone="0912 345 678"), join("K", BINH, 10, dev=2, name="Lý A Páo", phone="0912345678"),
        outcomes={"J": "JOINED", "K": "JOINED"},
        readers={AN: {"survivor": None}, BINH: {"survivor": None}},
        derived=[("same_phone", "J K")],
    ),
    "13: one name and birth date": told(
        join("J", AN, 0, birth="1990-05-02"), join("K", BINH, 10, dev=2, name="VÀNG THỊ AN", birth="1990-05-02"),
        outcomes={"J": "JOINED", "K": "JOINED"},
        readers={AN: {"survivor": None}, BINH: {"survivor": None}},
        derived=[("same_name_and_birth", "J K")],
    ),
    "13: settled by putting both together": told(
        join("J", AN, 0, phone="1"), join("K", BINH, 10, dev=2, phone="1"), merge("M", BINH, AN, 20),
        outcomes={"J": "JOINED", "K": "JOINED", "M": "MERGED"},
        readers={AN: {"survivor": None}, BINH: {"survivor": AN}},
    ),
    "11: an edit of the one who was merged goes to the survivor": told(
        join("J", AN, 0), join("K", BINH, 1, dev=2), merge("M", BINH, AN, 5),
        edit("P", BINH, 10, dev=2, phone="2"), edit("Q", BINH, 3, dev=1, phone="1"),
        outcomes={"J": "JOINED", "K": "JOINED", "M": "MERGED", "P": "UPDATED", "Q": "UPDATED"},
        readers={AN: {"phone": "2", "survivor": None}, BINH: {"phone": "1", "survivor": AN}},
    ),
    "11: a cycle has no effect": told(
        join("J", AN, 0), join("K", BINH, 1, dev=2), merge("M", BINH, AN, 5), merge("N", AN, BINH, 6, dev=2),
        outcomes={"J": "JOINED", "K": "JOINED", "M": "MERGED", "N": "NO_EFFECT"},
        readers={AN: {"survivor": None}, BINH: {"survivor": AN}},
        cases=[("merge_cycle", "M N")],
    ),
    "11: a cycle of three": told(
        join("J", AN, 0), join("K", BINH, 1), merge("L", AN, BINH, 5), merge("M", BINH, XUAN, 6),
        merge("N", XUAN, AN, 7, dev=2),
        outcomes={"J": "JOINED", "K": "JOINED", "L": "MERGED", "M": "MERGED", "N": "NO_EFFECT"},
        readers={AN: {"survivor": XUAN}, BINH: {"survivor": XUAN}},
        cases=[("merge_cycle", "L M N")],
    ),
    "11: two desks find the same": told(
        join("J", AN, 0), join("K", BINH, 1), merge("M", BINH, AN, 5), merge("N", BINH, AN, 6, dev=2),
        outcomes={"J": "JOINED", "K": "JOINED", "M": "MERGED", "N": "NO_EFFECT"},
        readers={AN: {"survivor": None}, BINH: {"survivor": AN}},
    ),
    "11: three of one person, in a chain": told(
        join("J", AN, 0), join("K", BINH, 1), join("L", XUAN, 2), merge("M", BINH, AN, 5), merge("N", BINH, XUAN, 6),
        outcomes={"J": "JOINED", "K": "JOINED", "L": "JOINED", "M": "MERGED", "N": "MERGED"},
        readers={AN: {"survivor": XUAN}, BINH: {"survivor": XUAN}, XUAN: {"survivor": None}},
    ),
    "11: a merge that was taken back": told(
        join("J", AN, 0), join("K", BINH, 1), merge("M", BINH, AN, 5), edit("P", BINH, 6, dev=2, phone="2"),
        take_away("V", "M", 7, dev=3),
        outcomes={"J": "JOINED", "K": "JOINED", "M": "VOIDED", "P": "UPDATED", "V": "APPLIED"},
        readers={AN: {"phone": "", "survivor": None}, BINH: {"phone": "2", "survivor": None}},
    ),
    "12: erased, and a desk that did not know edits": told(
        join("J", AN, 0, card="CU1", phone="1"), edit("P", AN, 5, address="Nà Tao"), erase("E", AN, 10),
        edit("R", AN, 9, dev=2, phone="3"), edit("Q", AN, 11, dev=2, phone="2"),
        outcomes={"J": "JOINED", "P": "UPDATED", "E": "ERASED", "Q": "NO_EFFECT", "R": "UPDATED"},
        readers={AN: GONE},
        cases=[("reader_erased", "E Q")],
    ),
    "12: joined anew under an erased id": told(
        join("J", AN, 0), erase("E", AN, 10), join("K", AN, 11, dev=2, name="Vàng Thị Ân"),
        outcomes={"J": "JOINED", "E": "ERASED", "K": "NO_EFFECT"},
        readers={AN: GONE},
        cases=[("reader_erased", "E K")],
    ),
    "12: whoever is the same person goes too": told(
        join("J", AN, 0), join("K", BINH, 1), merge("M", BINH, AN, 5), erase("E", BINH, 10),
        outcomes={"J": "JOINED", "K": "JOINED", "M": "MERGED", "E": "ERASED"},
        readers={AN: GONE, BINH: GONE},
    ),
    "12: nobody becomes one with somebody erased": told(
        join("J", AN, 0), join("K", BINH, 1), erase("E", AN, 5), merge("M", BINH, AN, 10),
        outcomes={"J": "JOINED", "K": "JOINED", "E": "ERASED", "M": "NO_EFFECT"},
        readers={AN: GONE, BINH: {"full_name": "Vàng Thị An", "survivor": None}},
        cases=[("reader_erased", "E M")],
    ),
    "12: a keeper may only note the wish": told(
        join("J", AN, 0), erase("E", AN, 5, dev=1),
        outcomes={"J": "JOINED", "E": "NO_EFFECT"},
        readers={AN: {"full_name": "Vàng Thị An", "erased_at": None}},
        cases=[("erasure_asked", "E")],
    ),
    "12: an erasure is not taken back, whichever of both comes first": told(
        join("J", AN, 0), erase("E", AN, 5), take_away("V", "E", 6, dev=3),
        outcomes={"J": "JOINED", "E": "ERASED", "V": "NO_EFFECT"},
        readers={AN: GONE}, cases=[("void_not_allowed", "E V")],
    ),
    "12: a keeper's wish is": told(
        join("J", AN, 0), erase("E", AN, 5, dev=1), take_away("V", "E", 6),
        outcomes={"J": "JOINED", "E": "VOIDED", "V": "APPLIED"},
        readers={AN: {"full_name": "Vàng Thị An", "erased_at": None}},
    ),
    "12: the wish is settled by the erasure": told(
        join("J", AN, 0), erase("D", AN, 5, dev=1), erase("E", AN, 6),
        outcomes={"J": "JOINED", "D": "NO_EFFECT", "E": "ERASED"},
        readers={AN: GONE},
    ),
}  # fmt: skip


def folded(operations: Iterable[dict[str, Any]]) -> tuple[People, dict[UUID, str], list[Any]]:
    """Fold in the order given, as the journal does: by reader, voids first."""
    entries = [entry_of(operation) for operation in operations]
    voids = [entry for entry in entries if entry.target is not None]
    live, outcomes, cases = [], {}, []
    for reader in dict.fromkeys(entry.reader for entry in entries if entry.target is None):
        own = [entry for entry in entries if entry.reader == reader and entry.target is None]
        known = history(own, [v for v in voids if v.target in {e.op for e in own}], final_kinds())
        live += known.entries
        outcomes |= known.result.outcomes
        cases += known.result.cases
    people = fold_people(live)
    return people, outcomes | people.outcomes, [*cases, *(c for some in people.cases.values() for c in some)]


FIELDS = {"full_name": "name", "card_no": "card", "birth_on": "birth", "guardian_name": "guardian"}


def expect_of_fold(story: Told, operations: Iterable[dict[str, Any]]) -> None:
    people, outcomes, cases = folded(operations)
    assert outcomes == {op_id(name): code for name, code in story.outcomes.items()}
    assert {(c.kind, tuple(sorted(_name(op) for op in c.operations))) for c in cases} == story.cases
    for id_, wanted in story.readers.items():
        person = people.persons[id_]
        for name, value in wanted.items():
            if name in {"survivor", "group"}:
                assert getattr(person, name) == value, name
            elif name == "erased_at":
                assert (person.erased is None) == (value is None)
            elif person.erased is None and name != "is_card_pending":
                assert person.values[FIELDS.get(name, name)] == value, name
        assert (person.erased is not None) == (wanted is GONE)


@pytest.mark.parametrize("story", ROWS.values(), ids=ROWS)
def test_every_order_of_arrival_folds_to_the_same(story):
    for order in permutations(story.operations):
        expect_of_fold(story, order)


@pytest.fixture
def world(db):
    builders.province()
    builders.lan(), builders.minh(), builders.hoa()


def orders(operations: Sequence[Any], seed: str) -> Iterable[Sequence[Any]]:
    yield operations
    yield operations[::-1]
    rng = random.Random(seed)
    for _ in range(4):
        yield rng.sample(operations, len(operations))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "story"), ROWS.items(), ids=ROWS)
def test_some_orders_give_the_same_rows_and_cases(world, name, story):
    for order in orders(story.operations, name):
        try:
            with transaction.atomic():
                arrive(order)
                expect_now(story)
                raise Rollback
        except Rollback:
            pass


def expect_now(story: Told) -> None:
    ops = {op_id(name) for name in story.outcomes}
    outcomes = dict(Operation.objects.filter(op__in=ops).values_list("op", "outcome__code"))
    assert outcomes == {op_id(name): code for name, code in story.outcomes.items()}
    cases = Case.objects.exclude(status=CaseStatus.GONE)
    stored = {(c.kind, tuple(sorted(_name(UUID(op)) for op in c.operations))) for c in cases}
    assert stored == story.cases | story.derived
    for id_, wanted in story.readers.items():
        row = Reader.objects.get(pk=id_)
        assert {name: getattr(row, name) for name in wanted} == wanted
        if wanted is GONE:
            assert row.erased_at is not None
            kept = PrivatePart.objects.filter(reader=id_).values_list("data", flat=True)
            assert all(set(_read(data)) <= {"reader", "into"} for data in kept)
    assert list(differences()) == []
    assert queries.count_readers() == Reader.objects.filter(survivor=None).count()


def _read(data: str) -> dict[str, Any]:
    return json.loads(data)
