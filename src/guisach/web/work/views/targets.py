"""Which catalogues elsewhere are asked: written down, tried, switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guisach.domain.catalogue import actions
from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.rules.elsewhere import Target, question_of
from guisach.domain.network.queries import Permission
from guisach.kernel.errors import DomainError
from guisach.web.ui.access import Duty, needs
from guisach.web.work.cataloguing.elsewhere import answer_line
from guisach.web.work.cataloguing.forms import TargetForm
from guisach.web.work.shell import page, status_of

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries import TargetView

_UNPROCESSABLE = 422
_FIELD_OF = {"target_unusable": "url", "target_name_taken": "name"}
_TRIED_WITH = "Vietnam"


@require_http_methods(["GET", "POST"])
@needs(Permission.CATALOGUE)
def targets(request: HttpRequest, duty: Duty, target: int | None = None) -> HttpResponse:
    """List the catalogues, and write one down or change it."""
    known = catalogue.search_target(target) if target else None
    if target and known is None:
        raise Http404
    form = TargetForm(request.POST or None, schemas=catalogue.target_schemas(), initial=_initial(known))
    status = 200
    if request.method == "POST":
        status = _UNPROCESSABLE
        if form.is_valid():
            said = form.cleaned_data
            wanted = Target(
                said["name"], said["url"], said["version"], said["schema_name"], is_unimarc=said["schema"] == "UNIMARC"
            )
            try:
                actions.keep_target(target=wanted, id_=target, is_active=said["is_active"], order=said["order"])
            except DomainError as refusal:
                form.add_error(_FIELD_OF.get(refusal.code), str(refusal))
                status = status_of(refusal)
            else:
                messages.success(request, _("Saved: %(title)s") % {"title": said["name"]})
                return redirect("work:targets")
    context = {"form": form, "target": known, "targets": catalogue.search_targets()}
    return page(request, duty, "work/catalogue/targets.html", context, status=status)


def _initial(known: TargetView | None) -> dict[str, object]:
    return {name: getattr(known, name) for name in TargetForm.base_fields} if known else {}


@require_POST
@needs(Permission.CATALOGUE)
def change_target(request: HttpRequest, duty: Duty, target: int) -> HttpResponse:
    """Try a catalogue, switch it on or off, or take it off the list."""
    known = catalogue.search_target(target)
    if known is None:
        raise Http404
    match request.POST.get("act"):
        case "try":
            [answer] = catalogue.ask_elsewhere([known.target], question_of(_TRIED_WITH)).answers
            line = answer_line(answer)
            tell = messages.error if line.is_trouble else messages.success
            tell(request, _("%(name)s: %(answer)s") % {"name": known.name, "answer": line.text})
        case "on" | "off" as act:
            actions.switch_target(id_=target, is_active=act == "on")
        case "drop":
            actions.drop_target(id_=target)
            messages.success(request, _("No longer in the list: %(name)s") % {"name": known.name})
        case _:
            raise Http404
    return redirect("work:targets")
