"""Imports and undoes in any order: every chunk has one outcome, nothing of another import goes, a stack leaves nothing.

A Hypothesis machine imports small files made of a few related records under any policy, decides about what waits, and
takes imports back, the last one or any.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from guisach.domain.catalogue import queries
from guisach.domain.catalogue.actions import importing
from guisach.domain.catalogue.models import ImportedChunk, Record, WaitingRecord
from guisach.domain.catalogue.rules.imports.matching import match_key
from guisach.domain.catalogue.rules.imports.policies import Policy, Terms, Treatment
from tests import builders
from tests.builders_marc import book, data

ISBN = ("020", data(("a", "9786042088886")))
PUBLISHED = ("260", data(("b", "Kim Đồng"), ("c", "1941")))
SUBJECT = ("650", data(("a", "Văn học thiếu nhi"), indicators=" 4"))
POOL = [
    book(),
    book(barcodes=("A1",)),
    book(number="1", source="TVCB", changed="2024", more=(PUBLISHED,), barcodes=("A1", "A2")),
    book(number="1", source="TVCB", changed="2025", more=(PUBLISHED, SUBJECT), barcodes=("A2", "A3")),
    book(number="7", source="TVQG", more=(ISBN, PUBLISHED)),
    book(number="9", source="TVTW", more=(ISBN, PUBLISHED, SUBJECT), barcodes=("A4",)),
    book("Dế Mèn phiêu lưu kí", author="Hoài, Tô", more=(PUBLISHED,), barcodes=("A5",)),
    book("Dế Mèn phiêu lưu ký. Tập 2", more=(ISBN,), barcodes=("A6",)),
    b"00123nam a2200049 a 4500245001000000not a record of anybody\x1d",
]
FILES = st.lists(st.sampled_from(range(len(POOL))), min_size=1, max_size=4)
POLICIES = st.builds(
    Policy, st.sampled_from(Treatment), st.sampled_from([(), ("title",), ("subjects", "authors")]), st.booleans()
)


@dataclass
class Active:
    """An import that has not been taken back. `before`: the catalogue as it was, while nothing else interferes."""

    id: int
    taken_in: list[str]  # the fingerprints of what was added or merged
    before: list[str] | None


class Importing(RuleBasedStateMachine):
    """One catalogue, one worker, a person who decides."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer._from_testcase = True  # as Django's own tests say: durable acts may run inside
        self.outer.__enter__()
        builders.province()
        self.clock = builders.Clock()
        self.folder = tempfile.TemporaryDirectory()
        self.active: list[Active] = []

    def teardown(self) -> None:
        try:
            while self.active and self.active[-1].before is not None:
                self.take_the_last_back()
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)
            self.folder.cleanup()

    def work(self, chunks: list[bytes], policy: Policy) -> tuple[int, list[Any]]:
        path = Path(self.folder.name) / "sách.mrc"
        path.write_bytes(b"".join(chunks))
        terms = Terms(place=builders.COBA, policy=policy)
        id_ = importing.begin_import(file=path.name, file_print="", terms=terms, clock=self.clock)
        return id_, list(importing.run_import(import_=id_, path=path, clock=self.clock))

    @rule(numbers=FILES, policy=POLICIES)
    def bring(self, numbers: list[int], policy: Policy) -> None:
        chunks = [POOL[number] for number in numbers]
        before = list(queries.digest_rows())
        id_, told = self.work(chunks, policy)
        assert len(told) == len(chunks)
        taken_in = [
            hashlib.sha256(one.chunk.raw).hexdigest() for one in told if str(one.outcome) in {"added", "merged"}
        ]
        view = queries.import_(id_)
        assert view is not None
        assert (view.read, view.status) == (len(chunks), "DONE")
        assert view.counts.get("copies_added", 0) == sum(one.copies for one in told)
        self.active.append(Active(id_, taken_in, before))

    @rule(numbers=FILES, policy=POLICIES)
    def bring_twice(self, numbers: list[int], policy: Policy) -> None:
        self.bring(numbers, policy)
        digest, changes = list(queries.digest_rows()), queries.last_change()
        _id, again = self.work([POOL[number] for number in numbers], policy)
        assert {str(one.outcome) for one in again} <= {"unchanged", "quarantined"}
        assert (list(queries.digest_rows()), queries.last_change()) == (digest, changes)

    @rule()
    def take_the_last_back(self) -> None:
        if not self.active:
            return
        last = self.active.pop()
        undone = importing.undo_import(import_=last.id, clock=self.clock)
        if last.before is not None:
            assert undone.kept == ()
            assert list(queries.digest_rows()) == last.before

    @rule(which=st.integers(0, 9))
    def take_any_back(self, which: int) -> None:
        if not self.active:
            return
        gone = self.active.pop(which % len(self.active))
        importing.undo_import(import_=gone.id, clock=self.clock)
        for one in self.active:
            one.before = None  # from here on others may lean on what stayed

    @rule(decision=st.sampled_from(["ADD", "MERGE", "DISCARD"]))
    def decide_about_the_last(self, decision: str) -> None:
        if not self.active:
            return
        for waiting in queries.waiting(imported_in=self.active[-1].id, limit=1):
            candidate = next((one.record for one in waiting.candidates), None)
            if decision != "MERGE" or candidate is not None:
                importing.decide_waiting(waiting=waiting.id, decision=decision, record=candidate, clock=self.clock)

    @invariant()
    def nothing_of_an_active_import_is_lost(self) -> None:
        wanted = {print_ for one in self.active for print_ in one.taken_in}
        assert set(ImportedChunk.objects.filter(pk__in=wanted).values_list("pk", flat=True)) == wanted

    @invariant()
    def what_is_read_from_records_agrees_with_them(self) -> None:
        for row in Record.objects.all():
            assert row.match_key == match_key(row.title, row.author, row.year)
            assert set(row.numbers.values_list("value", flat=True)) == set(row.isbns)

    @invariant()
    def what_was_taken_back_neither_waits_nor_is_remembered(self) -> None:
        undone = {view.id for view in queries.imports(limit=1000) if view.status == "UNDONE"}
        assert not WaitingRecord.objects.filter(imported_in__in=undone).exists()
        kept = {one["record"] for view in queries.imports(limit=1000) for one in view.undone.get("kept", ())}
        left = ImportedChunk.objects.filter(imported_in__in=undone).values_list("record", flat=True)
        assert set(left) <= kept


@pytest.mark.slow
@pytest.mark.django_db
def test_imports_and_undoes_in_any_order():
    run_state_machine_as_test(
        Importing,
        settings=settings(
            max_examples=max(settings.default.max_examples // 5, 10),
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
