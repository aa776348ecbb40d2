"""Authorities: lists of headings, likely duplicates, and the page of one heading with what leads to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guisach.domain.catalogue.actions import authorities as acts
from guisach.domain.catalogue.queries import authorities as queries
from guisach.domain.catalogue.rules.marc.authority_records import AuthorityDraft
from guisach.domain.catalogue.rules.marc.description import PointKind, PointUse
from guisach.domain.network.queries import Permission
from guisach.kernel.errors import DomainError
from guisach.kernel.text.numbers import whole_number
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.work.headings import AuthorityForm
from guisach.web.work.shell import page, status_of, typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from guisach.domain.catalogue.queries.authorities import AuthorityView, HeadingView, Pending

_PER_PAGE: Final = 50
_DUPLICATES: Final = 20
_TEXT_MAX: Final = 300
_AT_ONCE: Final = 1000  # titles changed while somebody waits; the rest with another press
_LARGEST_ID: Final = 2**63 - 1
_FORMS_MAX: Final = 50
_NAMED: Final = 10  # titles named in a message


@require_GET
@needs(Permission.CATALOGUE)
def show_list(request: HttpRequest, duty: Duty) -> HttpResponse:
    """List headings: those with an authority, those that stand in titles, or what looks like the same twice."""
    show = request.GET.get("show", "")
    if show not in {"titles", "duplicates"}:
        show = "authorities"
    text, after = typed(request.GET.get("q", ""), _TEXT_MAX), typed(request.GET.get("after", ""), 500)
    kind = request.GET.get("kind", "")
    kinds = queries.heading_kinds()
    if kind not in dict(kinds):
        kind = PointKind.PERSON.value
    use = request.GET.get("use", "")
    if use not in {PointUse.AUTHOR, PointUse.SUBJECT, PointUse.SERIES}:
        use = PointUse.AUTHOR.value
    context: dict[str, object] = {"show": show, "q": text, "kind": kind, "use": use, "kinds": kinds}
    context["kept"] = [("show", show), ("use", use) if show == "titles" else ("kind", kind)]
    following = ""
    if show == "authorities":
        found = queries.authorities(kind=kind, text=text, after=after, limit=_PER_PAGE + 1)
        context["authorities"] = found[:_PER_PAGE]
        following = queries.position_of(found[_PER_PAGE - 1]) if len(found) > _PER_PAGE else ""
    elif show == "titles":
        forms = queries.headings(use=use, text=text, after=after, limit=_PER_PAGE + 1)
        context["headings"] = forms[:_PER_PAGE]
        following = queries.position_of(forms[_PER_PAGE - 1]) if len(forms) > _PER_PAGE else ""
    else:
        context["groups"], following = queries.likely_duplicates(kind=kind, after=after, limit=_DUPLICATES)
    return page(request, duty, "work/authorities.html", {**context, "next_place": following, "after": after})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CATALOGUE)
def new(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Add an authority."""
    initial = {"kind": request.GET.get("kind", ""), "heading": typed(request.GET.get("heading", ""), _TEXT_MAX)}
    form = AuthorityForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            draft = AuthorityDraft(
                PointKind(said["kind"]), said["heading"], said["dates"], said["note"], said["other_forms"]
            )
            try:
                made = acts.add_authority(draft=draft, clock=duty.clock)
            except DomainError as refusal:
                form.add_error("heading", str(refusal))
                status = status_of(refusal)
            else:
                messages.success(request, _("The heading is added."))
                return redirect("work:authority", made)
    return page(request, duty, "work/authority_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CATALOGUE)
def show(request: HttpRequest, duty: Duty, authority: int) -> HttpResponse:
    """Show one authority; correct it."""
    found = _found(authority)
    initial = {"heading": found.heading, "dates": found.dates, "note": found.note, "kind": found.kind}
    initial["opened_at"] = found.updated_at.isoformat()
    form = AuthorityForm(request.POST if request.method == "POST" else None, initial=initial, is_new=False)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                changed = acts.change_authority(
                    authority=found.id, heading=said["heading"], dates=said["dates"], note=said["note"],
                    clock=duty.clock, opened_at=said["opened_at"],
                )  # fmt: skip
            except DomainError as refusal:
                form.add_error("heading", str(refusal))
                status = status_of(refusal)
            else:
                messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
                return redirect("work:authority", found.id)
    context = {
        "authority": found,
        "form": form,
        "headings": queries.headings_of(found),
        "pending": queries.pending(found),
        "at_once": _AT_ONCE,
    }
    return page(request, duty, "work/authority.html", context, status=status)


@require_POST
@needs(Permission.CATALOGUE)
def forms(request: HttpRequest, duty: Duty, authority: int) -> HttpResponse:
    """Let another form lead to the heading, or not any more."""
    try:
        if request.POST.get("remove"):
            text = typed(request.POST["remove"], _TEXT_MAX)
            acts.remove_variant(authority=authority, text=text, clock=duty.clock)
            messages.success(request, _("“%(text)s” does not lead here any more.") % {"text": text})
        else:
            text = typed(request.POST.get("text", ""), _TEXT_MAX)
            is_new = acts.add_variant(authority=authority, text=text, clock=duty.clock)
            said = _("“%(text)s” leads here now.") if is_new else _("“%(text)s” leads here already.")
            messages.success(request, said % {"text": text})
    except acts.AuthorityUnknown:
        raise Http404 from None
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("work:authority", authority)


@require_POST
@needs(Permission.CATALOGUE)
def apply(request: HttpRequest, duty: Duty, authority: int) -> HttpResponse:
    """Write the heading into the titles that have another form of it."""
    try:
        done = acts.apply_authority(authority=authority, by=duty.person.pk, clock=duty.clock, limit=_AT_ONCE)
    except acts.AuthorityUnknown:
        raise Http404 from None
    text = ngettext("%(count)s title was changed.", "%(count)s titles were changed.", done.changed)
    text %= {"count": formats.number(done.changed)}
    if not done.is_done:
        text += " " + _("More are left: please press the button again.")
    messages.success(request, text)
    if done.unreadable:
        messages.warning(request, _left_alone(done.unreadable))
    return redirect("work:authority", authority)


def _left_alone(titles: Sequence[int]) -> str:
    numbers = ", ".join(map(str, titles[:_NAMED])) + (" …" if len(titles) > _NAMED else "")
    text = ngettext(
        "%(count)s title was left as it is, for what is stored of it cannot be read as MARC: no. %(numbers)s. "
        "Open it, write the data anew and press the button again.",
        "%(count)s titles were left as they are, for what is stored of them cannot be read as MARC: no. %(numbers)s. "
        "Open them, write the data anew and press the button again.",
        len(titles),
    )
    return text % {"count": formats.number(len(titles)), "numbers": numbers}


@require_POST
@needs(Permission.CATALOGUE)
def delete(request: HttpRequest, duty: Duty, authority: int) -> HttpResponse:
    """Take out an authority that no title needs."""
    found = _found(authority)
    try:
        acts.delete_authority(authority=authority)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("work:authority", authority)
    messages.success(request, _("The heading “%(heading)s” is taken out.") % {"heading": found.heading})
    return redirect("work:authorities")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CATALOGUE)
