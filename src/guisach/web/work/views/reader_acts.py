"""What is done with a reader beyond lending: two cards of one person, moving, erasing, handing out one's data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guisach.domain.circulation import actions as circulation
from guisach.domain.journal.queries import timeline
from guisach.domain.network.queries import Permission, places_by_code, staff_names
from guisach.domain.network.queries import places as all_places
from guisach.domain.readers import actions, queries
from guisach.domain.readers.actions import note_access
from guisach.kernel.errors import DomainError
from guisach.kernel.ids import beside
from guisach.web.ui.access import Duty, needs
from guisach.web.work import data_words
from guisach.web.work.desks import note_act
from guisach.web.work.merge_form import SamePerson
from guisach.web.work.shell import fresh_op, op_of, page, source_of, status_of, typed
from guisach.web.work.views.readers import of_our_places

if TYPE_CHECKING:
    from guisach.domain.readers.queries import ReaderView

_TEXT_MAX = 80
_LIKELY_MAX = 6

BASES = {
    "REQUEST": gettext_lazy("The reader (or the guardian) asks for it"),
    "CONSENT": gettext_lazy("Consent was withdrawn"),
    "MISTAKE": gettext_lazy("Written down by mistake"),
    "DEATH": gettext_lazy("The reader has died"),
}


@require_http_methods(["GET", "POST"])
@needs(Permission.JOIN, here=True)
def same_person(request: HttpRequest, duty: Duty, reader: UUID) -> HttpResponse:
    """Find the other card of a reader, look at both side by side, and put them together."""
    into = of_our_places(reader, duty)
    other = request.POST.get("with") or request.GET.get("with") or ""
    if not other:
        return _choose_other(request, duty, into)
    old = _other(other, into, duty)
    form = SamePerson(request.POST or None, into=into, old=old)
    status, refusal = 200, None
    if request.method == "POST" and form.is_valid():
        try:
            actions.merge(
                op_id=op_of(request),
                by=source_of(duty),
                old=old.id,
                into=into.id,
                place=duty.here,
                keeps=form.keeps(),
                keeps_card_of=form.keeps_card_of(),
                clock=duty.clock,
            )
        except DomainError as error:
            refusal, status = error, status_of(error)
        else:
            note_act(request, op_of(request))
            _trace(duty, into, "MERGE")
            messages.success(request, _("Both cards lead to %(name)s now.") % {"name": form.keeps().name})
            return redirect("work:reader", into.id)
    elif request.method == "POST":
        status = 422
    for one in (into, old):
        _trace(duty, one, "VIEW")
    context = {
        "reader": into,
        "old": old,
        "form": form,
        "refusal": refusal,
        "both": [into, old],
        "op": request.POST.get("op") or fresh_op(),
    }
    return page(request, duty, "work/same_person.html", context, status=status)


def _choose_other(request: HttpRequest, duty: Duty, into: ReaderView) -> HttpResponse:
    text = typed(request.GET.get("q", into.full_name), _TEXT_MAX)
    found = queries.find_readers(text, places=duty.scope(Permission.JOIN))
    note_access(staff_id=duty.person.pk, act="SEARCH", at=duty.at, place=duty.here, found=len(found))
    likely = [one for one in found if one.id != into.id][:_LIKELY_MAX]
    return page(request, duty, "work/same_person_find.html", {"reader": into, "q": text, "found": likely})


def _other(text: str, into: ReaderView, duty: Duty) -> ReaderView:
    try:
        other = of_our_places(UUID(text), duty)
    except ValueError:
        raise Http404 from None
    if other.id == into.id:
        raise Http404
    return other


@require_POST
@needs(Permission.JOIN, here=True)
def two_people(request: HttpRequest, duty: Duty, reader: UUID) -> HttpResponse:
    """Take back that two cards are one person's, with what was taken over from the other card."""
    into = of_our_places(reader, duty)
    wanted = op_of(request, "merge")
    if wanted not in {card.op for card in queries.other_cards(into.id)}:
        raise Http404
    with_it = {entry.op for entry in timeline(operations=[beside(wanted)]) if entry.outcome != "VOIDED"}
    try:
        for target in (*with_it, wanted):
            op = op_of(request) if target == wanted else beside(op_of(request))
            circulation.void(op_id=op, by=source_of(duty), target=target, reason="", clock=duty.clock)
    except DomainError as error:
        messages.warning(request, str(error))
    else:
        _trace(duty, into, "MERGE")
        messages.success(request, _("They are two readers again."))
    return redirect("work:reader", into.id)


