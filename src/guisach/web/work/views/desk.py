"""The desk: one field for everything. A card calls its reader, a book goes to them or comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from guisach.domain.catalogue.queries import copy_by_barcode
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation import actions
from guisach.domain.circulation import queries as circulation
from guisach.domain.circulation.actions.refusals import ReaderUnknown
from guisach.domain.network.queries import Permission
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.domain.readers.actions.refusals import CardMistyped
from guisach.domain.readers.rules.cards import is_mistyped, normalise_card, serial_of
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, home_of, needs
from guisach.web.work import words
from guisach.web.work.answers import answer, desk_page, slip_for
from guisach.web.work.desks import Desk, note_act
from guisach.web.work.shell import CODE_MAX, REASON_MAX, fresh_op, is_partial, op_of, page, source_of, status_of, typed
from guisach.web.work.slips import Offer, Slip, ask_librarian, lend_offers, refusal_slip
from guisach.web.work.strangers import count_unless_ours, forgive_unless_ours
from guisach.web.work.troubling import offers_of
from guisach.web.work.views.kept import kept_page
from guisach.web.work.views.loans import take_back_here
from guisach.web.work.views.shelves import shelf_page

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries import CopyView
    from guisach.domain.readers.queries import ReaderView

# How a place serves decides its desk; the full one is there for all, by naming a desk in the address.
OWN_DESKS = {"KEPT": kept_page, "OPEN_SHELF": shelf_page}
_NOT_THIS = 409
_NOT_USED = gettext_lazy("This card is not used any more.")
_ASK_NEW = gettext_lazy("Ask for the new card, or type the reader's name.")
_ONE_SCAN = timedelta(seconds=20)
_PHONE_DIGITS = range(9, 12)


@require_GET
@needs()
def home(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Begin the day: the desk where one may lend, else wherever this person's work is."""
    if duty.place is None:
        start = home_of(duty.grants)
        if start != request.path:
            return redirect(start)
        if duty.grants.somewhere(Permission.STOCK):
            return redirect("work:books")
        return page(request, duty, "work/no_duty.html", status=403)
    if "desk" not in request.GET and (own := OWN_DESKS.get(duty.place.service_mode)):
        return own(request, duty)
    desk = Desk(request)
    if "reader" in request.GET:
        desk.serve(_reader_to_serve(request.GET["reader"], duty).id)
        return redirect(f"{reverse('work:home')}?desk={desk.id}")
    return desk_page(request, duty, desk)


def _reader_to_serve(text: str, duty: Duty) -> ReaderView:
    try:
        reader = readers.reader(UUID(text))
    except ValueError:
        raise Http404 from None
    if reader is None or not duty.may(Permission.SEE_READERS, reader.place):
        raise Http404
    return reader


