"""Imports, what waits for a person, and how sources are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from guisach.domain.catalogue.models import Copy, Import, ImportForm, ImportSource, ImportStatus, Record, WaitingRecord
from guisach.domain.catalogue.rules.drafts import RecordDraft, draft_of
from guisach.domain.catalogue.rules.imports.outcomes import Outcome
from guisach.domain.catalogue.rules.imports.policies import Policy, Terms
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Unreadable, from_json

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import as a list or its page shows it."""

    id: int
    file: str
    status: str
    terms: Terms
    counts: dict[str, int]
    """By outcome (added, merged, unchanged, waiting, quarantined), and copies_added."""
    position: int
    position_bytes: int
    size_bytes: int
    stored: str
    """Its name in the store of files that pages took in; empty for an import of the command line."""
    trouble: str
    undone: dict[str, Any]
    """After an undo: records, restored, copies (counts), and `kept`: [{"record", "barcode", "title", "why"}]."""
    report: str
    """Name of the folder of its report; empty where it has none."""
    started_at: datetime
    ended_at: datetime | None
    undone_at: datetime | None
    by: str
    """Username; empty for the command line."""

    @property
    def status_label(self) -> _StrOrPromise:
        """How far it has come, in the language in force."""
        return ImportStatus(self.status).label

    @property
    def form_label(self) -> _StrOrPromise:
        """What kind of file it is, in the language in force."""
        return ImportForm(self.terms.form).label

    @property
    def read(self) -> int:
        """How many chunks are accounted for."""
        return sum(self.counts.get(outcome.value, 0) for outcome in Outcome)

    @property
    def share(self) -> float:
        """How much of the file is worked through, 0 to 1."""
        if self.status in {"DONE", "UNDONE", "UNDOING"}:
            return 1.0
        return min(self.position_bytes / self.size_bytes, 1.0) if self.size_bytes else 0.0

    @property
    def is_busy(self) -> bool:
        """Whether somebody works on it, or soon will: a page asks again."""
        return self.status in {"QUEUED", "RUNNING", "UNDOING"}


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A record that a waiting one may be the same as, and what speaks for it."""

    record: int
    is_certain: bool
    why: tuple[str, ...]
    """Codes of `matching.Why`."""
    draft: RecordDraft
    copies: int


@dataclass(frozen=True, slots=True)
class WaitingView:
    """A record that waits for a person (or waited), beside those it may be the same as."""

    id: int
    imported_in: int
    file: str
    index: int
    title: str
    reason: str
    """may_be_here, is_here (the policy asks), several_here."""
    draft: RecordDraft
    barcodes: tuple[str, ...]
    candidates: tuple[CandidateView, ...]
    """Those that still exist, best first."""
    decision: str
    """ADD, MERGE, DISCARD; empty while it waits."""
    record: int | None
    """What it became, once decided."""
    decided_at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class SourceView:
    """How files of one source are read and matched."""

    code: str
    name: str
    form: str
    encoding: str
    mapping: str
    policy: Policy
    place: str
    imports: int = field(default=0)
    """How many imports named it."""

    def terms(self) -> Terms:
        """Return the terms for a file of this source."""
        return Terms(self.form, self.encoding, self.mapping, self.place, self.code, self.policy)


def imports(*, limit: int = 50, offset: int = 0) -> list[ImportView]:
    """Return imports, the latest first."""
    return _import_views(Import.objects.order_by("-pk"), offset, limit)


def count_imports() -> int:
    """Return how many imports there are."""
    return Import.objects.count()


def import_(id_: int) -> ImportView | None:
    """Return an import, or None."""
    return next(iter(_import_views(Import.objects.filter(pk=id_), 0, 1)), None)


def imports_to_work() -> list[int]:
    """Return the imports that a worker goes on with: taken in over the network and not finished, oldest first."""
    going = Import.objects.filter(status__in=["QUEUED", "RUNNING"]).exclude(stored="")
    undoing = Import.objects.filter(status="UNDOING")
    return sorted({*going.values_list("pk", flat=True), *undoing.values_list("pk", flat=True)})


def waiting(
    *, imported_in: int | None = None, is_decided: bool = False, limit: int = 20, after: int = 0
) -> list[WaitingView]:
    """Return records that wait for a person (or were decided about), in the order of their ids after `after`."""
    return _waiting_views(_waiting_rows(imported_in, is_decided=is_decided).filter(pk__gt=after), limit)


def waiting_record(id_: int) -> WaitingView | None:
    """Return one of them, decided or not; None where there is none."""
    return next(iter(_waiting_views(WaitingRecord.objects.filter(pk=id_), 1)), None)


def count_waiting(imported_in: int | None = None) -> int:
    """Return how many records wait for a person, of all imports or of one."""
    return _waiting_rows(imported_in, is_decided=False).count()


def sources() -> list[SourceView]:
    """Return the sources, by name."""
    from django.db.models import Count

    rows = ImportSource.objects.annotate(count=Count("imports")).order_by("name", "code")
    return [
        SourceView(
            row.pk, row.name, row.form, row.encoding, row.mapping, Policy.from_json(row.policy), row.place_id or "",
            row.count,
        )
        for row in rows
    ]  # fmt: skip


def source(code: str) -> SourceView | None:
    """Return a source, or None."""
    return next((one for one in sources() if one.code == code), None)


def import_forms() -> list[tuple[str, _StrOrPromise]]:
    """Return the forms of files with their names, for forms of pages."""
    return list(ImportForm.choices)


def _import_views(rows: QuerySet[Import], offset: int, limit: int) -> list[ImportView]:
    return [
        ImportView(
            row.pk, row.file, row.status, Terms.from_json(row.terms), row.counts, row.position, row.position_bytes,
            row.size_bytes, row.stored, row.trouble, row.undone, row.report, row.started_at, row.ended_at,
            row.undone_at, row.by.username if row.by else "",
        )
        for row in rows.select_related("by")[offset : offset + limit]
    ]  # fmt: skip


def _waiting_rows(imported_in: int | None, *, is_decided: bool) -> QuerySet[WaitingRecord]:
    rows = WaitingRecord.objects.exclude(decision="") if is_decided else WaitingRecord.objects.filter(decision="")
    return rows if imported_in is None else rows.filter(imported_in=imported_in)


def _waiting_views(rows: QuerySet[WaitingRecord], limit: int) -> list[WaitingView]:
    found = list(rows.select_related("imported_in", "by").order_by("pk")[:limit])
    wanted = {one["record"] for row in found for one in row.candidates}
    drafts, copies = _drafts(wanted), _copies(wanted)
    views = []
    for row in found:
        candidates = tuple(
            CandidateView(id_, one["is_certain"], tuple(one["why"]), drafts[id_], copies.get(id_, 0))
            for one in row.candidates
            if (id_ := one["record"]) in drafts
        )
        barcodes = tuple(copy["barcode"] for copy in row.copies)
        views.append(
            WaitingView(
                row.pk,
                row.imported_in_id,
                row.imported_in.file,
                row.index,
                row.title,
                row.reason,
                _draft(row.marc),
                barcodes,
                candidates,
                row.decision,
                row.record_id,
                row.decided_at,
                row.by.username if row.by else "",
            )
        )
    return views


def _drafts(records: Collection[int]) -> dict[int, RecordDraft]:
    return {id_: _draft(marc) for id_, marc in Record.objects.filter(pk__in=records).values_list("pk", "marc")}


def _copies(records: Collection[int]) -> dict[int, int]:
    from django.db.models import Count

    rows = Copy.objects.filter(record__in=records).values_list("record").annotate(Count("pk"))
    return {int(record): count for record, count in rows}


def _draft(marc: str) -> RecordDraft:
    try:
        described = describe(from_json(marc))
    except ValueError:
        described = describe(Incoming(" " * 24, ()))
    return RecordDraft(title="") if isinstance(described, Unreadable) else draft_of(described)
