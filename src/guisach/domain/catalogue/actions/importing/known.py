"""What is in the catalogue already of a batch: asked for with a handful of questions, then grown as it is decided."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from guisach.domain.catalogue.actions.importing.prepared import Prepared, Run, Target, number_key, numbers_of
from guisach.domain.catalogue.models import Copy, ImportedChunk, Record, RecordNumber, WaitingRecord
from guisach.domain.catalogue.rules.imports.matching import Described, Judgement, Verdict, compare
from guisach.domain.catalogue.rules.imports.policies import Treatment
from guisach.domain.catalogue.rules.marc.description import Description

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from guisach.domain.catalogue.rules.drafts import CopyDraft

_AT_ONCE = 5000  # values in one question to the database
_ALIKE_MAX = 5000  # records that are compared with a batch: a catalogue of one title a million times has a limit
_COMPARED = (
    "title", "subtitle", "authors", "publisher", "year", "edition", "language", "kind", "series", "extent", "isbns",
    "issns", "control_source", "control_no",
)  # fmt: skip


class Candidate(NamedTuple):
    """A record that a chunk may be the same as, and what came of comparing them."""

    number: int
    judgement: Judgement


class _Alike(NamedTuple):
    number: int
    described: Described
    is_same_file: bool


class Known:
    """The records, by everything that a chunk can be recognised by; grows as the batch is decided."""

    def __init__(self, batch: Sequence[Prepared], run: Run, *, is_decided: bool = False) -> None:
        """Ask for what a batch needs; `is_decided`: a person has decided about it, so that it waits no longer."""
        self._run = run
        self.by_print: dict[str, Target] = {}
        self.by_key: dict[str, Target] = {}
        self.by_content: dict[str, Target] = {}
        self.titles: dict[int, str] = {}
        self.taken: dict[str, int] = {}  # barcode → number of the record
        self.waiting: dict[str, str] = {}  # fingerprint → decision; empty while it waits
        self._targets: dict[int, Target] = {}
        self._alike: dict[str, list[_Alike]] = defaultdict(list)  # by match key and by standard number
        self._load_prints(batch)
        if not is_decided:
            self._load_waiting(batch)
        fresh = [p for p in batch if p.fingerprint not in self.by_print and p.fingerprint not in self.waiting]
        self._load_content(fresh)
        self._load_barcodes(batch)
        fresh = [p for p in fresh if isinstance(p.described, Description) and p.content_print not in self.by_content]
        if run.policy.treatment is not Treatment.ADD:
            self._load_alike(fresh)

    # Loading ---------------------------------------------------------------------------------------------------

    def _load_prints(self, batch: Sequence[Prepared]) -> None:
        run = self._run
        chunks = ImportedChunk.objects.filter(pk__in={prepared.fingerprint for prepared in batch})
        stored = {
            row[0]: row[1:]
            for row in chunks.values_list(
                "pk", "record", "record__title", "record__title_key", "record__control_source", "record__control_no"
            )
        }
        fresh = [p for p in batch if p.fingerprint not in stored and isinstance(p.described, Description) and p.key]
        self._load_rows(fresh, [(no, id_) for id_, _, _, source, no in stored.values() if no and not source])
        for print_, (id_, title, title_key, source, no) in stored.items():
            target = self.by_print[print_] = self._target(id_)
            self.titles[id_] = title
            if no and not source and target.row is not None:
                self.by_key.setdefault(number_key(source, no, title_key), target)
        if run.is_rehearsal:
            prefix = "print "
            for key, number in run.seen.get([prefix + p.fingerprint for p in batch]).items():
                self.by_print[key.removeprefix(prefix)] = self._target(number)

    def _load_waiting(self, batch: Sequence[Prepared]) -> None:
        prints = [p.fingerprint for p in batch if p.fingerprint and p.fingerprint not in self.by_print]
        found = WaitingRecord.objects.filter(fingerprint__in=prints).order_by("-decision")  # who still waits is last
        self.waiting.update(found.values_list("fingerprint", "decision"))
        if self._run.is_rehearsal:
            prefix = "waiting "
            met = self._run.seen.get([prefix + print_ for print_ in prints])
            self.waiting.update(dict.fromkeys((key.removeprefix(prefix) for key in met), ""))

    def _load_content(self, fresh: Sequence[Prepared]) -> None:
        """Find the records that say, or once said, the very same, whatever bytes it comes in."""
        prints = {p.content_print for p in fresh}
        former = ImportedChunk.objects.filter(pk__in=prints)
        for print_, id_, title in former.values_list("pk", "record", "record__title"):
            self.by_content[print_] = self._target(id_)
            self.titles[id_] = title
        found = Record.objects.filter(content_print__in=prints).order_by("-pk")  # the oldest of several counts
        for print_, id_, title in found.values_list("content_print", "pk", "title"):
            self.by_content[print_] = self._target(id_)
            self.titles[id_] = title
        if self._run.is_rehearsal:
            prefix = "content "
            for key, number in self._run.seen.get([prefix + print_ for print_ in prints]).items():
                self.by_content.setdefault(key.removeprefix(prefix), self._target(number))

    def _load_rows(self, fresh: Sequence[Prepared], same_file: Iterable[tuple[str, int]]) -> None:
        """Find the records that fresh chunks may belong to: by source and number, or met earlier in this file."""
        numbers = {p.origin.control_no for p in fresh}
        sources = {p.origin.control_source for p in fresh} - {""}
        rows: dict[int, Record] = {}
        if sources:
            found = Record.objects.filter(control_source__in=sources, control_no__in=numbers).exclude(control_no="")
            rows = {row.pk: row for row in found}
        prefix = "key "
        met = self._run.seen.get([prefix + p.key for p in fresh])
        earlier = {key.removeprefix(prefix): number for key, number in met.items()}
        wanted = {number for number in earlier.values() if number > 0} | {id_ for no, id_ in same_file if no in numbers}
        rows |= Record.objects.in_bulk(list(wanted - rows.keys()))
        for row in sorted(rows.values(), key=lambda row: row.pk, reverse=True):  # the oldest of several counts
            target = self._targets[row.pk] = Target(row.pk, row)
            if row.control_source:
                self.by_key[number_key(row.control_source, row.control_no, row.title_key)] = target
        for key, number in earlier.items():
            self.by_key[key] = self._target(number)

    def _load_barcodes(self, batch: Sequence[Prepared]) -> None:
        barcodes = list({copy.barcode for p in batch for copy in p.announced.copies})
        for start in range(0, len(barcodes), _AT_ONCE):
            part = barcodes[start : start + _AT_ONCE]
            self.taken.update(Copy.objects.filter(barcode__in=part).values_list("barcode", "record_id"))
        if self._run.is_rehearsal:
            prefix = "barcode "
            met_before = self._run.seen.get([prefix + barcode for barcode in barcodes])
            self.taken.update({key.removeprefix(prefix): number for key, number in met_before.items()})

    def _load_alike(self, fresh: Sequence[Prepared]) -> None:
        """Find what may be the same book by ISBN, ISSN or title, and the rows of what certainly is."""
        unsettled = [p for p in fresh if not p.key or p.key not in self.by_key]
        keys = {p.match_key for p in unsettled}
        numbers = {number for p in unsettled for number in p.compared.numbers}
        found: dict[int, tuple[Any, ...]] = {}
        by_number = RecordNumber.objects.filter(value__in=numbers).values_list("record_id", flat=True)
        ids = set(by_number[:_ALIKE_MAX]) if numbers else set()
        for rows in (Record.objects.filter(match_key__in=keys), Record.objects.filter(pk__in=ids)):
            for id_, key, imported_in, *values in rows.order_by("pk").values_list(
                "pk", "match_key", "imported_in_id", *_COMPARED
            )[:_ALIKE_MAX]:
                found[id_] = (key, imported_in, values)
        for id_, (key, imported_in, values) in found.items():
            said = _described(dict(zip(_COMPARED, values, strict=True)))
            is_same_file = imported_in is not None and imported_in == self._run.import_
            self._remember(key, _Alike(id_, said, is_same_file))
        if self._run.is_rehearsal:
            for key, number, text in self._run.seen.described([*keys, *numbers]):
                self._alike[key].append(_Alike(number, _described(json.loads(text)), is_same_file=True))
        certain = {one.number for p in unsettled for one in self.candidates(p) if one.judgement.verdict is Verdict.SAME}
        for id_, row in Record.objects.in_bulk([number for number in certain if number > 0]).items():
            self._target(id_).row = self._target(id_).row or row

    def _remember(self, key: str, alike: _Alike) -> None:
        for one in {key, *alike.described.numbers}:
            self._alike[one].append(alike)

    # Asking ----------------------------------------------------------------------------------------------------

    def candidates(self, prepared: Prepared) -> list[Candidate]:
        """Return the records that may be the same, what is certain first, then what agrees in most."""
        alike = {
            one.number: one
            for key in (prepared.match_key, *prepared.compared.numbers)
            for one in self._alike.get(key, ())
        }
        found = []
        for one in alike.values():
            judgement = compare(
                prepared.compared, one.described,
                years_matter=self._run.policy.years_matter, is_same_file=one.is_same_file,
            )  # fmt: skip
            if judgement.verdict is not Verdict.NONE:
                found.append(Candidate(one.number, judgement))
        return sorted(found, key=_rank)

    def target(self, number: int) -> Target:
        """Return the record with this number."""
        return self._target(number)

    def is_of_this_file(self, target: Target) -> bool:
        """Tell whether the record came in with this very import."""
        if target.is_new or target.number < 0:
            return True
        return target.row is not None and target.row.imported_in_id == self._run.import_

    def _target(self, number: int) -> Target:
        return self._targets.setdefault(number, Target(number))

    # Growing ---------------------------------------------------------------------------------------------------

    def add(self, prepared: Prepared, target: Target) -> None:
        """Know a record that is new with this batch."""
        self._targets[target.number] = target
        if prepared.key:
            self.by_key[prepared.key] = target
        if self._run.policy.treatment is not Treatment.ADD:
            self._remember(prepared.match_key, _Alike(target.number, prepared.compared, is_same_file=True))

    def take(self, prepared: Prepared, target: Target) -> tuple[tuple[CopyDraft, ...], tuple[str, ...]]:
        """Return the copies that are new, and warnings about those whose number belongs to another title."""
        copies, warnings = [], list(prepared.announced.warnings)
        for copy in prepared.announced.copies:
            number = self.taken.setdefault(copy.barcode, 0)
            if not number:
                self.taken[copy.barcode] = target.number
                copies.append(copy)
            elif number != target.number:
                warnings.append(f"barcode_taken:{copy.barcode}")
        return tuple(copies), tuple(warnings)


def said(prepared: Prepared) -> str:
    """Write down as much of a record as is compared, for `Seen`."""
    values = asdict(prepared.compared)
    values["isbns"] = sorted(values.pop("numbers"))
    return json.dumps({**values, "issns": []}, ensure_ascii=False)


def _rank(candidate: Candidate) -> tuple[bool, int, int, int]:
    judgement = candidate.judgement
    against = sum(why.startswith("not_") for why in judgement.why)
    # A record of the catalogue goes before one of this batch, the oldest first.
    return judgement.verdict is not Verdict.SAME, against, -len(judgement.why), candidate.number % (1 << 62)


def _described(values: dict[str, Any]) -> Described:
    isbns, issns = values.pop("isbns"), values.pop("issns")
    numbers = numbers_of(isbns, issns, values["kind"]) | frozenset(one for one in isbns if "-" in one)
    return Described(**{**values, "authors": tuple(values["authors"])}, numbers=numbers)
