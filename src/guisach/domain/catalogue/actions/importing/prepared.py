"""The pieces of a plan: a chunk with what can be read out of it, the record it goes into, what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.utils.functional import cached_property

from guisach.domain.catalogue.models import Record
from guisach.domain.catalogue.rules.drafts import CopyDraft, RecordDraft, draft_of
from guisach.domain.catalogue.rules.imports.matching import Described
from guisach.domain.catalogue.rules.imports.outcomes import Announced, Imported, Outcome, Placement, announced
from guisach.domain.catalogue.rules.imports.policies import Policy
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import Description
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Unreadable, to_json
from guisach.domain.catalogue.rules.marc.outgoing import print_of
from guisach.domain.catalogue.steps import Keys, Origin, keys_of

if TYPE_CHECKING:
    from guisach.domain.catalogue.actions.importing.seen import Seen
    from guisach.domain.catalogue.rules.marc.incoming import Chunk

_NUMBERS_MAX = 50  # of one record: a batch asks for all of its numbers in one question


@dataclass(slots=True)
class Run:
    """What stays the same through a file, and how far it has come."""

    placement: Placement
    places: frozenset[str]
    seen: Seen
    policy: Policy
    import_: int = 0
    """The import that is worked through; 0 for a rehearsal."""
    position: int = 0
    """Chunks that this import has worked through."""

    @property
    def is_rehearsal(self) -> bool:
        """Whether nothing is written."""
        return not self.import_


class Prepared:
    """A chunk with what can be read out of it, each thing once and only when it is asked for."""

    def __init__(self, chunk: Chunk, run: Run) -> None:
        self.chunk = chunk
        self._run = run

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the bytes; empty for a chunk that is too long to hold."""
        return "" if self.chunk.raw is None else sha256(self.chunk.raw).hexdigest()

    @cached_property
    def incoming(self) -> Incoming:
        """The record; ask only where `refusal` is None."""
        content = self.chunk.content
        return content if isinstance(content, Incoming) else Incoming(" " * 24, ())

    @cached_property
    def described(self) -> Description | Unreadable:
        """The record in the catalogue's words, or why it has no place there."""
        return self.chunk.content if isinstance(self.chunk.content, Unreadable) else describe(self.chunk.content)

    @cached_property
    def draft(self) -> RecordDraft:
        """What the catalogue keeps of the description."""
        return draft_of(self.described) if isinstance(self.described, Description) else RecordDraft(title="")

    @cached_property
    def origin(self) -> Origin:
        """Where the record comes from, as the catalogue keeps it."""
        if not isinstance(self.described, Description):
            return Origin()
        told = self.described
        return Origin(told.control_source[:40], told.control_no[:80], told.changed_at_source[:16])

    @cached_property
    def marc(self) -> str:
        """The whole record as it is stored."""
        return to_json(self.incoming)

    @cached_property
    def keys(self) -> Keys:
        """What records of the same book are looked for by, beside numbers."""
        return keys_of(self.draft, print_of(self.incoming))

    @property
    def content_print(self) -> str:
        """What the record says, in one number: our own export of a record has that of the record."""
        return self.keys.content

    @property
    def match_key(self) -> str:
        """The title as far as it is the same in all descriptions of a book."""
        return self.keys.match

    @cached_property
    def announced(self) -> Announced:
        """The copies that it announces."""
        return announced(self.incoming, self._run.placement, self._run.places)

    @cached_property
    def key(self) -> str:
        """What makes two records one: whose number it is, the number, the folded title. Empty: nothing does."""
        if not self.origin.control_no:
            return ""
        return number_key(self.origin.control_source, self.origin.control_no, self.keys.title)

    @cached_property
    def compared(self) -> Described:
        """As much of it as is compared."""
        return described_draft(self.draft, self.origin.control_source, self.origin.control_no)


@dataclass(slots=True, eq=False)
class Target:
    """A record that chunks go into. `row` is None where nothing but copies can change, or in a rehearsal."""

    number: int  # the id, or something negative for a record that has none yet
    row: Record | None = None
    is_new: bool = False
    former: list[str] = field(default_factory=list)  # its MARC before each rewriting

    @property
    def record(self) -> int | None:
        """The id, if it has one by now."""
        return self.row.pk if self.row is not None else max(self.number, 0) or None


@dataclass(slots=True)
class Decision:
    """What becomes of one chunk."""

    prepared: Prepared
    outcome: Outcome
    target: Target | None = None
    title: str = ""
    reason: str = ""
    detail: str = ""
    copies: tuple[CopyDraft, ...] = ()
    warnings: tuple[str, ...] = ()
    prints: tuple[str, ...] = ()  # to be remembered: it is known from now on
    candidates: tuple[dict[str, Any], ...] = ()
    is_new_waiting: bool = False

    def reported(self) -> Imported:
        """Return the line for the report; ids are there once the plan is stored."""
        notes = tuple(str(note) for note in self.prepared.chunk.notes)
        record = self.target.record if self.target else None
        return Imported(
            self.prepared.chunk, self.outcome, record, self.title, self.reason, self.detail, len(self.copies),
            notes + self.warnings,
        )  # fmt: skip


def number_key(source: str, number: str, title_key: str) -> str:
    """Put together what makes two records one."""
    return "\t".join((source, number, title_key))


def described_draft(draft: RecordDraft, control_source: str = "", control_no: str = "") -> Described:
    """Return as much of a draft as is compared."""
    return Described(
        draft.title, draft.subtitle, draft.authors, draft.publisher, draft.year, draft.edition, draft.language,
        str(draft.kind), draft.series, draft.extent, numbers_of(draft.isbns, draft.issns, str(draft.kind)),
        control_source, control_no,
    )  # fmt: skip


def numbers_of(isbns: tuple[str, ...] | list[str], issns: tuple[str, ...] | list[str], kind: str) -> frozenset[str]:
    """Return the numbers that tell this title, so many at most: the ISSN of a book is that of its series."""
    found = [one for one in isbns if len(one) == 13 and one.isdecimal()]
    return frozenset([*found, *(issns if kind == "SERIAL" else ())][:_NUMBERS_MAX])
