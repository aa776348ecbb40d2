"""What operations and their outcomes are called on the screen: one place for all pages.

Refusals bring their own words (see the `actions` of the rooms); what may be done about each is in `slips`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guisach.web.ui import formats

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from guisach.domain.journal.queries import TimelineEntry

ACTS = {
    "join": gettext_lazy("%(who)s wrote down a new reader."),
    "edit_reader": gettext_lazy("%(who)s mended the data of %(reader)s."),
    "merge_readers": gettext_lazy("%(who)s wrote down that %(reader)s had two cards and is one person."),
    "erase_reader": gettext_lazy("%(who)s erased a reader's data."),
    "lend": gettext_lazy("%(who)s lent %(copy)s to %(reader)s."),
    "return": gettext_lazy("%(who)s took %(copy)s back."),
    "renew": gettext_lazy("%(who)s renewed the loan of %(copy)s."),
    "sighting": gettext_lazy("%(who)s noted that %(copy)s is there."),
    "lose": gettext_lazy("%(who)s gave %(copy)s up as lost."),
    "claim_returned": gettext_lazy("%(who)s noted that the reader says %(copy)s was brought back."),
    "miss": gettext_lazy("%(who)s looked for %(copy)s in vain."),
    "find": gettext_lazy("%(who)s found %(copy)s."),
    "damage": gettext_lazy("%(who)s noted that %(copy)s is damaged."),
    "mend": gettext_lazy("%(who)s noted that %(copy)s is mended."),
    "transfer": gettext_lazy("%(who)s sent %(copy)s to another place."),
    "set_aside": gettext_lazy("%(who)s set %(copy)s aside for a reader who waits for it."),
    "put_back": gettext_lazy("%(who)s put %(copy)s back among the others."),
    "withdraw": gettext_lazy("%(copy)s was withdrawn from the stock."),
    "reinstate": gettext_lazy("%(copy)s belongs to the stock again."),
    "use": gettext_lazy("%(who)s noted that %(copy)s was read on the spot."),
    "request": gettext_lazy("%(who)s asked for a book for %(reader)s."),
    "wish": gettext_lazy("%(who)s noted, without a network, that %(reader)s asks for a book."),
    "suggestion": gettext_lazy("%(who)s noted what should be bought."),
    "bag": gettext_lazy("%(who)s asked for a bag of books for %(reader)s."),
    "pack_bag": gettext_lazy("%(who)s packed a bag of books."),
    "accept_request": gettext_lazy("The wish was taken up as a request."),
    "cancel_request": gettext_lazy("%(who)s cancelled the request of %(reader)s."),
    "close_request": gettext_lazy("The request was ended: %(why)s."),
    "answer_request": gettext_lazy("%(who)s answered what should be bought."),
    "take_deposit": gettext_lazy("%(who)s took a deposit from %(reader)s."),
    "take_compensation": gettext_lazy("%(who)s took from %(reader)s what makes %(copy)s good."),
    "give_back": gettext_lazy("%(who)s gave back to %(reader)s what had been taken."),
    "stocktake_begin": gettext_lazy("%(who)s began a stocktake."),
    "stocktake_report": gettext_lazy("%(who)s had scanned all that they would in a stocktake."),
    "stocktake_close": gettext_lazy("%(who)s closed a stocktake."),
    "void": gettext_lazy("%(who)s took back what was written before."),
    "settle": gettext_lazy("%(who)s decided on this case."),
    "visit_tally": gettext_lazy("%(who)s counted visitors."),
    "event": gettext_lazy("%(who)s planned an event."),
    "attendance": gettext_lazy("%(who)s counted who came to an event."),
    "attend": gettext_lazy("%(who)s wrote down who came to an event."),
    "note": gettext_lazy("%(who)s wrote a note."),
    "trip_note": gettext_lazy("%(who)s wrote into the log of a trip."),
    "trip_header": gettext_lazy("%(who)s filled in the head of a trip's log."),
    "open_shelf_tally": gettext_lazy("%(who)s counted uses on the open shelf."),
}
# Acts at which somebody had the copy in hand.
IN_HAND = frozenset(
    {"lend", "return", "sighting", "find", "damage", "mend", "transfer", "set_aside", "put_back"},
)
OTHER_ACT = gettext_lazy("%(who)s wrote something that this version cannot read yet (%(kind)s).")

OUTCOMES = {
    "LENT": gettext_lazy("lent"),
    "RETURNED": gettext_lazy("returned"),
    "RENEWED": gettext_lazy("renewed"),
    "DUPLICATE_SCAN": gettext_lazy("the same loan scanned twice: counted once"),
    "USED": gettext_lazy("read on the spot"),
    "SEEN": gettext_lazy("seen here"),
    "FOUND": gettext_lazy("found"),
    "LOST": gettext_lazy("lost"),
    "CLAIMED": gettext_lazy("nobody is asked for it; to be looked for on the shelves"),
    "MISSING": gettext_lazy("missing"),
    "KNOWN_AWAY": gettext_lazy("not missing: it was known to be elsewhere"),
    "SEEN_MEANWHILE": gettext_lazy("not missing: somebody had it in hand meanwhile"),
    "BEGUN": gettext_lazy("begun"),
    "REPORTED": gettext_lazy("done, all scanned"),
    "CLOSED": gettext_lazy("closed"),
    "DAMAGED": gettext_lazy("damaged"),
    "MENDED": gettext_lazy("may be lent again"),
    "SENT": gettext_lazy("on its way"),
    "ARRIVED": gettext_lazy("arrived"),
    "SET_ASIDE": gettext_lazy("on the hold shelf"),
    "PUT_BACK": gettext_lazy("back among the others"),
    "WITHDRAWN": gettext_lazy("withdrawn"),
    "WAITS_FOR_RETURN": gettext_lazy("waits until the reader brings it back"),
    "REINSTATED": gettext_lazy("in the stock again"),
    "TAKEN": gettext_lazy("taken"),
    "GIVEN_BACK": gettext_lazy("given back"),
    "REQUESTED": gettext_lazy("asked for"),
    "NOTED": gettext_lazy("noted; to be looked at"),
    "SUGGESTED": gettext_lazy("suggested"),
    "ANSWERED": gettext_lazy("answered"),
    "PACKED": gettext_lazy("packed"),
    "CANCELLED": gettext_lazy("cancelled"),
    "EXPIRED": gettext_lazy("time over"),
    "DECLINED": gettext_lazy("could not be taken up"),
    "NO_EFFECT": gettext_lazy("changed nothing"),
    "JOINED": gettext_lazy("card made"),
    "UPDATED": gettext_lazy("data of the reader mended"),
    "MERGED": gettext_lazy("two cards of one person put together"),
    "ERASED": gettext_lazy("data erased"),
    "COUNTED": gettext_lazy("counted"),
    "PLANNED": gettext_lazy("planned"),
    "LOGGED": gettext_lazy("written into the log"),
    "NOTE": gettext_lazy("noted down"),
    "APPLIED": gettext_lazy("done"),
    "VOIDED": gettext_lazy("taken back: it does not count"),
    "PENDING": gettext_lazy("kept; waits for a newer version"),
    "QUARANTINED": gettext_lazy("kept; does not count before somebody has looked at it"),
    "LEFT_OUT": gettext_lazy("looked at and left out: it does not count"),
    "WAITING": gettext_lazy("kept; what it belongs to has not arrived yet"),
}

# Why a request ended or a wish was not taken up: codes of `close_request`.
ENDINGS = {
    "not_fetched": gettext_lazy("the book was not fetched in time"),
    "past_use": gettext_lazy("after this day the reader had no use for it"),
    "request_limit": gettext_lazy("the reader had as many requests as the rules allow"),
    "already_requested": gettext_lazy("the reader had asked for this title already"),
    "has_it_already": gettext_lazy("the reader had the book already"),
    "nothing_lendable": gettext_lazy("no copy of it is lent"),
    "card_expired": gettext_lazy("the card had ended"),
    "reader_unknown": gettext_lazy("nobody knows the reader"),
    "title_unknown": gettext_lazy("the title is not in the catalogue"),
    "pickup_unusable": gettext_lazy("books cannot be fetched at that place"),
    "erased": gettext_lazy("the reader's data were erased"),
    "not_bought": gettext_lazy("it will not be bought"),
}

# A return that ended no loan is worth saying.
RETURN_SEEN = gettext_lazy("seen here; it was not on loan")

# A later joining of a reader who is known already.
MENDED = ACTS["edit_reader"]

# Who looked at a reader's data, and how (readers.actions.note_access).
ACCESSES = {
    "VIEW": gettext_lazy("opened the reader's page"),
    "CARD": gettext_lazy("scanned the card at the desk"),
    "SEARCH": gettext_lazy("found in a search"),
    "PRINT": gettext_lazy("printed the card"),
    "RETURN": gettext_lazy("took a book back"),
    "COPY": gettext_lazy("saw who has a book"),
    "CASE": gettext_lazy("looked at a case"),
    "CORRECT": gettext_lazy("mended the data"),
    "RENEW": gettext_lazy("renewed the card"),
    "PHONE": gettext_lazy("looked up the telephone number because of late books"),
    "OVERDUE": gettext_lazy("saw who has late books"),
    "MESSAGES": gettext_lazy("saw messages to readers"),
    "START_CODE": gettext_lazy("handed over a start code for signing in"),
    "UNLOCK": gettext_lazy("opened signing in again"),
    "NO_PIN": gettext_lazy("took the PIN away"),
    "MOVE": gettext_lazy("wrote down the move to another place"),
    "MERGE": gettext_lazy("put two cards of one person together"),
    "EXPORT": gettext_lazy("gave out the data"),
    "API": gettext_lazy("asked through another program"),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of what happened, in words."""

    op: UUID
    at: datetime
    place: str
    text: str
    outcome: str
    is_voided: bool
    details: tuple[str, ...] = ()