@require_POST
@needs(Permission.LEND, here=True)
def scan(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Take what was scanned: a card, a book, or (typed) a name."""
    desk = Desk(request)
    if desk.reader_id is not None and desk.reader() is None:  # erased, or joined by mistake and taken back
        desk.serve(None)
    code = typed(request.POST.get("code", ""), CODE_MAX)
    wanted = request.POST.get("as", "")
    reader = None if wanted == "copy" else _holder(code)
    copy = None if wanted == "card" else _copy(code)
    if reader is not None and copy is not None:
        return answer(request, duty, (_either(code, desk, reader, copy, duty),), desk=desk, status=_NOT_THIS)
    if reader is not None:
        try:
            count_unless_ours(reader, duty)
        except DomainError as rest:
            desk.serve(None)
            return answer(request, duty, (refusal_slip(rest, title=code),), desk=desk, status=_NOT_THIS)
        return _serve(request, duty, desk, reader)
    if copy is None and wanted != "copy":
        refused = _not_a_book(code, duty, desk)
        if refused is not None:
            return answer(request, duty, refused, desk=desk, status=_NOT_THIS)
    if desk.reader_id is not None:
        return _lend(request, duty, desk, code, copy)
    return _without_reader(request, duty, desk, code, copy)


@require_POST
@needs(Permission.LEND, here=True)
def choose(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Serve a reader picked from a list of names."""
    return _serve(request, duty, Desk(request), _reader_to_serve(request.POST.get("reader", ""), duty), act="VIEW")


@require_POST
@needs(Permission.LEND, here=True)
def done(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Finish with the reader."""
    desk = Desk(request)
    desk.serve(None)
    return answer(request, duty, (), desk=desk, headers={"HX-Replace-Url": reverse("work:home")})


def _serve(request: HttpRequest, duty: Duty, desk: Desk, reader: ReaderView, act: str = "CARD") -> HttpResponse:
    desk.serve(reader.id)
    note_access(staff_id=duty.person.pk, act=act, at=duty.at, reader=reader.id, place=duty.here)
    return answer(request, duty, (), desk=desk, headers={"HX-Replace-Url": f"{reverse('work:home')}?desk={desk.id}"})


def _holder(code: str) -> ReaderView | None:
    try:
        return readers.reader_by_card(normalise_card(code))
    except ValueError:
        return None


def _copy(code: str) -> CopyView | None:
    try:
        return copy_by_barcode(normalise_barcode(code))
    except ValueError:
        return None


def _either(code: str, desk: Desk, reader: ReaderView, copy: CopyView, duty: Duty) -> Slip:
    """Ask which is meant: old libraries gave cards and books the same numbers."""
    hidden = (("desk", desk.id), ("code", code))
    name = reader.full_name if duty.may(Permission.SEE_READERS, reader.place) else _("a reader")
    offers = tuple(
        Offer(reverse("work:scan"), label, (("op", fresh_op()), ("as", wanted), *hidden))
        for wanted, label in (
            ("card", _("The card of %(name)s") % {"name": name}),
            ("copy", _("The book “%(title)s”") % {"title": copy.title}),
        )
    )
    return Slip("look", code, _("A card and a book both have this number. Which is it?"), sound="look", offers=offers)


def _not_a_book(code: str, duty: Duty, desk: Desk) -> tuple[Slip, ...] | None:
    """Say what is wrong with a code that is no known card and no known copy; None: treat it as a book."""
    compact = "".join(code.split()).upper()
    if (former := readers.former_holder(compact)) is not None:
        desk.serve(None)
        since = formats.day(former.ended_at)
        said = _("This card was replaced on %(date)s and is not used any more.") if former.ended_at else _NOT_USED
        text = f"{said % {'date': since}} {_ASK_NEW}"
        return (Slip("look", compact, text, _("Not written down"), sound="look"),)
    if is_mistyped(compact) or serial_of(compact) is not None:
        # What is scanned next must not go to the reader before.
        desk.serve(None)
        refusal: DomainError = CardMistyped(card=compact)
        if not is_mistyped(compact):
            refusal = ReaderUnknown(card=compact)
            try:
                count_unless_ours(None, duty)
            except DomainError as rest:
                refusal = rest
        return (refusal_slip(refusal, title=compact),)
    is_phone = compact.isdecimal() and len(compact) in _PHONE_DIGITS
    is_name = not any(sign.isdecimal() for sign in compact) and len(compact) > 1
    if not (is_name or is_phone):
        return None
    found = readers.find_readers(code, places=duty.scope(Permission.SEE_READERS), limit=6)
    note_access(staff_id=duty.person.pk, act="SEARCH", at=duty.at, place=duty.here, found=len(found))
    if not found:
        return (Slip("look", code, _("No reader of this place has this name or number."), sound="look"),)
    offers = tuple(_reader_offer(reader, desk) for reader in found)
    return (Slip("plain", code, _("Which reader?"), sound="look", offers=offers),)


def _reader_offer(reader: ReaderView, desk: Desk) -> Offer:
    hidden = (("desk", desk.id), ("reader", str(reader.id)))
    born = _("born %(year)s") % {"year": reader.birth_on.year} if reader.birth_on else ""
    return Offer(
        reverse("work:choose"), " · ".join(part for part in (reader.full_name, reader.card_no, born) if part), hidden
    )


def _lend(request: HttpRequest, duty: Duty, desk: Desk, code: str, copy: CopyView | None) -> HttpResponse:
    reader, op = desk.reader_id, op_of(request)
    if reader is None:  # the caller looked
        raise Http404
    try:
        override = _override(request, duty)
        if request.POST.get("back_op"):
            take_back_here(duty, op_of(request, "back_op"), code)
            note_act(request, op_of(request, "back_op"))
        lent = actions.lend(
            op_id=op,
            by=source_of(duty),
            place=duty.here,
            barcode=code,
            reader=reader,
            clock=duty.clock,
            override=override,
        )
    except DomainError as refusal:
        title = copy.title if copy else code[:40]
        if refusal.code == "copy_with_this_reader" and _was_just_lent(code, duty):
            slip = Slip("plain", title, _("Scanned twice: it counts once."), sound="done")
            return answer(request, duty, (slip,), desk=desk)
        renewable = reader if refusal.code == "card_expired" and _may_renew_card(desk, duty) else None
        offers = lend_offers(refusal, duty, desk=desk.id, barcode=code, renewable=renewable)
        notes = () if renewable else ask_librarian(refusal, duty)
        slip = refusal_slip(refusal, title=title, offers=offers, notes=notes)
        return answer(request, duty, (slip,), desk=desk, status=status_of(refusal))
    note_act(request, op)
    forgive_unless_ours(desk.reader(), duty)
    slip = slip_for(op, duty)
    if lent.receipt.case:
        slip = replace(slip, notes=(_("A librarian will have a look at this; there is nothing you need do."),))
    return answer(request, duty, (replace(slip, sound="done"),), desk=desk)


def _may_renew_card(desk: Desk, duty: Duty) -> bool:
    reader = desk.reader()
    return reader is not None and duty.may(Permission.JOIN, reader.place)


def _was_just_lent(code: str, duty: Duty) -> bool:
    """Tell a scanner that read one barcode twice from a reader who wants to keep the book longer."""
    loan = circulation.open_loan_of_copy(normalise_barcode(code))
    return loan is not None and duty.at - loan.lent_at < _ONE_SCAN


def _override(request: HttpRequest, duty: Duty) -> actions.Override | None:
    code = request.POST.get("go_past", "")
    if not code:
        return None
    if not duty.may(Permission.OVERRIDE):
        raise actions.OverrideNotAllowed
    return actions.Override(code, typed(request.POST.get("reason", ""), REASON_MAX))


def _without_reader(request: HttpRequest, duty: Duty, desk: Desk, code: str, copy: CopyView | None) -> HttpResponse:
    """Take a book back that is on loan; show any other."""
    try:
        barcode = normalise_barcode(code)
    except ValueError:
        slip = refusal_slip(actions.BarcodeUnusable(), title=code[:40])
        return answer(request, duty, (slip,), desk=desk, status=422)
    if circulation.open_loan_of_copy(barcode) is not None:
        slip = take_back_here(duty, op_of(request), barcode)
        note_act(request, op_of(request))
        return answer(request, duty, (slip,), desk=desk)
    if copy is None:
        text = _("Neither a card nor a book with this code is known. Please scan it again.")
        return answer(request, duty, (Slip("look", barcode, text, sound="look"),), desk=desk, status=_NOT_THIS)
    now = circulation.copy_now(barcode)
    if now.trouble:
        offers = offers_of(barcode, now, is_on_loan=False)[:1]
        href = reverse("work:copy", args=[barcode])
        found = Slip("look", copy.title, words.capital(now.trouble_label), href=href, sound="look", offers=offers)
        return answer(request, duty, (found,), desk=desk, status=_NOT_THIS)
    text = _("Not on loan. To lend it, scan the reader's card first, then the book again.")
    slip = Slip("plain", copy.title, text, words.capital(copy.condition_label), reverse("work:copy", args=[barcode]))
    if not is_partial(request):
        return redirect("work:copy", barcode)
    return answer(request, duty, (replace(slip, sound="look"),), desk=desk)
