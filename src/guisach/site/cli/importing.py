"""Work through files of an import with a bar, a report and counts: what `guisach import marc` and `table` share."""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guisach.site.cli.output import fail, result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tqdm import tqdm

    from guisach.adapters.imports import ImportFolder
    from guisach.domain.catalogue.rules.imports.outcomes import Imported
    from guisach.domain.catalogue.rules.imports.policies import Terms
    from guisach.domain.catalogue.rules.imports.reading import FileReader

ENCODINGS = (
    *("auto", "utf-8", "marc-8", "tcvn3", "vni", "viscii", "vps", "cp1258"),
    *("viqr", "bkhcm2", "vni-mac", "tcvn-5712-1", "utf-8-twice"),
)
_REASONS_SHOWN = 12
_INTERRUPTED = 130


class _Counts:
    """What came of all files of one command."""

    def __init__(self) -> None:
        self.encodings: list[dict[str, Any]] = []
        self.outcomes: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.copies = 0
        self.imports: list[int] = []

    def add(self, imported: Any) -> None:
        self.outcomes[imported.outcome] += 1
        self.copies += imported.copies
        if imported.reason:
            self.reasons[imported.reason] += 1
        self.warnings.update({warning.partition(":")[0] for warning in imported.warnings})

    def values(self, report: str | None) -> dict[str, Any]:
        from guisach.domain.catalogue.rules.imports.outcomes import Outcome

        each = {outcome.value: self.outcomes[outcome] for outcome in Outcome}
        counted = {"read": sum(each.values()), **each, "copies_added": self.copies, "report": report}
        return {**counted, "encodings": self.encodings} if self.encodings else counted


def import_files(files: Sequence[Path], terms: Terms, *, is_rehearsal: bool, as_json: bool) -> None:
    """Import files, print what came of them, and end with a status of 1 where one could not be worked through."""
    from guisach.domain.catalogue.kinds import file_reader
    from guisach.kernel.clock import system_clock
    from guisach.site.wiring import import_folder

    reader = file_reader(terms)
    counts = _Counts()
    failed = False
    with ExitStack() as stack:
        bar = stack.enter_context(_bar(sum(map(_size, files))))
        folder: ImportFolder | None = None
        if not is_rehearsal and any(file.is_file() for file in files):
            try:
                folder = stack.enter_context(import_folder(files[0].stem, system_clock()))
            except OSError as error:
                fail(_("The report cannot be written to %(folder)s: %(reason)s") % _os(error))
        work = _Work(terms, reader, counts, folder, bar, is_rehearsal=is_rehearsal)
        status = 0
        for file in files:
            try:
                _tell_encoding(file, reader, counts, folder)
                failed |= not _import(file, work)
            except KeyboardInterrupt:
                click.echo(_("Stopped. What is in stays in; import the same file again to go on."), err=True)
                status = _INTERRUPTED
                break
    report = str(folder.report) if folder else None
    result(counts.values(report), as_json=as_json, text=_told(counts, report, is_rehearsal=is_rehearsal))
    if status or failed:
        sys.exit(status or 1)


@dataclass(slots=True)
class _Work:
    """What stays the same through all files of a command."""

    terms: Terms
    reader: FileReader
    counts: _Counts
    folder: ImportFolder | None
    bar: tqdm[Any]
    is_rehearsal: bool
    at_hand: int = 0
    """The import that is being worked through; 0 for none."""

    def begin(self, file: Path) -> Iterator[Imported]:
        """Begin with a file; refusals that concern the whole command come before anything is written."""
        from guisach.domain.catalogue.actions import importing
        from guisach.kernel.clock import system_clock

        self.at_hand = 0
        if self.is_rehearsal:
            return importing.rehearse(path=file, terms=self.terms, clock=system_clock, reader=self.reader)
        importing.read_file(file, self.reader)  # what is no file of records at all is no import
        self.at_hand = id_ = importing.begin_import(
            file=file.name, file_print=print_of_file(file), terms=self.terms, clock=system_clock, size_bytes=_size(file)
        )
        self.counts.imports.append(id_)
        if self.folder is not None:
            importing.note_report(import_=id_, report=self.folder.path.name)
        return importing.run_import(import_=id_, path=file, clock=system_clock, reader=self.reader)

    def stopped(self, why: str) -> None:
        """Note that the import at hand did not come to its end."""
        from guisach.domain.catalogue.actions import importing

        if self.at_hand:
            importing.stop_import(import_=self.at_hand, trouble=why)