def outcome(entry: TimelineEntry) -> str:
    """Name what an operation came to."""
    if (entry.kind, entry.outcome) == ("return", "SEEN"):
        return str(RETURN_SEEN)
    return str(OUTCOMES.get(entry.outcome, entry.outcome))


def ending(why: str) -> str:
    """Say why a request ended."""
    return str(ENDINGS.get(why, why or _("its time was over")))


def access(act: str) -> str:
    """Name how somebody came to see a reader's data."""
    return str(ACCESSES.get(act, act))


def sentence(entry: TimelineEntry, *, who: str, place: str, reader: str = "", title: str = "") -> Sentence:
    """Tell one operation; `reader` is empty where the name must not or cannot be shown."""
    barcode = str(entry.body.get("copy", ""))
    copy = f"“{title}” ({barcode})" if title else barcode
    # On their own pages readers act themselves: the log names nobody there.
    someone = _("The reader") if entry.kind == "renew" and not entry.actor else _("Somebody")
    words = {"who": who or someone, "copy": copy, "reader": reader or _("a reader"), "kind": entry.kind}
    words["why"] = ending(str(entry.body.get("why", "")))
    said = MENDED if (entry.kind, entry.outcome) == ("join", "UPDATED") else ACTS.get(entry.kind, OTHER_ACT)
    return Sentence(
        op=entry.op,
        at=entry.happened_at,
        place=place,
        text=str(said) % words,
        outcome=outcome(entry),
        is_voided=entry.outcome == "VOIDED",
        details=tuple(_details(entry)),
    )


