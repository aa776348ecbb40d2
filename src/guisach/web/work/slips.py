"""Slips: one line for each act at the desk, with its undo; and refusals, with what can be done about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from guisach.domain.catalogue.queries import copies_by_barcode
from guisach.domain.circulation.actions import AT_ANY_DESK, VoidNotAllowed
from guisach.domain.journal import queries as journal
from guisach.domain.network.queries import Permission, lunar_text
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import local_date
from guisach.web.ui import formats
from guisach.web.work import words
from guisach.web.work.shell import fresh_op

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from guisach.domain.catalogue.queries import CopyView
    from guisach.domain.circulation.queries import LoanView
    from guisach.domain.journal.queries import TimelineEntry
    from guisach.domain.readers.queries import ReaderView
    from guisach.kernel.errors import DomainError
    from guisach.web.ui.access import Duty

UNDOABLE = frozenset(
    {
        "lend", "return", "renew", "sighting", "use", "visit_tally", "open_shelf_tally", "join", "edit_reader",
        "lose", "claim_returned", "miss", "find", "damage", "mend", "set_aside", "transfer", "put_back",
        "stocktake_begin", "take_deposit", "take_compensation", "give_back",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """A small form on a slip: one thing that can be done now."""

    action: str
    label: str
    hidden: tuple[tuple[str, str], ...] = ()
    key: str = ""
    asks_reason: bool = False
    is_quiet: bool = True


@dataclass(frozen=True, slots=True)
class Slip:
    """One line of the list; `kind` is done, look (a person must act), plain or gone (taken back)."""

    kind: str
    title: str
    text: str = ""
    state: str = ""
    href: str = ""
    sound: str = ""
    notes: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = field(default_factory=tuple)
    is_count: bool = False


def undo_offer(target: UUID) -> Offer:
    """Offer to take an act back."""
    hidden = (("op", fresh_op()), ("target", str(target)))
    return Offer(reverse("work:undo"), _("Undo"), hidden, key="Alt+B")


def slips_of(ops: Iterable[UUID], duty: Duty, known: Mapping[UUID, ReaderView] | None = None) -> list[Slip]:
    """Show acts as slips, the newest first; at most three queries, one less where the readers are known."""
    wanted = list(ops)
    entries = journal.timeline(operations=wanted) if wanted else []
    if not entries:
        return []
    copies = copies_by_barcode({str(e.body["copy"]) for e in entries if "copy" in e.body})
    people = dict(known) if known is not None else readers.readers({e.reader for e in entries if e.reader})
    return [slip_of(entry, duty, copies, people) for entry in reversed(entries)]


def slip_of(
    entry: TimelineEntry, duty: Duty, copies: Mapping[str, CopyView], people: Mapping[UUID, ReaderView]
) -> Slip:
    """Show one act of the log."""
    barcode = str(entry.body.get("copy", ""))
    copy = copies.get(barcode)
    who = person_name(people.get(entry.reader) if entry.reader else None, duty)
    is_gone = entry.outcome == "VOIDED"
    title = (copy.title if copy else barcode) or words.capital(_act_name(entry.kind))
    if entry.kind in {"join", "edit_reader"}:
        title = who or title
    return Slip(
        kind="gone" if is_gone else "done",
        title=title,
        text=" · ".join(part for part in _about(entry, who) if part),
        state=words.capital(_("taken back") if is_gone else words.outcome(entry)),
        href=reverse("work:copy", args=[barcode]) if copy else "",
        offers=(undo_offer(entry.op),) if may_undo(entry, duty) else (),
        is_count=entry.kind == "use" or entry.kind.endswith("_tally"),
    )


def _about(entry: TimelineEntry, who: str) -> Iterable[str]:
    if entry.kind in {"lend", "renew"} and (due := words.due_in(entry)):
        yield _("due %(date)s") % {"date": formats.weekday(due)}
        yield lunar_text(due)  # fairs and visits to town go by it
    if amount := entry.body.get("amount"):
        yield _("%(n)s đồng") % {"n": formats.number(amount)}
    if counts := entry.body.get("counts") or entry.body.get("uses"):
        yield _("%(n)s in all") % {"n": formats.number(sum(counts.values()))}
    if entry.kind in {"join", "edit_reader"}:
        if until := words.expiry_in(entry):
            yield _("card valid until %(date)s") % {"date": formats.day(until)}
    else:
        yield who
    yield str(entry.body.get("copy", ""))


def _act_name(kind: str) -> str:
    names = {
        "visit_tally": _("visitors counted"),
        "open_shelf_tally": _("uses counted"),
        "join": _("new reader"),
        "stocktake_begin": _("stocktake begun"),
        "stocktake_report": _("stocktake: done, all scanned"),
        "stocktake_close": _("stocktake closed"),
        "edit_reader": _("data of a reader"),
        "take_deposit": _("deposit"),
        "take_compensation": _("compensation"),
        "give_back": _("given back"),
    }
    return names.get(kind, kind)


def may_undo(entry: TimelineEntry, duty: Duty) -> bool:
    """Tell whether this person may take the act back: one's own of today, or any as a librarian of its place."""
    if entry.kind not in UNDOABLE or entry.outcome == "VOIDED":
        return False
    is_own_today = entry.actor == duty.person.username and local_date(entry.happened_at) == duty.today
    return is_own_today or duty.may(Permission.SETTLE_CASES, entry.place)


