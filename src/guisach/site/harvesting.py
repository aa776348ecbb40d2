"""A harvest from beginning to end: fetched into a file, imported from there, and what is gone taken out.

It may break off at any point: run again, it goes on. Fetched pages are kept, an import goes on where it stood, and
only when all is done is remembered up to when the repository was asked.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext

from guisach.adapters.oai import HarvestFailed, OaiClient, OaiReader, Spool
from guisach.adapters.oai.pages import OaiError
from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.actions import importing
from guisach.domain.catalogue.rules.imports.harvests import name_print
from guisach.domain.catalogue.rules.imports.outcomes import Outcome
from guisach.kernel.clock import local_date, system_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from guisach.adapters.imports import ImportFolder
    from guisach.domain.catalogue.rules.imports.harvests import Asked
    from guisach.domain.catalogue.rules.imports.outcomes import Imported
    from guisach.domain.catalogue.rules.imports.policies import Terms

_T = TypeVar("_T")
_NOTED_AT_ONCE = 300
_SOURCE = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(slots=True)
class Harvested:
    """What came of a harvest."""

    asked: Asked
    pages: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    copies: int = 0
    gone: Counter[str] = field(default_factory=Counter)
    """What the repository no longer has: "" for taken out here, else why it stays."""
    report: str | None = None

    def values(self) -> dict[str, Any]:
        """Return it as one document."""
        each = {outcome.value: self.outcomes[outcome] for outcome in Outcome}
        return {
            "url": self.asked.url, "prefix": self.asked.prefix, "set": self.asked.set_, "from": self.asked.from_,
            "pages": self.pages, "read": sum(each.values()), **each, "copies_added": self.copies,
            "deleted": sum(self.gone.values()), "taken_out": self.gone[""],
            "kept": {why: count for why, count in self.gone.items() if why}, "report": self.report,
        }  # fmt: skip


def source_of(url: str) -> str:
    """Return a code for the source that an address is, where nobody named one."""
    parts = urlsplit(url)
    return ("oai-" + _SOURCE.sub("-", f"{parts.hostname or ''}{parts.path}").strip("-."))[:40]


def harvest(
    asked: Asked, terms: Terms, *, folder: ImportFolder | None, on_page: Callable[[int], object] = lambda _count: None
) -> Harvested:
    """Harvest what changed since the last time (or since `asked.from_`); without a folder it is a rehearsal.

    Raises HarvestAddressWrong, HarvestFailed, and what an import raises.
    """
    with OaiClient(asked.url) as client:
        told = client.identify()
        since = asked.from_ or catalogue.last_harvest(terms.source, asked)
        asked = replace(asked, from_=since[: len(told["granularity"])])
        if folder is None:
            with tempfile.TemporaryDirectory() as room:
                spool = Spool(Path(room), "rehearsal")
                _fetch(client, spool, asked, on_page)
                return _rehearse(spool, terms)
        spool = Spool(settings.DATA / "imports" / "oai", terms.source)
        _fetch(client, spool, asked, on_page)
    return _bring_in(spool, terms, folder)


def _fetch(client: OaiClient, spool: Spool, asked: Asked, on_page: Callable[[int], object]) -> None:
    """Bring the spool to its end. A token that the repository has forgotten means to begin anew."""
    goes_on = spool.open(asked)
    while not spool.state["is_whole"]:
        token = spool.state["token"]
        try:
            page = client.page(spool.asked, token)
        except OaiError as error:
            if not goes_on:
                raise HarvestFailed(url=asked.url, reason=error) from error
            goes_on = False
            spool.begin(asked)
            continue
        if page.token and page.token == token:
            raise HarvestFailed(url=asked.url, reason=gettext("it gives the same resumption token again and again"))
        spool.add(page)
        on_page(len(page.items))


def _rehearse(spool: Spool, terms: Terms) -> Harvested:
    found = Harvested(spool.asked, spool.state["pages"])
    reader = OaiReader(spool.asked, terms.source, local_date(system_clock()))
    for imported in importing.rehearse(path=spool.path, terms=terms, clock=system_clock, reader=reader):
        _count(found, imported)
    return found


def _bring_in(spool: Spool, terms: Terms, folder: ImportFolder) -> Harvested:
    found = Harvested(spool.asked, spool.state["pages"], report=str(folder.report))
    reader = OaiReader(spool.asked, terms.source, local_date(system_clock()))
    import_ = importing.begin_import(
        file=spool.asked.url, file_print=spool.fingerprint(), terms=terms, clock=system_clock,
        size_bytes=spool.path.stat().st_size,
    )  # fmt: skip
    importing.note_report(import_=import_, report=folder.path.name)
    done = importing.run_import(import_=import_, path=spool.path, clock=system_clock, reader=reader)
    for part in _parts(_noted(done, reader, spool, folder, found), _NOTED_AT_ONCE):
        importing.note_names(import_=import_, names=dict(filter(None, part)), clock=system_clock)
    for names in _parts(spool.gone(), _NOTED_AT_ONCE):
        prints = {name_print(spool.asked, name): name for name in names}
        for one in importing.take_out_gone(import_=import_, names=prints, clock=system_clock):
            found.gone[one.why] += 1
            folder.note({"gone": one.name, "record": one.record, "title": one.title, "kept_because": one.why})
    importing.end_harvest(import_=import_, asked=spool.asked, answered_at=spool.state["answered_at"])
    spool.drop()
    return found


def _noted(
    done: Iterable[Imported], reader: OaiReader, spool: Spool, folder: ImportFolder, found: Harvested
) -> Iterator[tuple[str, int] | None]:
    """Report each outcome, and yield which record a name means."""
    for imported in done:
        _count(found, imported)
        folder.add(spool.path, imported)
        name = reader.names.pop(imported.chunk.index, "")
        yield (name_print(spool.asked, name), imported.record) if name and imported.record else None


def _parts(all_of_them: Iterable[_T], size: int) -> Iterator[list[_T]]:
    rest = iter(all_of_them)
    while part := list(islice(rest, size)):
        yield part


def _count(found: Harvested, imported: Imported) -> None:
    found.outcomes[imported.outcome] += 1
    found.copies += imported.copies
    if imported.reason:
        found.reasons[imported.reason] += 1
