"""How the text of a file reads in several encodings, so that a person sees which one is right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from guisach.adapters.tables.head import first_rows
from guisach.domain.catalogue.kinds import file_reader
from guisach.domain.catalogue.rules.drafts import draft_of
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Unreadable
from guisach.kernel.errors import DomainError
from guisach.kernel.text.legacy import likeness
from guisach.web.work.importing import words

if TYPE_CHECKING:
    from pathlib import Path

    from guisach.domain.catalogue.rules.imports.policies import Terms
    from guisach.kernel.text.legacy import Detection

ENCODINGS = tuple(code for code in words.ENCODINGS if code not in {"auto", "utf-16"})
_LIKELY = ("utf-8", "tcvn3", "vni", "viscii", "cp1258", "utf-8-twice")
_LOOKED_AT = 40  # records
_LINES = 3
_LINE = 90  # characters
_RIVALS = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read in one encoding: some lines of it, and how much of them is Vietnamese."""

    encoding: str
    name: str
    lines: tuple[str, ...]
    percent: int
    """Of the different words with marks, how many are syllables of the language."""
    is_detected: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a file is written in, and why this is thought."""

    encoding: str
    name: str
    percent: int
    """How sure it is; 100 for Unicode."""
    words: tuple[tuple[str, str], ...]
    """As the file has them, and as they are read."""
    readings: tuple[Reading, ...]
    """The one in force first, then the best of the others."""
    is_forced: bool
    """Whether a person said so."""


def evidence(path: Path, terms: Terms, detections: tuple[Detection, ...]) -> Evidence:
    """Read the beginning of a file as it would be read now, and in the likeliest other encodings.

    Raises OSError, and the refusals of the file's form.
    """
    found = max(detections, key=lambda one: one.confidence, default=None)
    is_forced = terms.encoding != "auto"
    told = str(found.encoding) if found is not None and found.encoding else "utf-8"
    now = terms.encoding if is_forced else told
    first = replace(_reading(path, terms, now if is_forced else "auto"), encoding=now, name=words.encoding(now))
    if (is_forced or now != "utf-8") and any(not line.isascii() for line in first.lines):
        others = [_reading(path, terms, code) for code in _LIKELY if code != now]
        others = [one for one in others if one.lines and one.lines != first.lines]
        others = sorted(others, key=lambda one: -one.percent)[:_RIVALS]
    else:
        others = []
    sure = round(100 * found.confidence) if found is not None else 100
    pairs = tuple((pair.before, pair.after) for pair in found.evidence) if found is not None else ()
    return Evidence(now, words.encoding(now), sure, pairs, (replace(first, is_detected=True), *others), is_forced)


def reading(path: Path, terms: Terms, encoding: str) -> Reading:
    """Read the beginning of a file in one encoding; raises as `evidence` does."""
    return _reading(path, terms, encoding)


def _reading(path: Path, terms: Terms, encoding: str) -> Reading:
    texts = _of_table(path, encoding) if terms.form == "TABLE" else _of_records(path, terms, encoding)
    # What has marks shows the encoding; plain letters look the same in all of them.
    telling = sorted(texts, key=lambda text: -sum(not sign.isascii() for sign in text))[:_LINES]
    found = likeness(" ".join(texts))
    return Reading(encoding, words.encoding(encoding), tuple(telling), round(100 * found.share))


def _of_table(path: Path, encoding: str) -> list[str]:
    """Read rows as they stand: read wrongly, headings are not recognised either."""
    rows = first_rows(path, _LOOKED_AT, encoding)
    return [" / ".join(filter(None, cells))[:_LINE] for cells in rows]


def _of_records(path: Path, terms: Terms, encoding: str) -> list[str]:
    reader = file_reader(replace(terms, encoding=encoding))
    try:
        contents = [chunk.content for chunk in islice(reader.chunks(path), _LOOKED_AT)]
    except DomainError:
        return []
    return [text for content in contents if isinstance(content, Incoming) and (text := _line(content))]


def _line(record: Incoming) -> str:
    told = describe(record)
    if isinstance(told, Unreadable):
        return " ".join(text for field in record.fields[:6] for _code, text in field.subfields)[:_LINE]
    draft = draft_of(told)
    return " / ".join((draft.title, *draft.authors[:1]))[:_LINE]
