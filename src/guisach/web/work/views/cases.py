"""Cases: what the log could not decide and a person must look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from guisach.domain.catalogue.queries import copies_by_barcode
from guisach.domain.journal import queries as journal
from guisach.domain.journal.actions import settle_case
from guisach.domain.journal.queries import CaseFilter
from guisach.domain.journal.rules.envelope import read_uuid
from guisach.domain.network.queries import Permission, places_by_code, staff_names
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.domain.sync.queries import place_of_device
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.ui.cases_text import CASES, decision_text, decisions_of, text_of
from guisach.web.ui.paging import page_number
from guisach.web.work import words
from guisach.web.work.forms import Settle
from guisach.web.work.shell import REASON_MAX, cases_scope, fresh_op, op_of, page, source_of, status_of, typed
from guisach.web.work.slips import person_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from guisach.domain.journal.queries import CaseView, TimelineEntry
    from guisach.domain.network.models import Place

_PER_PAGE = 30
_PAGE_MAX = 200
_STATUSES = ("OPEN", "SETTLED")
_UNPROCESSABLE = 422
_TOGETHER_MAX = 10  # cases settled by one decision
_OF_DEVICES = ("revoked_device", "chain_broken", "fork", "clock")
_ALIKE, _TWO = ("same_phone", "same_name_and_birth", "card_taken_twice"), 2


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND, Permission.SETTLE_CASES)
def show_list(request: HttpRequest, duty: Duty) -> HttpResponse:
    """List cases, urgent ones first, then the oldest; by place, kind, and whether they are settled.

    Those of one kind can be ticked and settled together.
    """
    if request.method == "POST":
        _settle_ticked(request, duty)
        return redirect(request.get_full_path())
    status = request.GET.get("status", "")
    status = status if status in _STATUSES else "OPEN"
    kind = request.GET.get("kind", "")
    kind = kind if kind in CASES else ""
    scope = cases_scope(duty)
    wished = request.GET.get("place", "")
    wished = wished if any(place.pk == wished for place in duty.places) else ""
    wanted = CaseFilter([wished] if wished else scope, status=status, kind=kind)
    number = page_number(request.GET.get("page", ""), _PAGE_MAX)
    found = journal.cases(wanted, at=duty.at, limit=_PER_PAGE + 1, offset=(number - 1) * _PER_PAGE)
    counts = journal.count_by_kind(CaseFilter(scope, status=status), at=duty.at)
    titles = copies_by_barcode({_barcode(case) for case in found if _barcode(case)})
    names = places_by_code({case.place for case in found if case.place})
    lines = [
        {
            "case": case,
            "title": text_of(case.kind).title,
            "about": _about(case, titles[_barcode(case)].title if _barcode(case) in titles else ""),
            "place": names[case.place].name if case.place in names else "",
            "age": words.age(case.happened_at, duty.at),
        }
        for case in found[:_PER_PAGE]
    ]
    context = {
        "lines": lines,
        "status": status,
        "kind": kind,
        "kinds": _kinds(counts, wished, kind),
        "place_counts": _place_counts(counts, duty, kind),
        "decisions": decisions_of(kind) if kind and status == "OPEN" and _may_settle_somewhere(duty) else [],
        "op": fresh_op(),
        "place_wish": wished,
        "is_filtered": bool(kind or wished),
        "number": number,
        "prev": number - 1 if number > 1 else None,
        "next_page": number + 1 if len(found) > _PER_PAGE else None,
    }
    return page(request, duty, "work/cases.html", context)


def _kinds(counts: Mapping[tuple[str, str], int], place: str, kind: str) -> list[tuple[str, str, int]]:
    """Give the kinds of which there is any, with how many, the most frequent first; and the one that is chosen."""
    sums = Counter({kind: 0} if kind else {})
    for (code, where), n in counts.items():
        sums[code] += n if place in {"", where} else 0
    return [(code, str(text_of(code).title), n) for code, n in sums.most_common() if n or code == kind]


def _place_counts(counts: Mapping[tuple[str, str], int], duty: Duty, kind: str) -> list[tuple[Place, int]]:
    sums: Counter[str] = Counter()
    for (code, where), n in counts.items():
        sums[where] += n if kind in {"", code} else 0
    return [(place, sums[place.pk]) for place in duty.places]


def _may_settle_somewhere(duty: Duty) -> bool:
    return duty.grants.somewhere(Permission.SETTLE_CASES)


def _settle_ticked(request: HttpRequest, duty: Duty) -> None:
    """Record one decision on several cases of one kind, each as an operation of its own."""
    op, kind = op_of(request), request.GET.get("kind", "")
    decision, reason = request.POST.get("decision", ""), typed(request.POST.get("reason", ""), REASON_MAX)
    ticked = list(dict.fromkeys(request.POST.getlist("case")))[:_TOGETHER_MAX]
    if not ticked or decision not in dict(decisions_of(kind)) or not reason:
        messages.warning(request, _("Please tick cases, choose what is right, and write why."))
        return
    done, refused = 0, set()
    for id_ in ticked:
        found = journal.case(id_[:32])
        if found is None or found.kind != kind:
            continue
        try:
            settle_case(
                op_id=uuid5(op, found.id),
                by=source_of(duty),
                case=found.id,
                decision=decision,
                reason=reason,
                clock=duty.clock,
            )
        except DomainError as refusal:
            refused.add(str(refusal))
        else:
            done += 1
    if done:
        said = ngettext("%(n)s case is settled.", "%(n)s cases are settled.", done)
        messages.success(request, said % {"n": formats.number(done)})
    for text in sorted(refused):
        messages.warning(request, text)


def _barcode(case: CaseView) -> str:
    subject_type, _sep, barcode = case.subject.partition(":")
    return barcode if subject_type == "copy" else ""


def _doors(case: CaseView, device: UUID | None) -> list[tuple[str, str]]:
    """Give the pages where the steps of a case are done; `device` is the enrolled one that it is about."""
    kind, barcode = case.kind, _barcode(case)
    doors = []
    if device is not None:
        doors.append((reverse("work:device", args=[device]), _("Page of the device")))
    elif kind == "device_unknown":
        doors.append((reverse("work:devices"), _("Devices")))
    if kind in {"seen_while_on_loan", "withdrawn_while_on_loan"}:
        doors.append((reverse("work:returns"), _("Take back")))
    if kind in {"claimed_returned", "found_after_lost"}:
        doors.append((reverse("work:troubles"), _("Lost and damaged")))
    if case.subject.startswith("payment:") and kind != "given_back_unknown":
        doors.append((reverse("work:payment", args=[case.subject.partition(":")[2]]), _("The slip")))
    if kind == "unknown_barcode":
        doors.append((reverse("work:new_record"), _("Catalogue a book")))
    if kind in {"stocktake_closed_early", "stocktake_unknown"}:
        doors.append((reverse("work:stocktakes"), _("Stocktake")))
    if barcode:
        doors.append((reverse("work:copy", args=[barcode]), _("Page of the copy")))
    return doors


def _device(case: CaseView, bodies: list[dict[str, Any]]) -> UUID | None:
    """Give the desk whose page helps with the case, where it is enrolled here."""
    said = [body.get("dev") for body in bodies] if case.kind in _OF_DEVICES else []
    device = read_uuid(said[0]) if said else None
    return device if device is not None and place_of_device(device) is not None else None


def _about(case: CaseView, title: str) -> str:
    barcode = _barcode(case)
    return f"{title} ({barcode})" if title else barcode


@dataclass(frozen=True, slots=True)
class Settled:
    """How a case was settled: by whom, when, how and why."""

    who: str
    line: TimelineEntry
    decision: str
    reason: str


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND, Permission.SETTLE_CASES)
def show(request: HttpRequest, duty: Duty, case: str) -> HttpResponse:
    """Show a case, what happened in order, and the way to settle it; settled ones stay readable."""
    found = journal.case(case)
    scope = cases_scope(duty)
    if found is None or (scope is not None and found.place not in scope):
        raise Http404
    may_settle = found.status == "OPEN" and (
        duty.may(Permission.SETTLE_CASES, found.place) or duty.grants.everywhere(Permission.SETTLE_CASES)
    )
    form = Settle(request.POST or None, decisions=decisions_of(found.kind))
    if request.method == "POST":
        answered = _settle(request, duty, found, form)
        if answered is not None:
            return answered
    context = _context(request, duty, found)
    context |= {"form": form, "may_settle": may_settle, "op": request.POST.get("op") or fresh_op()}
    return page(request, duty, "work/case.html", context, status=_UNPROCESSABLE if form.errors else 200)


def _settle(request: HttpRequest, duty: Duty, case: CaseView, form: Settle) -> HttpResponse | None:
    """Record the decision; None when the form has to be shown again."""
    if not duty.may(Permission.SETTLE_CASES, case.place) and not duty.grants.everywhere(Permission.SETTLE_CASES):
        messages.warning(request, _("Cases are settled by a librarian. You can read this one and say what you know."))
        return redirect("work:case", case.id)
    if not form.is_valid():
        return None
    try:
        settle_case(
            op_id=op_of(request),
            by=source_of(duty),
            case=case.id,
            decision=form.cleaned_data["decision"],
            reason=form.cleaned_data["reason"].strip(),
            clock=duty.clock,
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return page(
            request,
            duty,
            "work/case.html",
            {**_context(request, duty, case), "form": form, "may_settle": False},
            status=status_of(refusal),
        )
    messages.success(request, _("The case is settled. It stays readable under “settled”."))
    return redirect("work:case", case.id)


def _context(request: HttpRequest, duty: Duty, case: CaseView) -> dict[str, object]:
    ops = [*case.operations, *([case.settled_by] if case.settled_by else [])]
    entries = {entry.op: entry for entry in journal.timeline(operations=ops)}
    reasons = journal.reasons_of(ops)
    copies = copies_by_barcode({str(e.body["copy"]) for e in entries.values() if e.body.get("copy")})
    places = places_by_code({e.place for e in entries.values() if e.place} | {case.place})
    staff = staff_names({e.actor for e in entries.values()})
    people = readers.readers({e.reader for e in entries.values() if e.reader})
    _leave_trace(duty, {id_ for id_, reader in people.items() if person_name(reader, duty)})
    story = []
    for op in case.operations:
        if (entry := entries.get(op)) is None:
            continue
        copy = copies.get(str(entry.body.get("copy", "")))
        reader = people.get(entry.reader) if entry.reader else None
        line = words.sentence(
            entry,
            who=staff.get(entry.actor, entry.actor),
            place=places[entry.place].name if entry.place in places else entry.place,
            reader=person_name(reader, duty),
            title=copy.title if copy else "",
        )
        is_ours = bool(person_name(reader, duty))
        story.append({"line": line, "reason": reasons.get(op, ""), "reader": reader if is_ours else None})
    ours = [reader.id for reader in people.values() if person_name(reader, duty) and reader.survivor is None]
    return {
        "compare": ours if case.kind in _ALIKE and len(ours) == _TWO else None,
        "case": case,
        "text": text_of(case.kind),
        "barcode": _barcode(case),
        "doors": _doors(case, _device(case, [entry.body for entry in entries.values()])),
        "place": places[case.place].name if case.place in places else "",
        "story": story,
        "settled": _settled(entries.get(case.settled_by) if case.settled_by else None, staff, reasons),
        "age": words.age(case.happened_at, duty.at),
    }


def _settled(entry: TimelineEntry | None, staff: dict[str, str], reasons: dict[UUID, str]) -> Settled | None:
    if entry is None:
        return None
    decision = decision_text(str(entry.body.get("decision", "")))
    return Settled(staff.get(entry.actor, entry.actor), entry, decision, reasons.get(entry.op, ""))


def _leave_trace(duty: Duty, shown: set[UUID]) -> None:
    for reader in shown:
        note_access(staff_id=duty.person.pk, act="CASE", at=duty.at, reader=reader, place=duty.here)