def print_of_file(file: Path) -> str:
    """Return the SHA-256 of a whole file; empty where it cannot be read, which the import then says."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _tell_encoding(file: Path, reader: FileReader, counts: _Counts, folder: ImportFolder | None) -> None:
    """Report what a file is written in where that is not plain, with words to judge by."""
    try:
        detections = reader.detections(file)
    except OSError:
        return  # the import itself will say why
    for found in detections:
        line = {
            "file": file.name,
            "encoding": found.encoding,
            "confidence": found.confidence,
            "mended": found.is_mended,
            "evidence": [list(pair) for pair in found.evidence],
        }
        counts.encodings.append(line)
        if folder is not None:
            folder.note(line)
        words = ", ".join(f"{before} → {after}" for before, after in found.evidence)
        click.echo(
            _("%(file)s is read as %(encoding)s: %(words)s. If that is wrong, name the right one with --encoding.")
            % {"file": file.name, "encoding": found.encoding, "words": words or "-"},
            err=True,
        )


def _import(file: Path, work: _Work) -> bool:
    """Import one file; returns whether it could be worked through to its end."""
    from django.db import DatabaseError

    from guisach.domain.catalogue import actions as catalogue
    from guisach.domain.catalogue.actions.importing import MappingWrong, SourceUnknown
    from guisach.kernel.errors import DomainError

    counts, before, done = work.counts, sum(work.counts.outcomes.values()), 0
    try:
        for imported in work.begin(file):
            counts.add(imported)
            if work.folder is not None:
                work.folder.add(file, imported)
            work.bar.update(imported.chunk.length + 1)
            done += imported.chunk.length + 1
    except KeyboardInterrupt:
        work.stopped("")
        raise
    except (catalogue.PlaceUnknown, MappingWrong, SourceUnknown) as refusal:
        fail(str(refusal))
    except (DomainError, DatabaseError, OSError) as error:
        code = error.code if isinstance(error, DomainError) else "failed"
        text = (
            str(error)
            if isinstance(error, DomainError)
            else _(
                "%(file)s could not be worked through to its end (%(reason)s). What is in stays in; "
                "please see to the cause, then import the same file again."
            )
            % {"file": file.name, "reason": error}
        )
        click.echo(text, err=True)
        if work.folder is not None:
            work.folder.failed(file, code, text)
        if code != "import_elsewhere":
            work.stopped(text)
        return False
    work.bar.update(max(_size(file) - done, 0))
    if sum(counts.outcomes.values()) == before:
        click.echo(_("%(file)s is empty: there is no record in it.") % {"file": file.name}, err=True)
    return True


def _told(counts: _Counts, report: str | None, *, is_rehearsal: bool) -> str:
    """Say in words what came of it, the reasons of what was set aside, and where to look."""
    each = {key: value for key, value in counts.values(report).items() if key not in {"report", "encodings"}}
    lines = [
        _(
            "%(read)s records read: %(added)s added, %(merged)s merged, %(unchanged)s unchanged, "
            "%(waiting)s waiting for a person, %(quarantined)s set aside; %(copies_added)s copies added."
        )
        % each
    ]
    for counter in (counts.reasons, counts.warnings):
        lines += [f"  {count:>8}  {name}" for name, count in counter.most_common(_REASONS_SHOWN)]
    left_out = counts.warnings["place_unknown"]
    if left_out:
        lines.append(
            ngettext(
                "%(count)s record has copies of a branch that is not known: name a place with --place, "
                "or list the branches in a --mapping file.",
                "%(count)s records have copies of a branch that is not known: name a place with --place, "
                "or list the branches in a --mapping file.",
                left_out,
            )
            % {"count": left_out}
        )
    if counts.outcomes["waiting"]:
        lines.append(_("To see what waits for a person: guisach import waiting"))
    if counts.imports:
        first, last = counts.imports[0], counts.imports[-1]
        numbers = str(first) if first == last else f"{first}-{last}"
        lines.append(_("Import %(numbers)s. To take it back: guisach import undo NUMBER") % {"numbers": numbers})
    if counts.warnings["isis_example"]:
        lines.append(
            _(
                "These records of CDS/ISIS were read by the example mapping, and your library may mean something else "
                "by its tags. Please compare some of them, then name your own mapping with --form isis --mapping."
            )
        )
    if is_rehearsal:
        lines.append(_("This was a rehearsal: nothing was written."))
    elif report:
        lines.append(_("Report: %(report)s") % {"report": report})
    return "\n".join(lines)


def _bar(total: int) -> tqdm[Any]:
    from tqdm import tqdm

    return tqdm(
        total=total, desc=_("Importing"), disable=None, delay=2, file=sys.stderr, unit="B", unit_scale=True, leave=False
    )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _os(error: OSError) -> dict[str, Any]:
    return {"folder": error.filename, "reason": error.strerror or error}
