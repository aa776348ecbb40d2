"""What desks of every released version wrote is understood by this one, and comes to the same.

A desk may bring operations years after they were made. The file of a released version is never changed; that of the
version that is being made is written by `RECORD=1 .venv/bin/python -m pytest -n0 tests/recorded`.
"""

from __future__ import annotations

import json
import os
import random
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from guisach.domain.circulation.models import Loan
from guisach.domain.journal import kinds
from guisach.domain.journal.models import Case, CaseStatus, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.domain.journal.rules.envelope import commitment
from guisach.domain.journal.steps import append
from tests import builders
from tests.desks import body_hash
from tests.recorded.story import COPIES, operations, this_version

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.json"))
WAYS = {
    "in order": lambda made: [made],
    "one by one": lambda made: [[one] for one in made],
    "backwards": lambda made: [[one] for one in reversed(made)],
    "shuffled": lambda made: [random.Random(4).sample(made, len(made))],
    "twice": lambda made: [made, made],
}


def replay(batches: Sequence[Sequence[dict[str, Any]]]) -> dict[str, Any]:
    """Let a province take these in, and return what came of them; expects that it is what the log says."""
    builders.province()
    builders.lan(), builders.minh()
    source, clock = builders.hoa().source, builders.Clock(builders.START + timedelta(days=1))
    title = builders.record(id=1)
    for barcode in COPIES:
        builders.copy(barcode, of=title)
    for batch in batches:
        with transaction.atomic():
            answers = append(batch, via=source, clock=clock)
        assert {answer.status for answer in answers} <= {"stored", "duplicate"}
    assert list(differences()) == []
    loans = Loan.objects.order_by("op").values_list("op", "barcode", "due_on", "renewals", "ended", "closed_by")
    cases = Case.objects.exclude(status=CaseStatus.GONE).values_list("kind", "status", "operations")
    return {
        "outcomes": {str(op): code for op, code in Operation.objects.order_by("op").values_list("op", "outcome__code")},
        "cases": sorted([kind, status, sorted(ops)] for kind, status, ops in cases),
        "loans": [[None if value is None else str(value) for value in loan] for loan in loans],
    }


def test_what_this_version_writes_is_recorded():
    made = {"version": this_version(), "operations": operations(), **replay([operations()])}
    file = HERE / f"{this_version()}.json"
    if os.environ.get("RECORD"):
        file.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert json.loads(file.read_text("utf-8")) == made, "a new kind, or a rule that is meant: RECORD=1 (see above)"


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_a_version_recorded_comes_to_the_same_whatever_the_road(file, way):
    told = json.loads(file.read_text("utf-8"))
    found = replay(WAYS[way](told["operations"]))
    assert found == {name: told[name] for name in found}


def test_every_kind_is_recorded_and_understood():
    told = json.loads((HERE / f"{this_version()}.json").read_text("utf-8"))
    assert {one["kind"] for one in told["operations"]} == set(kinds._kinds), "give the new kind a place in story.py"
    assert not {"PENDING", "WAITING"} & set(told["outcomes"].values())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_was_recorded_is_as_a_device_signs_it(file):
    """A file that somebody edited by hand is none that a device wrote."""
    heads: dict[str, str] = {}
    for one in json.loads(file.read_text("utf-8"))["operations"]:
        assert one["prev"] == heads.get(one["dev"], "")
        assert "private" not in one or one["commit"] == commitment(one["salt"], one["private"])
        heads[one["dev"]] = body_hash(one)
