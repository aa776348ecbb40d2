"""My data: asking for a correction, and taking back what was agreed, purpose by purpose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from guisach.domain.journal.actions import portal_source
from guisach.domain.readers import actions, queries
from guisach.domain.readers.actions.corrections import NOTE_MAX, ask_for_correction
from guisach.domain.readers.queries.corrections import CORRECTABLE, correction_of
from guisach.domain.reading import actions as reading
from guisach.domain.reading import queries as kept
from guisach.kernel.clock import system_clock
from guisach.kernel.errors import DomainError
from guisach.web.portal.own.door import Own, own
from guisach.web.portal.own.requests import op_in

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from guisach.domain.readers.queries import ReaderView

_UNPROCESSABLE = 422
_NO_MESSAGES = "NONE"
_BIRTH = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]


class Correction(forms.Form):
    """What stands on the card, to be written as it should be."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=80)
    birth_on = forms.DateField(
        label=gettext_lazy("Birth date"),
        required=False,
        input_formats=_BIRTH,
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric"}),
    )
    phone = forms.CharField(label=gettext_lazy("Telephone"), required=False, max_length=20)
    email = forms.CharField(label=gettext_lazy("E-mail"), required=False, max_length=120)
    address = forms.CharField(label=gettext_lazy("Village, hamlet"), required=False, max_length=200)
    guardian = forms.CharField(label=gettext_lazy("Guardian's full name"), required=False, max_length=80)
    guardian_phone = forms.CharField(label=gettext_lazy("Guardian's telephone"), required=False, max_length=20)
    note = forms.CharField(
        label=gettext_lazy("Anything else that is wrong?"),
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea({"rows": 3}),
    )


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose for which data are kept; `code` is empty where the law or the loan itself asks for it."""

    code: str
    title: str
    text: str
    is_on: bool
    since: datetime | None = None


def purposes(reader: ReaderView, wishes: Any) -> list[Purpose]:
    """Say for what the library keeps something of this reader."""
    history, diary = wishes.get(kept.HISTORY), wishes.get(kept.DIARY)
    return [
        Purpose(
            "", _("Card and loans"),
            _("So that books can be lent to you. Without it there is no card; taking it back erases your data."),
            reader.has_guardian_consent, reader.consent_at,
        ),
        Purpose(
            "messages", _("Messages to me"),
            _("Reminders and news about what you asked for."),
            reader.channel != _NO_MESSAGES,
        ),
        Purpose(
            "history", _("What I have read"), _("Kept for you alone; otherwise the library forgets it."),
            history is not None, history.since if history else None,
        ),
        Purpose(
            "diary", _("My diary and challenge"), _("What you write about books, for you alone."),
            diary is not None, diary.since if diary else None,
        ),
    ]  # fmt: skip


@require_POST
@own
def withdraw(request: HttpRequest, me: Own) -> HttpResponse:
    """Take one purpose back, and nothing else."""
    purpose = request.POST.get("purpose", "")
    if purpose in {"history", "diary"}:
        reading.stop_keeping(reader=me.reader.id, what=kept.HISTORY if purpose == "history" else kept.DIARY)
        messages.success(request, _("Taken back: what was kept for this is deleted. Everything else stays as it was."))
    elif purpose == "messages":
        known = me.reader.applicant
        try:
            actions.correct(
                op_id=op_in(request), by=portal_source(at=me.frame.now), reader=me.reader.id, place="",
                applicant=replace(known, channel=_NO_MESSAGES), shown=known, card="", renews=False,
                clock=system_clock,
            )  # fmt: skip
        except DomainError:
            messages.warning(request, _("It could not be changed here: please have the card put right at the desk."))
        else:
            messages.success(request, _("Taken back: the library sends you no messages any more."))
    return HttpResponseRedirect(reverse("portal:my_card"))


@require_http_methods(["GET", "POST"])
@own
def correct(request: HttpRequest, me: Own) -> HttpResponse:
    """Ask for a correction of my data."""
    initial = {name: getattr(me.reader.applicant, name) for name in CORRECTABLE}
    form, status = Correction(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = _UNPROCESSABLE
        if form.is_valid():
            said = form.cleaned_data
            try:
                ask_for_correction(
                    reader=me.reader.id, wanted={name: said[name] for name in CORRECTABLE}, note=said["note"],
                    clock=system_clock,
                )  # fmt: skip
            except DomainError as refused:
                form.add_error(None, str(refused))
                status = refused.status
            else:
                messages.success(
                    request, _("Sent. The keeper who looks after your card sees to it, and you hear of it.")
                )
                return HttpResponseRedirect(reverse("portal:my_card"))
    waiting = correction_of(me.reader.id)
    is_waiting = waiting is not None and waiting.settled_at is None
    return me.show("correct.html", {"form": form, "is_waiting": is_waiting}, status=status)


def asked(reader: ReaderView) -> Any:
    """Return what became of the correction that was asked for last, if it is not long ago."""
    return correction_of(reader.id)


def wishes_of(reader: ReaderView) -> Any:
    """Return what the reader wants to be kept of their reading."""
    return kept.wishes(queries.ids_of(reader.id))
