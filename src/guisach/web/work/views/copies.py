"""One copy: where it is, who has it now, and what happened to it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from guisach.domain.catalogue.queries import copy_by_barcode
from guisach.domain.catalogue.queries.stock import written_prefixes
from guisach.domain.catalogue.rules.barcodes import as_written, normalise_barcode
from guisach.domain.circulation import queries as circulation
from guisach.domain.circulation.queries.payments import money_on
from guisach.domain.journal import queries as journal
from guisach.domain.network.queries import Permission, places_by_code, staff_names
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.web.ui.access import Duty, needs
from guisach.web.work import words
from guisach.web.work.shell import fresh_op, page
from guisach.web.work.slips import may_undo, person_name
from guisach.web.work.troubling import offers_of, trouble_of
from guisach.web.work.views.records import STAFF

if TYPE_CHECKING:
    from guisach.domain.circulation.queries import CopyNow, LoanView
    from guisach.domain.journal.queries import TimelineEntry

_ACTS_SHOWN = 60


@require_GET
@needs(*STAFF)
def show(request: HttpRequest, duty: Duty, barcode: str) -> HttpResponse:
    """Show a copy, catalogued or only known from scans; former borrowers are never named."""
    try:
        wanted = normalise_barcode(barcode)
    except ValueError:
        raise Http404 from None
    if wanted != barcode:
        return redirect("work:copy", wanted)
    copy = copy_by_barcode(wanted)
    entries = journal.timeline(subject=f"copy:{wanted}", limit=_ACTS_SHOWN)
    if copy is None and not entries:
        raise Http404
    loan = circulation.open_loan_of_copy(wanted, copy=copy)
    holder = readers.reader(loan.reader) if loan else None
    if holder and person_name(holder, duty):
        note_access(staff_id=duty.person.pk, act="COPY", at=duty.at, reader=holder.id, place=duty.here)
    now = circulation.copy_now(wanted)
    codes = {entry.place for entry in entries} | {now.going_to} | ({copy.owner, copy.base} if copy else set())
    names = {code: place.name for code, place in places_by_code(codes - {""}).items()}
    seen = _last_seen(entries)
    is_in_stock = copy is not None and copy.condition != "WITHDRAWN"
    context = {
        "barcode": wanted,
        "number": as_written(wanted, written_prefixes()),
        "may_stock": copy is not None and duty.may(Permission.STOCK, copy.base),
        "copy": copy,
        "owner": names.get(copy.owner, copy.owner) if copy else "",
        "base": names.get(copy.base, copy.base) if copy else "",
        "seen_place": names.get(seen.place, seen.place) if seen else "",
        "seen_at": seen.happened_at if seen else None,
        "loan": loan,
        "late": _late(loan, duty),
        "holder": holder if person_name(holder, duty) else None,
        "trouble": trouble_of(now),
        "may_make_good": loan is None and bool(duty.here) and _may_make_good(now, duty),
        "going_to": names.get(now.going_to, now.going_to),
        "offers": offers_of(wanted, now, is_on_loan=loan is not None, is_in_stock=is_in_stock)
        if duty.may(Permission.LEND)
        else (),
        "story": _story(entries, names, duty),
        "op": fresh_op(),
        "op_renew": fresh_op(),
        "next": request.get_full_path(),
    }
    return page(request, duty, "work/copy.html", context)


def _last_seen(entries: list[TimelineEntry]) -> TimelineEntry | None:
    """Give the last act at which somebody had the copy in hand."""
    held = [e for e in entries if e.place and e.kind in words.IN_HAND and e.outcome != "VOIDED"]
    return held[-1] if held else None


def _may_make_good(now: CopyNow, duty: Duty) -> bool:
    """Tell whether a desk may take something for the copy; one query, only for what is lost or damaged."""
    is_gone = now.trouble in {"LOST", "DAMAGED"} and duty.may(Permission.LEND)
    return is_gone and money_on(duty.today).compensation_vnd is not None


def _late(loan: LoanView | None, duty: Duty) -> str:
    late = (duty.today - loan.due_on).days if loan and not loan.is_claimed else 0
    return words.days(late) if late > 0 else ""


def _story(entries: list[TimelineEntry], names: dict[str, str], duty: Duty) -> list[dict[str, object]]:
    """Tell what happened, the newest first, each with an undo where this person may."""
    people = staff_names({entry.actor for entry in entries})
    return [
        {
            "line": words.sentence(
                entry, who=people.get(entry.actor, entry.actor), place=names.get(entry.place, entry.place)
            ),
            "undo": fresh_op() if may_undo(entry, duty) else "",
        }
        for entry in reversed(entries)
    ]
