"""Where the copies stand in the records of a file, and which place answers for which branch: looked at, and said."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from guisach.domain.catalogue.kinds import file_reader
from guisach.domain.catalogue.rules.imports.holdings import (
    MappingError,
    Source,
    Subfields,
    default_mapping,
    describe_holdings,
    load_mapping,
)
from guisach.domain.catalogue.rules.imports.mapping_text import copies_text
from guisach.domain.catalogue.rules.marc.incoming import Incoming
from guisach.kernel.errors import DomainError
from guisach.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from django.http import QueryDict

    from guisach.domain.catalogue.rules.imports.holdings import Mapping as Sources
    from guisach.domain.catalogue.rules.imports.policies import Terms
    from guisach.domain.network.models import Place

AUTO, OWN, NONE = "auto", "own", "none"
DETAILS = ("branch", "shelf", "call_no", "price", "note", "acquired")
_NOWHERE = "ZZZ"  # a tag that no record has: titles only
_ENOUGH = 5000  # records
_PATIENCE_S = 1.5
_EXAMPLES = 3
_BRANCHES = 60
_LOCAL = re.compile(r"8[0-9][0-9]|9[0-9][0-9]")
_TEXT = 40


@dataclass(slots=True)
class Found:
    """What one way to write copies gave."""

    tag: str
    name: str
    copies: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Occurring:
    """A field of local use in the file: how often, and what its subfields look like."""

    tag: str
    records: int = 0
    subfields: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Survey:
    """What the beginning of a file says about copies."""

    records: int = 0
    copies: int = 0
    is_whole: bool = True
    found: dict[str, Found] = field(default_factory=dict)
    fields: dict[str, Occurring] = field(default_factory=dict)
    branches: Counter[str] = field(default_factory=Counter)

    @property
    def likely(self) -> list[Occurring]:
        """Fields that may hold copies, the most frequent first."""
        return sorted(self.fields.values(), key=lambda one: (-one.records, one.tag))[:12]


def survey(path: Path, terms: Terms) -> Survey:
    """Look at some thousand records, or for a second and a half. Raises OSError."""
    told = Survey()
    try:
        mapping = terms.placement().mapping
        chunks = file_reader(terms).chunks(path)
        end = time.monotonic() + _PATIENCE_S
        for chunk in chunks:
            if told.records == _ENOUGH or time.monotonic() > end:
                told.is_whole = False
                break
            told.records += 1
            if isinstance(chunk.content, Incoming):
                _note(told, chunk.content, mapping)
    except (DomainError, MappingError):
        pass  # the preview says what is wrong
    return told


def _note(told: Survey, record: Incoming, mapping: Sources) -> None:
    for tag in {one.tag for one in record.fields if _LOCAL.fullmatch(one.tag)}:
        told.fields.setdefault(tag, Occurring(tag)).records += 1
    for one in record.fields:
        if one.tag in told.fields:
            for code, text in one.subfields:
                told.fields[one.tag].subfields.setdefault(code, text[:_TEXT])
    for copy in describe_holdings(record, mapping).copies:
        told.copies += 1
        found = told.found.setdefault(copy.source, Found("", copy.source))
        found.copies += 1
        if len(found.examples) < _EXAMPLES:
            found.examples.append(copy.barcode)
        if copy.branch and (copy.branch in told.branches or len(told.branches) < _BRANCHES):
            told.branches[copy.branch] += 1
    for source in mapping:
        if source.name in told.found:
            told.found[source.name].tag = source.tag


def way_of(terms: Terms) -> str:
    """Say which of the three ways to find copies is in force."""
    if not terms.mapping:
        return AUTO
    sources = sources_of(terms)
    if sources == default_mapping():
        return AUTO
    return NONE if sources[0].tag == _NOWHERE else OWN


def sources_of(terms: Terms) -> Sources:
    """Return where copies are looked for."""
    try:
        return load_mapping(terms.mapping) if terms.mapping else default_mapping()
    except MappingError:
        return default_mapping()


def text_of(said: QueryDict, terms: Terms, places: Mapping[str, str]) -> str:
    """Return the mapping that a form says. Raises MappingError for what is no field or subfield."""
    way = said.get("way", way_of(terms))
    if way == NONE:
        return copies_text((Source(_NOWHERE, "none", ("a",), None, {}),), places)
    if way == OWN:
        if "tag" not in said:
            return copies_text(sources_of(terms), places)
        details: dict[str, Subfields] = {
            name: (code,) for name in DETAILS if (code := said.get(name, "").strip().lower())
        }
        source = Source(said.get("tag", "").strip(), "own", (said.get("barcode", "").strip().lower(),), None, details)
        text = copies_text((source,), places)
        load_mapping(text)
        return text
    return copies_text(default_mapping(), places) if places else ""


def guessed_place(branch: str, places: Iterable[Place]) -> str:
    """Return the code of the place that a branch plainly names; empty where none does."""
    wanted = fold(branch)
    for place in places:
        if wanted and wanted in {fold(place.pk), fold(place.name)}:
            return str(place.pk)
    return ""
