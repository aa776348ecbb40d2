"""Lists of books: making one, putting titles on it with one press, giving them an order and a word, publishing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.actions.lists import (
    add_to_list,
    arrange_list,
    change_list,
    delete_list,
    make_list,
    remove_from_list,
)
from guisach.domain.catalogue.queries import lists as queries
from guisach.domain.network.queries import Permission
from guisach.kernel.errors import DomainError
from guisach.kernel.text.numbers import whole_number
from guisach.web.ui.access import Duty, needs
from guisach.web.ui.pictures import pictures_of
from guisach.web.work.shell import go_back, page, status_of, typed

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from guisach.domain.catalogue.queries.lists import ListView

STAFF = (Permission.LEND, Permission.STOCK, Permission.CATALOGUE)
LIST_KEY = "list"
"""In the session: the list that titles are put on with one press."""

_WORD_MAX = 300


class ListForm(forms.Form):
    """Name, what it is for, and whether readers see it."""

    name = forms.CharField(label=gettext_lazy("Name of the list"), max_length=120)
    note = forms.CharField(
        label=gettext_lazy("Purpose of the list"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Readers see this under the name."),
    )
    is_public = forms.BooleanField(label=gettext_lazy("Readers see this list on the portal"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*STAFF)
def show_all(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show all lists; begin a new one, which is then the one that titles are put on."""
    form = ListForm(request.POST if request.method == "POST" else None)
    complaint, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = make_list(by=duty.person, clock=duty.clock, **form.cleaned_data)
            except DomainError as refusal:
                complaint, status = str(refusal), status_of(refusal)
            else:
                request.session[LIST_KEY] = made
                messages.success(request, _("The list is begun. Find titles and press “To the list”."))
                return redirect("work:book_list", made)
    found = queries.book_lists()
    context = {
        "form": form,
        "complaint": complaint,
        "lists": [{"list": one, "is_own": may_change(one, duty)} for one in found],
        "current": request.session.get(LIST_KEY),
    }
    return page(request, duty, "work/lists.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*STAFF)
def show(request: HttpRequest, duty: Duty, list_id: int) -> HttpResponse:
    """Show one list; change its name and order, take titles off, make it the one that titles are put on."""
    found = _list(list_id)
    is_mine = may_change(found, duty)
    if request.method == "POST":
        if not is_mine:
            raise PermissionDenied(_("This list belongs to somebody else. Please begin one of your own."))
        return _act(request, duty, found)
    if is_mine:
        request.session[LIST_KEY] = found.id
    return _page(request, duty, found, ListForm(initial=_initial(found)), is_mine=is_mine)


@require_POST
@needs(*STAFF)
def add(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Put a title on the list that this person works on, or on the one that is named."""
    record, wish = request.POST.get("record", ""), request.POST.get("list", "") or request.session.get(LIST_KEY)
    if not whole_number(record):
        raise BadRequest("a form that names no title")
    found = queries.book_list(int(str(wish))) if whole_number(str(wish)) else None
    if found is None:
        messages.info(request, _("Please begin a list first, or open one: titles then go there with one press."))
        return redirect("work:book_lists")
    if not may_change(found, duty):
        raise PermissionDenied(_("This list belongs to somebody else. Please begin one of your own."))
    request.session[LIST_KEY] = found.id
    try:
        is_new = add_to_list(list_=found.id, record=int(record), clock=duty.clock)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return go_back(request, "work:books")
    said = _("Put on the list “%(name)s”.") if is_new else _("Stands on the list “%(name)s” already.")
    messages.success(request, said % {"name": found.name})
    return go_back(request, "work:books")


def may_change(list_: ListView, duty: Duty) -> bool:
    """Tell whether this person may change the list: their own, or any for who keeps the shared catalogue."""
    return list_.by == duty.person.pk or duty.grants.everywhere(Permission.CATALOGUE)


def _act(request: HttpRequest, duty: Duty, found: ListView) -> HttpResponse:
    try:
        if "remove" in request.POST and whole_number(request.POST["remove"]):
            remove_from_list(list_=found.id, record=int(request.POST["remove"]), clock=duty.clock)
        elif "delete" in request.POST:
            delete_list(list_=found.id)
            request.session.pop(LIST_KEY, None)
            messages.success(request, _("The list is gone. The titles are where they were."))
            return redirect("work:book_lists")
        elif "order" in request.POST or "up" in request.POST or "down" in request.POST:
            order, notes = _arranged(request)
            arrange_list(list_=found.id, order=order, notes=notes, clock=duty.clock)
        else:
            form = ListForm(request.POST)
            if not form.is_valid():
                return _page(request, duty, found, form, is_mine=True, status=422)
            change_list(list_=found.id, clock=duty.clock, **form.cleaned_data)
            messages.success(request, _("The list is changed."))
    except DomainError as refusal:
        form = ListForm(initial=_initial(found))
        return _page(request, duty, found, form, is_mine=True, complaint=str(refusal), status=status_of(refusal))
    return redirect("work:book_list", found.id)


def _arranged(request: HttpRequest) -> tuple[list[int], dict[int, str]]:
    """Read the titles in the order of the form, one of them moved by one, and the words about them."""
    order = [int(text) for text in request.POST.getlist("title") if whole_number(text)]
    notes = {one: typed(request.POST.get(f"note-{one}", ""), _WORD_MAX) for one in order}
    for name, by in (("up", -1), ("down", 1)):
        text = request.POST.get(name, "")
        if whole_number(text) and int(text) in order:
            at = order.index(int(text))
            to = min(max(at + by, 0), len(order) - 1)
            order[at], order[to] = order[to], order[at]
    return order, notes


def _page(
    request: HttpRequest,
    duty: Duty,
    found: ListView,
    form: ListForm,
    *,
    is_mine: bool,
    complaint: str = "",
    status: int = 200,
) -> HttpResponse:
    entries = queries.entries_of(found.id)
    by_id = {one.id: one for one in catalogue.records([entry.record for entry in entries])}
    pictures = pictures_of(list(by_id))
    shown = [
        {"record": by_id[entry.record], "note": entry.note, "picture": pictures.get(entry.record)}
        for entry in entries
        if entry.record in by_id
    ]
    context = {"list": found, "entries": shown, "form": form, "is_mine": is_mine, "complaint": complaint}
    return page(request, duty, "work/list.html", context, status=status)


def _initial(found: ListView) -> dict[str, object]:
    return {"name": found.name, "note": found.note, "is_public": found.is_public}


def _list(list_id: int) -> ListView:
    found = queries.book_list(list_id) if list_id < 2**63 else None
    if found is None:
        raise Http404
    return found
