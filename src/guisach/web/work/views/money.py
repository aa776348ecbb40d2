"""Deposits and compensation, only where the province takes them: taking, giving back, slips, and what a place holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_GET, require_http_methods

from guisach.adapters.printing.money import MoneySlip, money_slip
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation.actions.money_terms import MoneyTermsFaulty, say_money_terms
from guisach.domain.circulation.actions.payments import give_back, take_compensation, take_deposit
from guisach.domain.circulation.queries.payments import (
    PaymentView,
    deposits_sum,
    has_payments,
    money_on,
    money_terms,
    payment,
    payments_at,
    to_make_good,
)
from guisach.domain.circulation.rules.money import Fault, Way, in_force
from guisach.domain.network.queries import Permission, place
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.domain.readers.rules.cards import normalise_card
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.ui.paging import page_number
from guisach.web.work.desks import note_act
from guisach.web.work.money_forms import Compensation, Deposit, Terms
from guisach.web.work.shell import fresh_op, op_of, page, source_of, status_of
from guisach.web.work.slips import person_name
from guisach.web.work.stocking import pdf
from guisach.web.work.views.policies import READ
from guisach.web.work.views.stock.registers import heading_of

if TYPE_CHECKING:
    from uuid import UUID

    from guisach.domain.readers.queries import ReaderView

_UNPROCESSABLE = 422
_PER_PAGE, _PAGE_MAX = 50, 400
PARTS = {
    "RETURN": gettext_lazy("To give back"),
    "HELD": gettext_lazy("Deposits held"),
    "ALL": gettext_lazy("All"),
}
_FIELD_OF_FAULT = {
    Fault.DAY: "valid_from",
    Fault.REASON: "reason",
    Fault.DECISION: "decision",
    Fault.DEPOSIT: "deposit",
    Fault.COMPENSATION: "compensation",
}


@require_GET
@needs(Permission.LEND, here=True)
def show_list(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show what this place took and holds; not there where the province takes nothing and nothing ever was."""
    terms = money_on(duty.today)
    if not terms.takes_anything and not has_payments(duty.here):
        raise Http404
    part = request.GET.get("part", "")
    part = part if part in PARTS else "RETURN"
    text = request.GET.get("page", "")
    number = page_number(text, _PAGE_MAX)
    found = payments_at(duty.here, part, limit=_PER_PAGE + 1, offset=(number - 1) * _PER_PAGE)
    people = readers.readers({one.reader for one in found}) if found else {}
    lines = [{"one": one, "who": person_name(people.get(one.reader), duty)} for one in found[:_PER_PAGE]]
    if shown := sum(bool(line["who"]) for line in lines):
        note_access(staff_id=duty.person.pk, act="SEARCH", at=duty.at, place=duty.here, found=shown)
    context = {
        "terms": terms,
        "part": part,
        "parts": PARTS.items(),
        "lines": lines,
        "held": deposits_sum(duty.here),
        "number": number,
        "prev": number - 1 if number > 1 else None,
        "next_page": number + 1 if len(found) > _PER_PAGE else None,
    }
    return page(request, duty, "work/money.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND, here=True)
def deposit(request: HttpRequest, duty: Duty, reader: UUID) -> HttpResponse:
    """Take a deposit from a reader who stands here."""
    known = readers.reader(reader)
    if known is None or known.erased_at or known.survivor or not duty.may(Permission.SEE_READERS, known.place):
        raise Http404
    most = money_on(duty.today).deposit_vnd
    if most is None:
        raise Http404
    form, status = Deposit(request.POST or None, initial={"amount": formats.number(most)}), 200
    if request.method == "POST":
        op, status = op_of(request), _UNPROCESSABLE
        if form.is_valid():
            try:
                taken = take_deposit(
                    op_id=op, by=source_of(duty), place=duty.here, reader=known.id, clock=duty.clock,
                    **form.cleaned_data,
                )  # fmt: skip
            except DomainError as refusal:
                form.add_error("amount" if refusal.code == "amount_unusable" else None, str(refusal))
                status = status_of(refusal)
            else:
                return _taken(request, op, taken)
    note_access(staff_id=duty.person.pk, act="VIEW", at=duty.at, reader=known.id, place=duty.here)
    context = {"form": form, "reader": known, "most": most, "op": request.POST.get("op") or fresh_op()}
    return page(request, duty, "work/deposit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND, here=True)
def compensation(request: HttpRequest, duty: Duty, barcode: str) -> HttpResponse:
    """Take what makes a lost or damaged copy good."""
    terms = money_on(duty.today)
    wanted = to_make_good(_barcode(barcode)) if terms.compensation_vnd is not None else None
    if wanted is None:
        raise Http404
    form, status = Compensation(request.POST or None, initial=_first(wanted.reader, duty)), 200
    if request.method == "POST":
        op, status = op_of(request), _UNPROCESSABLE
        who = _with_card(form.cleaned_data["card"], duty) if form.is_valid() else None
        if who is None and form.is_valid():
            form.add_error("card", _("No reader of yours has this card. Please scan it again."))
        elif who is not None:
            said = form.cleaned_data
            try:
                taken = take_compensation(
                    op_id=op, by=source_of(duty), place=duty.here, reader=who.id, barcode=wanted.barcode,
                    way=Way(said["way"]), amount=said["amount"] or 0, words=said["words"], clock=duty.clock,
                )  # fmt: skip
            except DomainError as refusal:
                form.add_error("amount" if refusal.code == "amount_unusable" else None, str(refusal))
                status = status_of(refusal)
            else:
                return _taken(request, op, taken)
    context = {
        "form": form,
        "wanted": wanted,
        "most": terms.most_for(wanted.price_vnd),
        "op": request.POST.get("op") or fresh_op(),
    }
    return page(request, duty, "work/compensation.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND)
def show(request: HttpRequest, duty: Duty, payment: UUID) -> HttpResponse:
    """Show one slip, and give back what was taken."""
    found = _payment_of_ours(payment, duty)
    complaint, status = "", 200
    if request.method == "POST":
        op = op_of(request)
        try:
            give_back(
                op_id=op, by=source_of(duty), place=duty.here or found.place, payment_id=found.op, clock=duty.clock
            )
        except DomainError as refusal:
            complaint, status = str(refusal), status_of(refusal)
        else:
            note_act(request, op)
            messages.success(request, _("Given back. Print the slip and let the reader sign it."))
            return redirect("work:payment", found.op)
    who = readers.reader(found.reader)
    if person_name(who, duty):
        note_access(staff_id=duty.person.pk, act="VIEW", at=duty.at, reader=found.reader, place=duty.here)
    at = place(found.place)
    context = {
        "one": found,
        "who": who if person_name(who, duty) else None,
        "at": at.name if at else found.place,
        "complaint": complaint,
        "op": fresh_op(),
        "undo": fresh_op(),
    }
    return page(request, duty, "work/payment.html", context, status=status)


@require_GET
@needs(Permission.LEND)
def slip(request: HttpRequest, duty: Duty, payment: UUID) -> HttpResponse:
    """Print the slip of taking it, or with ?back=1 of giving it back."""
    found = _payment_of_ours(payment, duty)
    is_back = request.GET.get("back") == "1"
    at = place(found.back_place if is_back else found.place)
    if at is None or (is_back and found.back_at is None):
        raise Http404
    who = readers.reader(found.reader)
    name = person_name(who, duty)
    if name:
        note_access(staff_id=duty.person.pk, act="VIEW", at=duty.at, reader=found.reader, place=duty.here)
    with override("vi"):  # as all paper
        agency = heading_of(at, duty).agency
    said = MoneySlip(
        agency=agency,
        place=at.name,
        seat=at.commune.name,
        number=found.back_slip if is_back else found.slip,
        on=local_date(found.back_at if is_back and found.back_at else found.at),
        is_back=is_back,
        who=name or "……………………………",
        card=who.card_no if who and name else "",
        why=_why(found, is_back=is_back),
        amount=found.amount,
        kind=f"01 bản: {found.title or found.barcode}" if found.way == Way.KIND else "",
        refers_to=found.slip if is_back else "",
    )
    return pdf(money_slip(said), said.number.replace(" ", "-").lower() or "phieu")


@require_http_methods(["GET", "POST"])
@needs(*READ)
def terms(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show what may be taken from readers, and since when; who administers the province says it anew, with a reason."""
    may = duty.grants.everywhere(Permission.ADMINISTER)
    if request.method == "POST" and not may:
        raise Http404
    known = money_terms()
    now = in_force(known, duty.today)
    form, status = Terms(request.POST or None, now=now, today=duty.today), 200
    if request.method == "POST":
        status = _UNPROCESSABLE
        if form.is_valid():
            try:
                say_money_terms(terms=form.terms, by=duty.person.pk, clock=duty.clock)
            except MoneyTermsFaulty as refusal:
                form.add_error(_FIELD_OF_FAULT[refusal.fault], str(refusal))
            else:
                messages.success(request, _("Noted. What was taken before is given back whatever holds."))
                return redirect("work:money_terms")
    context = {"now": now, "known": list(reversed(known)), "form": form if may else None}
    return page(request, duty, "work/money_terms.html", context, status=status)


def _taken(request: HttpRequest, op: UUID, taken: PaymentView) -> HttpResponse:
    note_act(request, op)
    messages.success(request, _("Taken. Print the slip: one half is for the reader."))
    return redirect("work:payment", taken.op)


def _payment_of_ours(op: UUID, duty: Duty) -> PaymentView:
    """Give what was taken or given back where this person lends; to others it is not there."""
    found = payment(op)
    if found is None or not any(duty.may(Permission.LEND, code) for code in (found.place, found.back_place) if code):
        raise Http404
    return found


def _barcode(text: str) -> str:
    try:
        return normalise_barcode(text)
    except ValueError:
        raise Http404 from None


def _first(reader: UUID | None, duty: Duty) -> dict[str, Any]:
    """Propose who had the book when it was lost, to somebody who may know it."""
    who = readers.reader(reader) if reader else None
    if who is None or not person_name(who, duty):
        return {}
    note_access(staff_id=duty.person.pk, act="COPY", at=duty.at, reader=who.id, place=duty.here)
    return {"card": who.card_no}


def _with_card(text: str, duty: Duty) -> ReaderView | None:
    try:
        found = readers.reader_id_by_card(normalise_card(text))
    except ValueError:
        return None
    who = readers.reader(found) if found else None
    return who if who and duty.may(Permission.SEE_READERS, who.place) else None


def _why(found: PaymentView, *, is_back: bool) -> str:
    if found.sort == "DEPOSIT":
        return "Trả lại tiền đặt cọc thẻ bạn đọc" if is_back else "Đặt cọc thẻ bạn đọc"
    book = f"“{found.title}” ({found.barcode})" if found.title else found.barcode
    if is_back:
        return f"Trả lại phần đã đền cho sách {book}" + (", nay đã tìm thấy" if found.is_found else "")
    return f"Đền sách {'bị mất' if found.cause == 'LOST' else 'bị hỏng'}: {book}"
