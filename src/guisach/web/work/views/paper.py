"""Paper for places and days without a machine: printing sheets, and typing a sheet in when there is one again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_GET, require_http_methods

from guisach.adapters.printing import Sheet, sheets
from guisach.domain.catalogue.queries import copies_by_barcode
from guisach.domain.circulation.actions.paper import PaperLine, PaperSheet, record_sheet
from guisach.domain.circulation.queries.paper import OnLog, ReadLine, as_barcode, read_sheet, sheet_on_log
from guisach.domain.circulation.rules.kinds import COUNT_MAX
from guisach.domain.circulation.rules.paper import SHEET_LINES, USES, VISITS, DayWrong, Row, read_code, read_day
from guisach.domain.circulation.rules.paper import sheet_code as new_code
from guisach.domain.circulation.rules.policy import lending_group
from guisach.domain.network.queries import Permission
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.kernel.text.numbers import whole_number
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.work import words
from guisach.web.work.paper_words import problem
from guisach.web.work.shell import CODE_MAX, page, source_of, typed
from guisach.web.work.slips import person_name
from guisach.web.work.stocking import pdf
from guisach.web.work.tallies import counts_by_group

if TYPE_CHECKING:
    from django.http import QueryDict

    from guisach.domain.journal.queries import TimelineEntry
    from guisach.domain.readers.queries import ReaderView

SHEETS_MAX = 40  # printed at once: as many as a keeper takes along for a season
_FIELDS = ("day", "book", "who", "way", "copy", "reader")
_CODE_BITS = 35


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several that a line may mean."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line on the screen: what was typed, what is understood, and what is asked."""

    row: Row
    said: str = ""  # how the line is understood, or what the log has of it
    seen: str = ""  # the same as a key: only what a person has seen is written down
    is_recorded: bool = False
    problems: tuple[str, ...] = ()
    copies: tuple[Choice, ...] = ()
    readers: tuple[Choice, ...] = ()
    join_href: str = ""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was typed in a line that is in the log already: nothing typed is lost."""
        return [(name, getattr(self.row, name)) for name in ("day", "book", "who", "way") if getattr(self.row, name)]


@require_GET
@needs(Permission.LEND, here=True)
def paper(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Print sheets, or say which sheet is to be typed in."""
    text, complaint = typed(request.GET.get("code", ""), CODE_MAX), ""
    if text:
        try:
            return redirect("work:paper_sheet", read_code(text))
        except ValueError:
            complaint = _("There is no such sheet number; please compare each sign with the sheet.")
    context = {"text": text, "complaint": complaint, "fresh": _fresh_code(), "sheets_max": SHEETS_MAX}
    return page(request, duty, "work/paper.html", context, status=422 if complaint else 200)


