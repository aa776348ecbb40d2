"""The short way in: a book is scanned or typed, and stands in the catalogue twenty seconds later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guisach.domain.catalogue import actions
from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.queries import stock
from guisach.domain.catalogue.rules.classes import find_classes
from guisach.domain.catalogue.rules.drafts import RecordDraft, draft_of
from guisach.domain.catalogue.rules.elsewhere import question_of
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import Description
from guisach.domain.catalogue.rules.marc.incoming import from_json
from guisach.domain.catalogue.rules.standard_numbers import isbn13, issn
from guisach.domain.network.queries import Permission
from guisach.kernel.errors import DomainError
from guisach.kernel.text.numbers import whole_number
from guisach.web.ui.access import Duty, needs
from guisach.web.work.cataloguing import choices
from guisach.web.work.cataloguing.elsewhere import ask_elsewhere, is_anybody_to_ask
from guisach.web.work.cataloguing.forms import FIELD_OF, STICKY, Entry, several
from guisach.web.work.shell import is_partial, page, status_of, typed
from guisach.web.work.views.records import byline_of

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries import RecordView
    from guisach.domain.catalogue.rules.marc.incoming import Incoming

_STICKY_KEY = "entry"  # in the session
_TEXT_MAX, _MARC_MAX = 200, 200_000
_UNPROCESSABLE, _CONFLICT = 422, 409
_CLASSES_SHOWN = 12


@require_http_methods(["GET", "POST"])
@needs(Permission.TAKE_IN)
def new_record(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Enter a book: a number or a title, what else is known, and the copy; or one more copy of what is here."""
    places = choices.places_to_take_in(duty)
    series = [(one.prefix, f"{one.following} · {one.name}") for one in stock.all_series()]
    if request.method == "POST":
        form = Entry(request.POST, places=places, series=series)
        return _save(request, duty, form)
    asked = typed(request.GET.get("q", ""), _TEXT_MAX)
    form = Entry(initial={**_sticky(request), **_begun(asked)}, places=places, series=series)
    here = _chosen(request) or (catalogue.records_by_number(asked) if asked else [])
    context = {"q": asked, "here": here, "look_elsewhere": bool(asked) and not here and is_anybody_to_ask()}
    if "title" in form.initial and not here:
        context["lines"] = _alike_lines(RecordDraft(title=asked))
    return _shown(request, duty, form, {**context, "slip": _slip(request)})


def _chosen(request: HttpRequest) -> list[RecordView]:
    """Give the title that somebody chose from the list of what may be here already."""
    return _known(request.GET.get("into", ""))


def _begun(asked: str) -> dict[str, str]:
    """Give what the question already says of the book."""
    number = isbn13(asked) or issn(asked)
    return {"isbn": number} if number else {"title": asked} if asked else {}


def _sticky(request: HttpRequest) -> dict[str, Any]:
    kept = request.session.get(_STICKY_KEY)
    return {"language": "vie", "audience": "ANY", **(kept if isinstance(kept, dict) else {})}


def _save(request: HttpRequest, duty: Duty, form: Entry) -> HttpResponse:
    into = request.POST.get("into", "")
    base = _base(request)
    if request.POST.get("act") == "fill":
        return _filled(request, duty, form, base)
    form.full_clean()
    if into:
        form.errors.pop("title", None)
    if form.errors:
        return _shown(request, duty, form, {"base": request.POST.get("base", "")}, _UNPROCESSABLE)
    try:
        if into:
            if not (known := _known(into)):
                raise Http404
            entered = actions.Entered(known[0].id, actions.add_copy(record=known[0].id, copy=form.copy()).barcode)
        else:
            draft = form.over(draft_of(base[1])) if base else form.draft()
            if not request.POST.get("sure") and (here := _alike(draft)):
                context = {"here": here, "is_asked": True, "base": request.POST.get("base", "")}
                return _shown(request, duty, form, context, _CONFLICT)
            copy = form.copy() if form.has_number() or not duty.grants.somewhere(Permission.CATALOGUE) else None
            entered = actions.enter_title(draft=draft, copy=copy, clock=duty.clock, base=base[0] if base else None)
    except DomainError as refusal:
        form.add_error(FIELD_OF.get(refusal.code), str(refusal))
        context = {"here": _known(into), "base": request.POST.get("base", "")}
        return _shown(request, duty, form, context, status_of(refusal))
    kept = {name: form.cleaned_data[name] for name in STICKY if form.cleaned_data.get(name) not in {None, ""}}
    if not entered.barcode:
        messages.success(request, _("Written down without a copy: %(title)s") % {"title": draft.title})
        return redirect("work:record", entered.record)
    request.session[_STICKY_KEY] = {**(_sticky(request) if into else {}), **kept}
    return redirect(f"{reverse('work:new_record')}?{urlencode({'done': entered.barcode})}")


def _known(into: str) -> list[RecordView]:
    number = whole_number(into)
    found = catalogue.record(number) if number is not None else None
    return [found] if found else []