def person_name(reader: ReaderView | None, duty: Duty) -> str:
    """Name a reader to somebody who may see them; empty otherwise."""
    return reader.full_name if reader and duty.may(Permission.SEE_READERS, reader.place) else ""


def refusal_slip(
    refusal: DomainError, *, title: str, offers: tuple[Offer, ...] = (), notes: tuple[str, ...] = (), href: str = ""
) -> Slip:
    """Show a refusal: what it says, and what can be done."""
    return Slip("look", title, str(refusal), _("Not written down"), href, "look", notes, offers)


def lend_offers(
    refusal: DomainError, duty: Duty, *, desk: str, barcode: str, renewable: UUID | None = None
) -> tuple[Offer, ...]:
    """Give what can be done when a lending was refused, the likeliest first.

    `renewable` is the reader whose card has ended and may be renewed by this person.
    """
    hidden = (("desk", desk), ("code", barcode), ("as", "copy"))
    found: list[Offer] = []
    if refusal.code == "copy_with_this_reader":
        own = (("desk", desk), ("code", barcode))
        found.append(Offer(reverse("work:renew"), _("Renew"), (("op", fresh_op()), *own), key="Alt+G"))
        found.append(Offer(reverse("work:take_back"), _("Take back"), (("op", fresh_op()), *own), key="Alt+N"))
    if renewable is not None:
        act = (("op", fresh_op()), ("desk", desk))
        found.append(
            Offer(reverse("work:renew_card", args=[renewable]), _("Renew the card"), act, key="Alt+G", is_quiet=False)
        )
    if refusal.code == "copy_damaged":
        mended = (("op", fresh_op()), ("do", "mend"), ("code", barcode), ("desk", desk))
        found.append(Offer(reverse("work:trouble"), _("Mended: may be lent again"), mended, key="Alt+N"))
    if refusal.code == "copy_on_loan":
        both = (("op", fresh_op()), ("back_op", fresh_op()), *hidden)
        found.append(Offer(reverse("work:scan"), _("Take it back, then lend it"), both, key="Alt+N", is_quiet=False))
    elif refusal.overridable and duty.may(Permission.OVERRIDE):
        past = (("op", fresh_op()), ("go_past", refusal.code), *hidden)
        found.append(Offer(reverse("work:scan"), _("Lend all the same"), past, key="Alt+L", asks_reason=True))
    return tuple(found)


def renew_offers(refusal: DomainError, duty: Duty, *, desk: str, barcode: str) -> tuple[Offer, ...]:
    """Give what can be done when a renewal was refused."""
    if not refusal.overridable or not (refusal.code in AT_ANY_DESK or duty.may(Permission.OVERRIDE)):
        return ()
    hidden = (("op", fresh_op()), ("go_past", refusal.code), ("desk", desk), ("code", barcode))
    return (Offer(reverse("work:renew"), _("Renew all the same"), hidden, key="Alt+L", asks_reason=True),)


def ask_librarian(refusal: DomainError, duty: Duty) -> tuple[str, ...]:
    """Say whom to ask, to those who may not go past a rule that others may."""
    is_theirs = refusal.code in {"copy_on_loan", *AT_ANY_DESK} or duty.may(Permission.OVERRIDE)
    may_others = refusal.overridable and not is_theirs
    return (_("A librarian can go past this with a reason: please call the provincial library."),) if may_others else ()


def late_note(loan: LoanView, duty: Duty) -> str:
    """Say how late a book came back; nobody owes anything for it."""
    late = (duty.today - loan.due_on).days
    return _("%(days)s late") % {"days": words.days(late)} if late > 0 else ""


def undone_refusal(refusal: DomainError) -> Slip:
    """Show that an act could not be taken back."""
    title = _("Not taken back") if isinstance(refusal, VoidNotAllowed) else _("Nothing to take back")
    return Slip("look", title, str(refusal), sound="look")
