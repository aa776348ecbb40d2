"""Records of imports that wait for a person: is it a title that is here already?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from guisach.domain.catalogue import queries
from guisach.domain.catalogue.actions import importing
from guisach.domain.network.queries import Permission
from guisach.kernel.errors import DomainError
from guisach.kernel.text.numbers import whole_number
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.work.importing import comparing, words
from guisach.web.work.shell import page, status_of

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries.imports import WaitingView

_ALIKE_MAX = 200  # waiting records that are looked at for a bulk decision


@dataclass(frozen=True, slots=True)
class Alike:
    """Waiting records of one import about which the same can be said at once."""

    ids: tuple[int, ...]
    titles: tuple[str, ...]


@require_GET
@needs(Permission.IMPORT, Permission.CATALOGUE)
def show(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show the next record that waits, beside those it may be the same as."""
    return _show(request, duty, _import_of(request))


def _show(request: HttpRequest, duty: Duty, import_: int | None, *, fault: str = "", status: int = 200) -> HttpResponse:
    after = whole_number(request.GET.get("after", "")) or 0
    found = queries.waiting(imported_in=import_, limit=1, after=after)
    if not found and after:
        found = queries.waiting(imported_in=import_, limit=1)
    one = found[0] if found else None
    context = {
        "one": one,
        "waits": words.WAITS.get(one.reason, one.reason) if one else "",
        "beside": comparing.beside(one) if one else [],
        "own": comparing.own(one) if one else [],
        "left": queries.count_waiting(import_),
        "import_id": import_,
        "alike": _alike(one.imported_in) if one else None,
        "fault": fault,
    }
    return page(request, duty, "work/waiting.html", context, status=status)


def _alike(import_: int) -> Alike | None:
    """Find those of an import that have one certain candidate with the same ISBN and title."""
    found = [one for one in queries.waiting(imported_in=import_, limit=_ALIKE_MAX) if _is_plain(one)]
    if len(found) < 2:
        return None
    return Alike(tuple(one.id for one in found), tuple(one.title for one in found[:5]))


def _is_plain(one: WaitingView) -> bool:
    return len(one.candidates) == 1 and {"isbn", "title"} <= set(one.candidates[0].why)


@require_POST
@needs(Permission.IMPORT, Permission.CATALOGUE)
def decide(request: HttpRequest, duty: Duty, waiting: int) -> HttpResponse:
    """Take a decision about one, and show the next."""
    import_ = _import_of(request)
    try:
        told = importing.decide_waiting(
            waiting=waiting,
            decision=request.POST.get("decision", ""),
            record=whole_number(request.POST.get("record", "")),
            clock=duty.clock,
            by=duty.person.pk,
        )
    except DomainError as refusal:
        return _show(request, duty, import_, fault=str(refusal), status=status_of(refusal))
    for warning in told.warnings:
        messages.warning(request, words.warning(warning))
    said = {"ADD": _("Added as a new title."), "MERGE": _("Merged."), "DISCARD": _("Left out.")}
    messages.success(request, said.get(told.decision, ""))
    return redirect(_next(import_, waiting))


@require_POST
@needs(Permission.IMPORT, Permission.CATALOGUE)
def decide_alike(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Merge all that were shown as having the same ISBN and title."""
    import_ = _import_of(request)
    wished = [number for text in request.POST.getlist("waiting")[:_ALIKE_MAX] if (number := whole_number(text))]
    decided, left = importing.decide_many(waiting=wished, decision="MERGE", clock=duty.clock, by=duty.person.pk)
    said = ngettext("%(n)s title was merged.", "%(n)s titles were merged.", len(decided))
    messages.success(request, said % {"n": formats.number(len(decided))})
    if left:
        said = ngettext("%(n)s still waits.", "%(n)s still wait.", len(left))
        messages.warning(request, said % {"n": formats.number(len(left))})
    return redirect(_next(import_, 0))


def _next(import_: int | None, after: int) -> str:
    wish = [f"import={import_}" if import_ else "", f"after={after}" if after else ""]
    return "?".join(filter(None, (reverse("work:waiting"), "&".join(filter(None, wish)))))


def _import_of(request: HttpRequest) -> int | None:
    return whole_number(request.POST.get("import") or request.GET.get("import") or "")
