"""The stamped log once more, in another order and in other batches, into an empty log: the state must be the same."""

from __future__ import annotations

import importlib
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db import transaction

from guisach.domain.journal import kinds
from guisach.domain.journal.queries import Source
from guisach.domain.journal.rules.stamp import Stamp
from guisach.site.simulation.fixed import put

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

_APPEND = "guisach.domain.journal.steps.append"
_CASE_LENGTH = len("case||") + 32
_BATCHES = (2, 8, 30)  # each costs some thirty questions to the database, however many are in it


def recorded() -> list[dict[str, Any]]:
    """Read the log with private parts and stamps, as one server would hand it to another."""
    rows = apps.get_model("journal", "Operation").objects.order_by("hub_seq").values_list(
        "op", "dev", "epoch", "seq", "has_own_seq", "actor", "eff_at", "unc_ms", "clock_ms", "received_at", "via",
        "standing", "body", "private_part__salt", "private_part__data",
    )  # fmt: skip
    names = ("op", "dev", "epoch", "seq", "own", "actor", "eff_at", "unc_ms", "clock_ms", "received_at", "via",
             "standing", "body", "salt", "data")  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in rows]


def state() -> set[str]:
    """Return all that is kept of the log: outcomes with stamps, and every projection, as lines.

    But for the cases of forks: what is kept beside the log is not handed on with it.
    """
    operations = apps.get_model("journal", "Operation").objects.values_list(
        "op", "hash", "eff_at", "standing", "actor", "outcome__code"
    )
    lines = {"|".join(map(str, ("operation", op, hash_, at.timestamp(), *rest))) for op, hash_, at, *rest in operations}
    of_forks = apps.get_model("journal", "Case").objects.filter(kind="fork").values_list("id", flat=True)
    forks = {f"case|{id_}|" for id_ in of_forks}
    rows = {line for fold in kinds.folds() for line in fold.rows()}
    return lines | {line for line in rows if line[:_CASE_LENGTH] not in forks}


def in_another_order(log: Sequence[dict[str, Any]], dice: random.Random) -> set[str]:
    """Record it into the present (settled, else empty) database and return what came of it."""
    append = importlib.import_module(_APPEND)
    known = {one["op"]: one for one in log}
    shuffled = dice.sample(list(log), len(log))
    given = _Given(append, known)
    kinds_of = "guisach.domain.journal.kinds"
    with put(
        (_APPEND, "number", given.number), (_APPEND, "stamps", given.stamps), (_APPEND, "_row", given.row),
        (_APPEND, "standings_of", given.standings), (kinds_of, "outside_scope", lambda _acts: set()),
    ):  # fmt: skip
        while shuffled:
            size = dice.choice(_BATCHES)
            batch, shuffled = shuffled[:size], shuffled[size:]
            clock = _standing(max(one["received_at"] for one in batch))
            with transaction.atomic():
                append.append([_as_sent(one) for one in batch], via=_source(batch[0]), clock=clock)
    return state()


def _source(one: dict[str, Any]) -> Source:
    """Return who brought it then: of what the hub numbered the actor is the source's."""
    return Source(one["via"], 0, one["actor"])


class _Given:
    """What every operation was given by the first server that received it: number, time and standing."""

    def __init__(self, append: Any, known: dict[UUID, dict[str, Any]]) -> None:
        self._make, self._make_row, self._known = append.Numbered, append._row, known
        self._standings: list[str] = []

    def number(self, new: Sequence[Any], **_: Any) -> tuple[list[Any], dict[UUID, Any]]:
        kept = [(envelope, self._known[envelope.op]) for envelope in new]
        self._standings = [one["standing"] for _, one in kept]
        return [self._make(e, one["dev"], one["epoch"], one["seq"], one["own"]) for e, one in kept], {}

    def stamps(self, numbered: Sequence[Any], *_: Any, **__: Any) -> dict[UUID, Stamp]:
        kept = [self._known[item.envelope.op] for item in numbered]
        return {one["op"]: Stamp(one["eff_at"], one["unc_ms"], one["clock_ms"]) for one in kept}

    def row(self, item: Any, when: Stamp, _via: Source, received_at: datetime) -> Any:
        return self._make_row(item, when, _source(self._known[item.envelope.op]), received_at)

    def standings(self, *_: Any) -> _InOrder:
        return _InOrder(self._standings)


class _InOrder:
    """Answers each question with the next of the answers: the log asks for one operation after the other."""

    def __init__(self, answers: Sequence[str]) -> None:
        self._answers = iter(answers)

    def __getitem__(self, _asked: object) -> str:
        return next(self._answers)


def _standing(at: datetime) -> Any:
    return lambda: at + timedelta(milliseconds=1)


def _as_sent(one: dict[str, Any]) -> dict[str, Any]:
    sent: dict[str, Any] = json.loads(one["body"])
    if one["data"] is not None:
        sent |= {"private": json.loads(one["data"]), "salt": one["salt"]}
    return sent