def _alike(draft: RecordDraft) -> list[RecordView]:
    """Give the titles that a person should look at before the same is written twice."""
    return [one.record for one in catalogue.likely_duplicates(draft) if one.is_likely]


def _base(request: HttpRequest) -> tuple[Incoming, Description] | None:
    """Read the record from elsewhere that the form carries; what cannot be read is left out."""
    text = request.POST.get("base", "")
    if not text or len(text) > _MARC_MAX:
        return None
    try:
        marc = from_json(text)
    except ValueError:
        return None
    told = describe(marc)
    return (marc, told) if isinstance(told, Description) else None


def _filled(request: HttpRequest, duty: Duty, form: Entry, base: tuple[Incoming, Description] | None) -> HttpResponse:
    """Show the form with what another catalogue says in it."""
    if base is None:
        raise Http404
    known = draft_of(base[1])
    initial = {
        **_sticky(request),
        "title": known.title,
        "authors": "; ".join(known.authors),
        "publisher": known.publisher,
        "published_at_place": known.published_at_place,
        "year": known.year,
        "kind": known.kind,
        "audience": known.audience,
        "language": known.language,
        "isbn": "; ".join(known.isbns),
        "ddc": known.ddc,
    }
    kept = {name: request.POST.get(name) for name in ("barcode", "series", "place") if request.POST.get(name)}
    places, series = form.fields["place"], form.fields["series"]
    fresh = Entry(initial={**initial, **kept}, places=[], series=[])
    fresh.fields["place"], fresh.fields["series"] = places, series
    return _shown(request, duty, fresh, {"base": request.POST.get("base", ""), "is_filled": True})


def _shown(request: HttpRequest, duty: Duty, form: Entry, context: dict[str, Any], status: int = 200) -> HttpResponse:
    here = context.get("here") or []
    lines = [{"record": record, "byline": byline_of(record)} for record in here]
    if context.get("q") and not lines:
        # The number is known by now; with a title the names come next.
        first = "authors" if form.initial.get("title") else "title"
        form.fields[first].widget.attrs["data-autofocus"] = True
    full = {"q": "", "base": "", **context, "form": form, "here": lines}
    return page(request, duty, "work/catalogue/new_record.html", full, status=status)


def _slip(request: HttpRequest) -> dict[str, Any] | None:
    """Give what was just entered, to be seen, labelled or taken back."""
    barcode = typed(request.GET.get("done", ""), 40)
    copy = catalogue.copy_by_barcode(barcode) if barcode else None
    if copy is None:
        return None
    try:
        label = f"{reverse('work:labels')}?{urlencode({'from': copy.barcode, 'to': copy.barcode})}"
    except NoReverseMatch:
        label = ""
    return {"copy": copy, "label": label}


@require_POST
@needs(Permission.TAKE_IN)
def undo_entry(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Take back a book that was entered by mistake."""
    barcode = typed(request.POST.get("barcode", ""), 40)
    copy = catalogue.copy_by_barcode(barcode)
    if copy is None or not duty.may(Permission.TAKE_IN, copy.base):
        raise Http404
    try:
        actions.undo_entry(barcode=barcode, clock=duty.clock)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        said = {"barcode": copy.barcode, "title": copy.title}
        messages.success(request, _("Taken back: %(barcode)s, %(title)s. The number will not be used again.") % said)
    return redirect("work:new_record")


@require_GET
@needs(Permission.TAKE_IN)
def alike(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Say, while a title is being typed, which titles may be it already; a part of the page."""
    draft = RecordDraft(
        title=typed(request.GET.get("title", ""), _TEXT_MAX),
        authors=several(typed(request.GET.get("authors", ""), _TEXT_MAX)),
        isbns=several(typed(request.GET.get("isbn", ""), _TEXT_MAX)),
    )
    return render(request, "work/catalogue/alike.html", {"lines": _alike_lines(draft)})


def _alike_lines(draft: RecordDraft) -> list[dict[str, Any]]:
    found = catalogue.likely_duplicates(draft)
    return [{"record": one.record, "byline": byline_of(one.record)} for one in found]


@require_GET
@needs(Permission.TAKE_IN)
def look_elsewhere(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Ask other catalogues while the form is already open; a part of the page, after some seconds at most."""
    found = ask_elsewhere(question_of(typed(request.GET.get("q", ""), _TEXT_MAX)))
    return render(request, "work/catalogue/found_elsewhere.html", {"found": found, "offers": found.offers[:3]})


@require_GET
@needs(Permission.TAKE_IN, Permission.CATALOGUE)
def classes(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Find a class number by words: chăn nuôi gives 636."""
    text = typed(request.GET.get("class", ""), _TEXT_MAX)
    spoken = choices.spoken()
    lines = [(one.number, one.caption(spoken)) for one in find_classes(text, limit=_CLASSES_SHOWN)]
    context = {"class_text": text, "lines": lines}
    if is_partial(request):
        return render(request, "work/catalogue/class_list.html", context)
    return page(request, duty, "work/catalogue/classes.html", context)