@require_http_methods(["GET", "POST"])
@needs(Permission.JOIN, here=True)
def move(request: HttpRequest, duty: Duty, reader: UUID) -> HttpResponse:
    """Let another place look after a reader who moved there."""
    known = of_our_places(reader, duty)
    wished, status, refusal = typed(request.POST.get("home", ""), 24), 200, None
    if request.method == "POST":
        try:
            actions.move(
                op_id=op_of(request),
                by=source_of(duty),
                reader=known.id,
                place=duty.here,
                home=wished,
                clock=duty.clock,
            )
        except DomainError as error:
            refusal, status = error, status_of(error)
        else:
            note_act(request, op_of(request))
            _trace(duty, known, "MOVE")
            name = places_by_code([wished])[wished].name
            messages.success(
                request, _("%(place)s looks after %(name)s now.") % {"place": name, "name": known.full_name}
            )
            return redirect("work:readers")
    _trace(duty, known, "VIEW")
    context = {
        "reader": known,
        "places": [place for place in all_places() if place.pk != known.place],
        "wished": wished,
        "refusal": refusal,
        "op": request.POST.get("op") or fresh_op(),
    }
    return page(request, duty, "work/reader_move.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Permission.SETTLE_CASES)
def erase(request: HttpRequest, duty: Duty, reader: UUID) -> HttpResponse:
    """Say what goes and what stays, then erase a reader."""
    known = queries.reader(reader)
    if known is None or known.erased_at or known.survivor or not duty.may(Permission.SETTLE_CASES, known.place):
        raise Http404
    basis, status = request.POST.get("basis", ""), 200
    refusal: DomainError | str | None = None
    if request.method == "POST" and basis in BASES and request.POST.get("sure"):
        try:
            actions.erase(op_id=op_of(request), by=source_of(duty), reader=known.id, basis=basis, clock=duty.clock)
        except DomainError as error:
            refusal, status = error, status_of(error)
        else:
            messages.success(request, _("The reader's data are erased."))
            return redirect("work:readers")
    elif request.method == "POST":
        refusal, status = _("Please choose why, and tick that the reader knows that it cannot be undone."), 422
    _trace(duty, known, "VIEW")
    context = {
        "reader": known,
        "bases": list(BASES.items()),
        "basis": basis,
        "things": actions.obstacles(known.id),
        "refusal": refusal,
        "op": request.POST.get("op") or fresh_op(),
    }
    return page(request, duty, "work/reader_erase.html", context, status=status)


@require_GET
@needs(Permission.SEE_READERS)
def data(request: HttpRequest, duty: Duty, reader: UUID) -> HttpResponse:
    """Show everything that is known of a reader, to be read together with them or printed."""
    known = _seen(reader, duty)
    told = queries.all_about(known.id)
    _trace(duty, known, "EXPORT")
    lines = [item for name in _sections() for item in told.get(name, ())]
    places = places_by_code({str(item["place"]) for item in lines if item.get("place")})
    names = {code: place.name for code, place in places.items()}
    names |= staff_names({str(item[key]) for item in lines for key in ("by", "consent_to", "assent_to") if key in item})
    sections = [
        (label, [_line(item, names, is_card=name == "cards") for item in told[name]])
        for name, label in _sections().items()
        if told.get(name)
    ]
    context = {"reader": known, "sections": sections, "has_pin": told["has_pin"]}
    return page(request, duty, "work/reader_data.html", context)


@require_GET
@needs(Permission.SEE_READERS)
def data_file(request: HttpRequest, duty: Duty, reader: UUID) -> HttpResponse:
    """Give the same as a file that other programs can read."""
    known = _seen(reader, duty)
    text = json.dumps(queries.all_about(known.id), ensure_ascii=False, indent=1)
    _trace(duty, known, "EXPORT")
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="du-lieu-ban-doc.json"'
    answer["Cache-Control"] = "no-store"
    return answer


def _sections() -> dict[str, str]:
    return {
        "cards": _("What is known"),
        "former_cards": _("Former cards"),
        "loans": _("Books"),
        "payments": _("Deposits and compensation"),
        "corrections": _("Corrections asked for"),
        "messages": _("Messages"),
        "written_down": _("What was written down, and when"),
        "looked_at_by": _("Who looked at these data"),
    }


def _line(item: dict[str, object], names: dict[str, str], *, is_card: bool) -> list[tuple[str, str]]:
    return [
        (data_words.label(name, is_card=is_card), names.get(str(value)) or data_words.value(name, value))
        for name, value in item.items()
        if value is not None
    ]


def _seen(id_: UUID, duty: Duty) -> ReaderView:
    known = queries.reader(id_)
    if known is None or known.erased_at or known.survivor or not duty.may(Permission.SEE_READERS, known.place):
        raise Http404
    return known


def _trace(duty: Duty, reader: ReaderView, act: str) -> None:
    note_access(staff_id=duty.person.pk, act=act, at=duty.at, reader=reader.id, place=duty.here)