@require_GET
@needs(Permission.LEND, here=True)
def paper_print(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Print sheets for the place where this person stands, each with a number of its own."""
    text = request.GET.get("n", "1")
    count = whole_number(text) or 1
    place = duty.place
    if place is None:
        raise Http404
    made = [
        Sheet(code=code, address=request.build_absolute_uri(reverse("work:paper_sheet", args=[code])))
        for code in (_fresh_code() for _n in range(min(count, SHEETS_MAX)))
    ]
    with override("vi"):  # as all paper
        groups = [words.capital(label) for _code, label in readers.reader_groups()]
    return pdf(sheets(place.name, made, groups=groups), f"to-ghi-tay-{place.pk}")


def _fresh_code() -> str:
    return new_code(secrets.randbits(_CODE_BITS))


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND, here=True)
def paper_sheet(request: HttpRequest, duty: Duty, code: str) -> HttpResponse:
    """Type a sheet in: look at how it is understood, then write down what was seen to be right."""
    try:
        is_same = read_code(code) == code
    except ValueError:
        raise Http404 from None
    if not is_same:
        return redirect("work:paper_sheet", read_code(code))
    said = request.POST
    on_log = sheet_on_log(duty.here, code)
    lines, counts, complaint = _read(duty, said, on_log)
    if said.get("do") == "save" and not complaint:
        ready = [line for line in lines if line.is_ready and said.get(f"seen-{line.row.line}") == _key(line)]
        written = record_sheet(_sheet(duty, code, ready, counts), by=source_of(duty), clock=duty.clock)
        _tell(request, len(written))
        on_log = sheet_on_log(duty.here, code)
        lines, counts, complaint = _read(duty, said, on_log)
        if all(line.recorded for line in lines):
            return redirect("work:paper_sheet", code)
    if any(line.row.who for line in lines):
        found = sum(len(line.readers) for line in lines)
        note_access(staff_id=duty.person.pk, act="SEARCH", at=duty.at, place=duty.here, found=found)
    context = _context(duty, code, lines, counts, on_log, said)
    return page(request, duty, "work/paper_sheet.html", context | {"complaint": complaint})


def _tell(request: HttpRequest, written: int) -> None:
    text = ngettext("%(n)s line written down.", "%(n)s lines written down.", written) % {"n": formats.number(written)}
    if written:
        messages.success(request, text)


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts at the foot, and their day."""

    on: date | None
    visits: dict[str, int]
    uses: dict[str, int]


def _read(duty: Duty, said: QueryDict, on_log: OnLog) -> tuple[list[ReadLine], Counts, str]:
    """Read the form; the complaint is about the foot, where no line can show it."""
    rows = [
        Row(line=n, **{name: typed(said.get(f"{name}-{n}", ""), CODE_MAX) for name in _FIELDS})
        for n in range(1, SHEET_LINES + 1)
    ]
    at = duty.scope(Permission.SEE_READERS)
    lines = read_sheet(rows, place=duty.here, on_log=on_log, today=duty.today, readers_at=at)
    visits, uses = counts_by_group(said, VISITS, COUNT_MAX), counts_by_group(said, USES, COUNT_MAX)
    if visits is None or uses is None:
        return lines, Counts(None, {}, {}), _("At the foot: whole numbers from 0 to %(max)s.") % {"max": COUNT_MAX}
    days = [line.day for line in lines if line.day]
    on, complaint = max(days, default=None), ""
    if text := typed(said.get("counted_on", ""), CODE_MAX):
        try:
            on = read_day(text, today=duty.today)
        except DayWrong as wrong:
            complaint = problem(wrong.code)
    elif (visits or uses) and on is None:
        complaint = _("At the foot: please write the day of the counts.")
    return lines, Counts(on, visits, uses), complaint


def _sheet(duty: Duty, code: str, ready: list[ReadLine], counts: Counts) -> PaperSheet:
    return PaperSheet(
        place=duty.here,
        code=code,
        lines=[
            PaperLine(
                line=line.row.line,
                day=line.day,
                barcode=line.barcode,
                is_out=line.row.is_out,
                reader=line.reader.id if line.reader else None,
                group=lending_group(line.reader.kind, line.reader.group) if line.reader else "",
                material=line.copy.material if line.copy else "",
            )
            for line in ready
            if line.day is not None
        ],
        counted_on=counts.on,
        visits=counts.visits,
        uses=counts.uses,
    )


def _context(
    duty: Duty, code: str, lines: list[ReadLine], counts: Counts, on_log: OnLog, said: QueryDict
) -> dict[str, Any]:
    read = {line.row.line: line for line in lines}
    recorded = _recorded(duty, on_log)
    shown = []
    for n in range(1, SHEET_LINES + 1):
        if n in recorded:
            shown.append(ShownLine(read[n].row if n in read else Row(line=n), recorded[n], is_recorded=True))
        else:
            shown.append(_shown(duty, read[n]) if n in read else ShownLine(Row(line=n)))
    ready = sum(line.is_ready for line in lines)
    has_counts = {name: name in on_log.entries for name in (VISITS, USES)}
    new_counts = any(
        typed_counts and not has_counts[name] for name, typed_counts in ((VISITS, counts.visits), (USES, counts.uses))
    )
    return {
        "code": code,
        "lines": shown,
        "is_checked": bool(said),
        "ready": ready,
        "may_save": bool(said) and bool(ready or new_counts),
        "open": sum(1 for line in lines if line.problems),
        "groups": [
            (group, words.capital(label), said.get(f"{VISITS}-{group}", ""), said.get(f"{USES}-{group}", ""))
            for group, label in readers.reader_groups()
        ],
        "counted_on": said.get("counted_on", ""),
        "counts_recorded": [
            problem(f"{name}_recorded") % {"n": formats.number(sum(_counted(on_log.entries[name])))}
            for name in (VISITS, USES)
            if has_counts[name]
        ],
    }


def _counted(entry: TimelineEntry) -> list[int]:
    return list((entry.body.get("counts") or entry.body.get("uses") or {}).values())


def _recorded(duty: Duty, on_log: OnLog) -> dict[int, str]:
    """Say what the log has of each line; two queries."""
    entries = {line: entry for line, entry in on_log.entries.items() if isinstance(line, int)}
    if not entries:
        return {}
    copies = copies_by_barcode({str(entry.body.get("copy", "")) for entry in entries.values()})
    people = readers.readers({entry.reader for entry in entries.values() if entry.reader})
    return {
        line: _sentence(
            _("lent") if entry.kind == "lend" else _("returned"),
            copies[barcode].title if (barcode := str(entry.body.get("copy", ""))) in copies else "",
            barcode,
            person_name(people.get(entry.reader) if entry.reader else None, duty),
            str(entry.body.get("occurred", "")),
        )
        for line, entry in entries.items()
    }


def _sentence(way: str, title: str, barcode: str, who: str, day: str) -> str:
    try:
        on = formats.day(date.fromisoformat(day))
    except ValueError:
        on = ""
    return " · ".join(part for part in (words.capital(way), on, title, barcode, who) if part)


def _shown(duty: Duty, line: ReadLine) -> ShownLine:
    said = ""
    if line.is_ready and line.day is not None:
        way = _("lent") if line.row.is_out else _("returned")
        who = _name(line.reader, duty)
        said = _sentence(way, line.copy.title if line.copy else "", line.barcode, who, line.day.isoformat())
    copies = [
        Choice(
            copy.barcode, " · ".join(filter(None, (copy.title, copy.part, copy.author))), copy.barcode == line.row.copy
        )
        for copy in line.copies
    ]
    number = as_barcode(line.row.book)
    if not copies and number:
        text = _("Write it down as %(number)s; it will be catalogued later") % {"number": number}
        copies = [Choice(number, text, number == line.row.copy)]
    is_open = bool(line.problems)
    return ShownLine(
        line.row,
        said,
        _key(line),
        problems=tuple(problem(code) for code in line.problems),
        copies=tuple(copies) if line.row.copy or {"book_several", "book_unknown"} & set(line.problems) else (),
        readers=tuple(
            Choice(str(one.id), _name(one, duty, is_long=True), str(one.id) == line.row.reader) for one in line.readers
        )
        if line.row.reader or (is_open and "who_several" in line.problems)
        else (),
        join_href=f"{reverse('work:join')}?{urlencode({'name': line.row.who})}"
        if "who_unknown" in line.problems
        else "",
    )


def _name(reader: ReaderView | None, duty: Duty, *, is_long: bool = False) -> str:
    if reader is None:
        return ""
    if not duty.may(Permission.SEE_READERS, reader.place):
        return reader.card_no  # a reader of another place: they showed the card
    born = _("born %(year)s") % {"year": reader.birth_on.year} if is_long and reader.birth_on else ""
    return " · ".join(part for part in (reader.full_name, born, reader.card_no if is_long else "") if part)


def _key(line: ReadLine) -> str:
    reader = line.reader.id if line.reader else ""
    return f"{line.day}|{line.barcode}|{reader}|{line.row.is_out}" if line.is_ready else ""
