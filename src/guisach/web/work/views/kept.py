"""The desk of a place that keeps a notebook: what goes out to whom, what came back, and what is out now.

One form for both: a book alone comes back when it is out; a book with a name goes out. Titles and names do as well as
barcodes and cards, and whoever has no card yet is written down in one line. The acts are those of every desk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guisach.domain.circulation import actions
from guisach.domain.circulation import queries as circulation
from guisach.domain.circulation.queries.paper import OnLog, ReadLine, as_barcode, read_sheet
from guisach.domain.circulation.rules.paper import Row
from guisach.domain.journal import queries as journal
from guisach.domain.network.queries import Permission
from guisach.domain.readers import actions as enrolment
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.domain.readers.rules.joining import Applicant, tidy_name
from guisach.kernel.errors import DomainError
from guisach.web.ui.access import Duty, needs
from guisach.web.work import words
from guisach.web.work.desks import last_acts, note_act
from guisach.web.work.paper_words import problem
from guisach.web.work.shell import CODE_MAX, REASON_MAX, fresh_op, op_of, page, source_of, status_of, typed
from guisach.web.work.slips import slips_of
from guisach.web.work.views.loans import take_back_here

if TYPE_CHECKING:
    from guisach.domain.readers.queries import ReaderView

OUT_SHOWN = 60  # books out that one page lists; any other is found by its title
_NEW = "new"  # chosen instead of a known reader
_QUESTION = 409


def kept_page(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show the form, the last acts, and what is out now with one touch to take each back."""
    loans = circulation.open_loans(places=[duty.here], limit=OUT_SHOWN + 1)
    names = readers.readers({loan.reader for loan in loans})
    if names:
        note_access(staff_id=duty.person.pk, act="SEARCH", at=duty.at, place=duty.here, found=len(names))
    out = [
        {
            "loan": loan,
            "name": _name(names.get(loan.reader), duty),
            "late": words.days(late) if (late := (duty.today - loan.due_on).days) > 0 else "",
            "op": fresh_op(),
        }
        for loan in loans[:OUT_SHOWN]
    ]
    acts = last_acts(request)
    reader = _wanted_reader(request.GET.get("reader", ""), duty)
    context = {
        "who": reader.card_no if reader else "",
        "serves": _name(reader, duty) if reader else "",
        "out": out,
        "has_more": len(loans) > OUT_SHOWN,
        "slips": slips_of(acts, duty),
        "again": request.GET.get("again", ""),
        "next": reverse("work:home"),
        **_fresh(),
    }
    return page(request, duty, "work/kept.html", context)