def _details(entry: TimelineEntry) -> list[str]:
    found = []
    if due := due_in(entry):
        found.append(_("due %(date)s") % {"date": formats.day(due)})
    counts = entry.body.get("counts") or entry.body.get("uses")
    if isinstance(counts, dict):
        found.append(_("%(n)s in all") % {"n": formats.number(sum(counts.values()))})
    if amount := entry.body.get("amount"):
        found.append(_("%(n)s đồng") % {"n": formats.number(amount)})
    if entry.body.get("override"):
        found.append(_("went past a rule, with a reason"))
    return found


def due_in(entry: TimelineEntry) -> date | None:
    """Read the due date that an operation promised."""
    return _date_in(entry, "due")


def expiry_in(entry: TimelineEntry) -> date | None:
    """Read the last day of the card that a joining gave."""
    return _date_in(entry, "expires")


def _date_in(entry: TimelineEntry, field: str) -> date | None:
    text = entry.body.get(field)
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def days(count: int) -> str:
    """Write a number of days."""
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": formats.number(count)}


def age(since: datetime, now: datetime) -> str:
    """Say how long something waits: hours up to two days, then days."""
    hours = max(int((now - since).total_seconds() // 3600), 0)
    if hours < 1:
        return _("just now")
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return days(hours // 24)


def capital(text: object) -> str:
    """Begin with a capital letter: labels of tables begin a line here."""
    words = str(text)
    return words[:1].upper() + words[1:]
