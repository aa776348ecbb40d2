"""My diary and challenge: a book, stars, a sentence; so many books by a day. For the reader alone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from zlib import crc32

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guisach.domain.catalogue.queries import record as find_record
from guisach.domain.catalogue.queries import search
from guisach.domain.catalogue.rules.search import Query
from guisach.domain.readers.actions import is_minor
from guisach.domain.readers.queries import ids_of
from guisach.domain.reading import actions, queries
from guisach.domain.reading.rules.diary import BOOKS_MAX, SENTENCE_LENGTH_MAX, STARS_MAX, TITLE_LENGTH_MAX, Entry
from guisach.kernel.clock import system_clock
from guisach.kernel.errors import DomainError
from guisach.kernel.ids import new_id
from guisach.web.portal.frame import clean
from guisach.web.portal.own.door import Own, own
from guisach.web.portal.own.keeping import switch

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from guisach.domain.reading.queries import ChallengeView, EntryView

_HITS: Final = 6
_PER_ROW: Final = 15
_SPINE_WIDTH, _ROW_HEIGHT, _TONES = 20, 66, 5
_LARGEST_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Spine:
    """The back of a book on the drawn shelf: read, or still to come."""

    x: int
    y: int
    width: int
    height: int
    tone: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """A challenge as a row of spines; the boards under them are `boards`, by their height."""

    spines: list[Spine]
    boards: list[int]
    width: int
    height: int


@require_http_methods(["GET", "POST"])
@own
def diary(request: HttpRequest, me: Own) -> HttpResponse:
    """What did I read, and how was it? Written by me, read by nobody else."""
    refusal: DomainError | None = None
    # Looking a title up only shows the form again: what somebody writes must not stand in an address.
    if request.method == "POST" and request.POST.get("do") != "look":
        try:
            said = _act(request, me)
        except DomainError as refused:
            refusal = refused
        else:
            if said:
                messages.success(request, said)
            return HttpResponseRedirect(reverse("portal:my_diary"))
    person = ids_of(me.reader.id)
    wish = queries.wishes(person).get(queries.DIARY)
    entries = queries.diary(person) if wish else []
    running = queries.challenge(person, entries) if wish else None
    context = {
        "wish": wish,
        "entries": entries,
        "challenge": running,
        "shelf": shelf(running, entries) if running else None,
        "is_over": running is not None and running.until < me.frame.today,
        "stars": range(1, STARS_MAX + 1),
        "is_minor": is_minor(me.reader, on=me.frame.today),
        "refusal": refusal,
        "limits": {"title": TITLE_LENGTH_MAX, "sentence": SENTENCE_LENGTH_MAX, "books": BOOKS_MAX},
        **(_form(request) if wish else {}),
    }
    return me.show("diary.html", context, status=refusal.status if refusal else 200)


def _form(request: HttpRequest) -> dict[str, Any]:
    """Give what is in the form: what was typed stays, a book that was picked is named, what is looked for is found."""
    said = request.POST if request.method == "POST" else request.GET
    q = clean(said.get("title", ""), TITLE_LENGTH_MAX)
    picked = _record_in(said.get("record", ""))
    has_looked = said.get("do") == "look" and bool(q)
    hits = search(Query(text=q, limit=_HITS)).records if has_looked else []
    return {
        "title": q,
        "picked": picked,
        "hits": hits,
        "has_looked": has_looked,
        "sentence": clean(said.get("sentence", ""), SENTENCE_LENGTH_MAX),
        "given": said.get("stars", "0"),
        "read_on": said.get("read_on", ""),
        "op": new_id(),
    }


def _record_in(text: str) -> Any:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    return find_record(number) if 0 < number <= _LARGEST_ID else None


def _act(request: HttpRequest, me: Own) -> str:
    """Do what was pressed; gives what is to be told. Raises the room's refusals."""
    said, reader = request.POST, me.reader.id
    match said.get("do", ""):
        case "write":
            op_id = _op(said.get("op", ""))
            picked = _record_in(said.get("record", ""))
            entry = Entry(
                title=picked.title if picked else said.get("title", ""),
                record=picked.id if picked else None,
                stars=_number(said.get("stars", ""), 0),
                sentence=said.get("sentence", ""),
                read_on=_day(said.get("read_on", "")) or me.frame.today,
            )
            actions.write_entry(reader=reader, op_id=op_id, entry=entry, clock=system_clock)
            return _("Written down, for you alone.")
        case "drop":
            actions.drop_entry(reader=reader, entry=_number(said.get("entry", ""), 0))
            return _("Deleted.")
        case "challenge":
            until = _day(said.get("until", "")) or date.min
            actions.set_challenge(
                reader=reader, books=_number(said.get("books", ""), 0), until=until, clock=system_clock
            )
            return _("Your challenge begins. Good luck!")
        case "end":
            actions.drop_challenge(reader=reader)
            return _("The challenge is over.")
    return switch(request, me, queries.DIARY)


def _op(text: str) -> UUID:
    with suppress(ValueError):
        return UUID(text)
    return new_id()


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else default


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text[:10])
    return None


def shelf(running: ChallengeView, entries: list[EntryView]) -> Shelf:
    """Draw the challenge: a spine for each book, those read in cloth, those to come as an outline."""
    counted = sorted(
        (entry for entry in entries if running.begun_on <= entry.read_on <= running.until),
        key=lambda entry: (entry.read_on, entry.id),
    )[: running.books]
    spines = []
    for index in range(running.books):
        title = counted[index].title if index < len(counted) else ""
        seed = crc32(title.encode()) if title else index * 7
        height = 40 + seed % 4 * 5
        row, column = divmod(index, _PER_ROW)
        y = (row + 1) * _ROW_HEIGHT - 6 - height
        tone = str(seed % _TONES) if title else "open"
        spines.append(Spine(column * _SPINE_WIDTH + 2, y, _SPINE_WIDTH - 3, height, tone))
    rows = -(-running.books // _PER_ROW)
    width = min(running.books, _PER_ROW) * _SPINE_WIDTH + 4
    return Shelf(spines, [(row + 1) * _ROW_HEIGHT - 6 for row in range(rows)], width, rows * _ROW_HEIGHT)