@require_POST
@needs(Permission.LEND, here=True)
def kept(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Take what was typed: lend, take back, or ask one question more."""
    op = op_of(request)
    if journal.timeline(operations=[op]):  # the same form once more: a title would mean another copy by now
        return redirect("work:home")
    said = {name: typed(request.POST.get(name, ""), CODE_MAX) for name in ("book", "who", "copy", "reader")}
    said = _card_in_place_of_a_book(said, duty)
    line = _understand(said, duty)
    number = as_barcode(said["book"])
    if "book_unknown" in line.problems and number and circulation.open_loan_of_copy(number):
        line = _understand({**said, "copy": number}, duty)  # lent before anybody catalogued it
    is_new = said["reader"] == _NEW and line.reader is None
    questions = [code for code in line.problems if not (is_new and code in {"who_unknown", "who_several"})]
    if not said["who"] and line.copy is not None and line.copy.reader is None:
        questions.append("who_missing")
    if line.row.who:
        note_access(staff_id=duty.person.pk, act="SEARCH", at=duty.at, place=duty.here, found=len(line.readers))
    if questions:
        return _ask(request, duty, line, questions)
    try:
        if not line.row.is_out:
            slip = take_back_here(duty, op, line.barcode)
            note_act(request, op)
            for note in slip.notes:
                messages.info(request, f"{slip.title}: {note}")
            return redirect("work:home")
        reader = _join(request, duty, said["who"]) if line.reader is None else line.reader.id
        _lend(request, duty, op, line.barcode, reader)
    except DomainError as refusal:
        return _ask(request, duty, line, [], refusal=refusal)
    return redirect(f"{reverse('work:home')}?again={reader}")


def _lend(request: HttpRequest, duty: Duty, op: UUID, barcode: str, reader: UUID) -> None:
    override = None
    if past := request.POST.get("go_past", ""):
        if not duty.may(Permission.OVERRIDE):
            raise actions.OverrideNotAllowed
        override = actions.Override(past, typed(request.POST.get("reason", ""), REASON_MAX))
    if request.POST.get("back_first"):
        back = op_of(request, "op_back")
        take_back_here(duty, back, barcode)
        note_act(request, back)
    actions.lend(
        op_id=op, by=source_of(duty), place=duty.here, barcode=barcode, reader=reader, clock=duty.clock,
        override=override,
    )  # fmt: skip
    note_act(request, op)


def _join(request: HttpRequest, duty: Duty, name: str) -> UUID:
    """Write a new reader down in one line: name and group, for a child the guardian; the rest can wait."""
    if not duty.may(Permission.JOIN):
        raise Http404
    op = op_of(request, "op_join")
    applicant = Applicant(
        name=tidy_name(name),
        group=request.POST.get("group", ""),
        birth_on=None,
        phone="",
        address="",
        guardian=tidy_name(typed(request.POST.get("guardian", ""), CODE_MAX)),
        guardian_phone="",
        has_consent="has_consent" in request.POST,
        has_assent="has_assent" in request.POST,
    )
    joined = enrolment.join(
        op_id=op, by=source_of(duty), place=duty.here, applicant=applicant, card="", clock=duty.clock
    )
    note_act(request, op)
    return joined.reader


def _understand(said: dict[str, str], duty: Duty) -> ReadLine:
    """Read the form as a line of a sheet of today."""
    row = Row(line=1, day=duty.today.isoformat(), **said)
    lines = read_sheet(
        [row], place=duty.here, on_log=OnLog({}, {}), today=duty.today, readers_at=duty.scope(Permission.SEE_READERS)
    )
    return lines[0] if lines else ReadLine(row, problems=["book_missing"])


def _card_in_place_of_a_book(said: dict[str, str], duty: Duty) -> dict[str, str]:
    """Take a card that was scanned into the place of the book as the card that it is."""
    number = "".join(said["book"].split()).upper()
    if said["who"] or len(number) < 2 or not number[-1].isdecimal():
        return said
    holder = readers.reader_by_card(number)
    return {**said, "book": "", "who": said["book"]} if holder is not None else said


def _ask(
    request: HttpRequest, duty: Duty, line: ReadLine, questions: list[str], *, refusal: DomainError | None = None
) -> HttpResponse:
    """Show the form again with everything typed, and what is asked; nothing was written."""
    row = line.row
    is_open = bool({"who_unknown", "who_several"} & set(line.problems))
    may_join = is_open and duty.may(Permission.JOIN) and not any(sign.isdecimal() for sign in row.who)
    code = refusal.code if refusal else ""
    context: dict[str, Any] = {
        "book": row.book,
        "who": row.who,
        "questions": [problem(code) for code in questions],
        "refusal": str(refusal) if refusal else "",
        "may_take_back_first": code == "copy_on_loan",
        "go_past": code
        if refusal and refusal.overridable and code != "copy_on_loan" and duty.may(Permission.OVERRIDE)
        else "",
        "is_unknown": "book_unknown" in questions,
        "copies": line.copies if row.copy or "book_several" in line.problems else [],
        "copy": row.copy or line.barcode,
        "readers": [(str(one.id), _label(one, duty)) for one in line.readers] if is_open or row.reader else [],
        "reader": row.reader or (_NEW if may_join and not line.readers else ""),
        "may_join": may_join,
        "understood": line.copy,
        "serves": _label(line.reader, duty) if line.reader else "",
        "groups": [(group, words.capital(label)) for group, label in readers.reader_groups()],
        "said": request.POST,
        **_fresh(),
    }
    if request.POST.get("op_join") and refusal:
        context["ops"] = {**context["ops"], "join": request.POST["op_join"]}  # a card made is not made twice
    focus = "who" if "who_missing" in questions else "book" if "book_missing" in questions else ""
    status = status_of(refusal) if refusal else _QUESTION
    return page(request, duty, "work/kept_ask.html", context | {"focus": focus}, status=status)


def _fresh() -> dict[str, dict[str, str]]:
    return {"ops": {"act": fresh_op(), "join": fresh_op(), "back": fresh_op()}}


def _wanted_reader(text: str, duty: Duty) -> ReaderView | None:
    if not text:
        return None
    try:
        found = readers.reader(UUID(text))
    except ValueError:
        raise Http404 from None
    if found is None or not duty.may(Permission.SEE_READERS, found.place):
        raise Http404
    return found


def _name(reader: ReaderView | None, duty: Duty) -> str:
    return reader.full_name if reader and duty.may(Permission.SEE_READERS, reader.place) else ""


def _label(reader: ReaderView, duty: Duty) -> str:
    if not _name(reader, duty):
        return reader.card_no  # a reader of another place, who showed the card
    born = _("born %(year)s") % {"year": reader.birth_on.year} if reader.birth_on else ""
    return " · ".join(part for part in (reader.full_name, born, reader.card_no, reader.address) if part)