def merge(request: HttpRequest, duty: Duty, authority: int) -> HttpResponse:
    """Choose another authority that is the same, see what would change, and merge it into this one."""
    winner = _found(authority)
    text = typed(request.GET.get("q", ""), _TEXT_MAX)
    loser = _other(request.POST.get("with", "") or request.GET.get("with", ""))
    if request.method == "POST":
        if loser is None:
            raise BadRequest("a merge that names no other heading")
        try:
            acts.merge_authorities(winner=winner.id, loser=loser.id, clock=duty.clock)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("“%(heading)s” leads here now.") % {"heading": loser.heading})
        return redirect("work:authority", winner.id)
    found = queries.authorities(kind=winner.kind, text=text, limit=20) if text else []
    context: dict[str, object] = {
        "winner": winner,
        "loser": loser if loser and loser.id != winner.id and loser.kind == winner.kind else None,
        "q": text,
        "found": [one for one in found if one.id != winner.id],
    }
    if context["loser"] and loser:
        context["pending"] = queries.merge_preview(winner, loser)
        context["swap"] = loser.id
    return page(request, duty, "work/authority_merge.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CATALOGUE)
def gather(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Make one heading of forms that stand in titles: choose which, see what would change, do it."""
    said = request.POST if request.method == "POST" else request.GET
    ids = [int(one) for one in said.getlist("form")[:_FORMS_MAX] if whole_number(one)]
    views = queries.headings_by_id(ids)
    if not views:
        raise Http404
    wish = said.get("chosen", "")
    chosen = next((view for view in views if str(view.id) == wish), views[0])
    others = [view for view in views if view.id != chosen.id]
    if request.method == "POST":
        try:
            made = acts.gather_forms(heading=chosen.id, others=[view.id for view in others], clock=duty.clock)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("work:authorities")
        messages.success(request, _("The heading is there, and the other forms lead to it."))
        return redirect("work:authority", made)
    context = {"views": views, "chosen": chosen, "others": others, "pending": _preview(chosen, others)}
    return page(request, duty, "work/authority_gather.html", context)


@require_GET
@needs(Permission.CATALOGUE)
def suggest(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Give headings that begin as typed, for htmx: `?kind=PERSON&q=nguyen sen`, or any kind without one."""
    del duty
    text = typed(request.GET.get("q", ""), _TEXT_MAX)
    kind = request.GET.get("kind", "")
    kinds = [kind] if kind in dict(queries.heading_kinds()) else [PointKind.PERSON, PointKind.SUBJECT]
    found = [one for one_kind in kinds for one in queries.suggestions(kind=one_kind, text=text)]
    return render(request, "work/authority_suggest.html", {"found": found, "q": text})


def _preview(chosen: HeadingView, others: list[HeadingView]) -> Pending:
    return queries.gather_preview(chosen, others)


def _found(authority: int) -> AuthorityView:
    found = queries.authority(authority) if authority <= _LARGEST_ID else None
    if found is None:
        raise Http404
    return found


def _other(text: str) -> AuthorityView | None:
    return queries.authority(int(text)) if whole_number(text) else None
