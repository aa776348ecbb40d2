"""Printing readers' cards: of new readers, of one reader, of whoever is scanned."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from guisach.adapters.printing import CARD_PAPERS, CARDS_MAX, CardText
from guisach.adapters.printing import cards as print_cards
from guisach.domain.network.queries import Permission
from guisach.domain.readers import queries
from guisach.domain.readers.actions import note_access
from guisach.domain.readers.rules.cards import normalise_card
from guisach.web.ui.access import Duty, needs
from guisach.web.work.shell import page
from guisach.web.work.stocking import pdf

if TYPE_CHECKING:
    from guisach.domain.readers.queries import ReaderView

_NEW_DAYS = 30
_UNPROCESSABLE = 422
_TEXT_MAX = CARDS_MAX * 40


class Cards(forms.Form):
    """Whose cards, on what paper."""

    cards = forms.CharField(
        label=gettext_lazy("Card numbers"),
        max_length=_TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 8, "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=gettext_lazy("One on each line; scan them one after another, or take the new readers."),
    )
    paper = forms.ChoiceField(
        label=gettext_lazy("Paper"),
        choices=[
            ("a4", gettext_lazy("A4, ten cards to cut out")),
            ("cr80", gettext_lazy("Plastic cards (CR80), one on each page")),
        ],
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.JOIN, here=True)
def cards(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Choose readers by their numbers and print; what is no card of these places is named, and nothing is printed."""
    if request.method == "POST":
        form = Cards(request.POST)
        if form.is_valid() and (found := _holders(form, duty)):
            for reader in found:
                note_access(staff_id=duty.person.pk, act="PRINT", at=duty.at, reader=reader.id, place=duty.here)
            return pdf(print_cards(_texts(found, duty), CARD_PAPERS[form.cleaned_data["paper"]]), "the-ban-doc")
        return page(request, duty, "work/cards.html", {"form": form}, status=_UNPROCESSABLE)
    form = Cards(initial={"cards": "\n".join(reader.card_no for reader in _asked_for(request, duty))})
    return page(request, duty, "work/cards.html", {"form": form, "new_days": _NEW_DAYS})


def _asked_for(request: HttpRequest, duty: Duty) -> list[ReaderView]:
    """Give the readers that the address asks for: one, or those who joined here lately."""
    if "new" in request.GET:
        return queries.readers_joined([duty.here], since=duty.at - timedelta(days=_NEW_DAYS), limit=CARDS_MAX)
    try:
        known = queries.reader(UUID(request.GET.get("reader", "")))
    except ValueError:
        return []
    return [known] if known is not None and duty.may(Permission.SEE_READERS, known.place) else []


def _holders(form: Cards, duty: Duty) -> list[ReaderView]:
    """Find whose numbers they are; none where one of them is wrong, and then the form says which."""
    numbers: list[str] = []
    for line in form.cleaned_data["cards"].replace(",", "\n").splitlines():
        if line.strip():
            try:
                numbers.append(normalise_card(line))
            except ValueError:
                numbers.append(line.strip()[:32])
    numbers = list(dict.fromkeys(numbers))
    if len(numbers) > CARDS_MAX:
        form.add_error("cards", _("At most %(max)s cards at once.") % {"max": CARDS_MAX})
        return []
    found = queries.readers_by_cards(numbers)
    ours = {n: r for n, r in found.items() if duty.may(Permission.SEE_READERS, r.place) and not r.is_card_pending}
    if strange := [number for number in numbers if number not in ours]:
        # Whether somebody elsewhere has the number is nobody's business here.
        form.add_error("cards", _("No reader of your places has: %(cards)s") % {"cards": ", ".join(strange[:8])})
        return []
    return [ours[number] for number in numbers]


def _texts(readers: list[ReaderView], duty: Duty) -> list[CardText]:
    """Write the cards; what stands on paper is Vietnamese."""
    name, phone = (duty.place.name, duty.place.phone) if duty.place else ("", "")
    return [
        CardText(
            number=reader.card_no,
            name=reader.full_name,
            place=name,
            contact=f"Nhặt được, xin báo {phone}" if phone else "",
            until=f"Có giá trị đến {reader.expires_on:%d/%m/%Y}",
        )
        for reader in readers
    ]
