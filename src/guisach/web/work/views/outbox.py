"""Messages to readers: what waits, what failed and why, and what is handed over on paper or read out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages as notes
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guisach.adapters.printing import aloud as print_aloud
from guisach.adapters.printing import slips as print_slips
from guisach.domain.messages import actions, queries
from guisach.domain.messages.rules.states import Channel
from guisach.domain.network.queries import Permission
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.kernel.text.numbers import whole_number
from guisach.web.ui.access import Duty, needs
from guisach.web.work import message_words as words
from guisach.web.work.shell import page
from guisach.web.work.stocking import pdf

if TYPE_CHECKING:
    from guisach.domain.messages.queries import Handed, MessageView

_PER_PAGE = 50
_OFFSET_MAX = 100_000
_IDS_MAX = queries.HANDED_MAX
_WAYS = {"slips": Channel.SLIP, "aloud": Channel.ALOUD}


@require_GET
@needs(Permission.SEE_READERS)
def show(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show messages by what is to do about them: those that need a person first."""
    within = duty.scope(Permission.SEE_READERS)
    counts = queries.message_counts(within)
    group = request.GET.get("group", "") or ("person" if counts["person"] else "waiting")
    if group not in queries.GROUPS:
        raise Http404
    text = request.GET.get("offset", "")
    offset = min(whole_number(text) or 0, _OFFSET_MAX)
    found = queries.messages(places=within, group=group, offset=offset, limit=_PER_PAGE + 1)
    shown = found[:_PER_PAGE]
    who = readers.readers({one.reader for one in shown if one.reader}) if shown else {}
    if who:
        note_access(staff_id=duty.person.pk, act="MESSAGES", at=duty.at, place=duty.here, found=len(who))
    names = {place.pk: place.name for place in duty.places}
    titles = queries.kind_titles()
    context = {
        "group": group,
        "tabs": _tabs(counts),
        "lines": [_line(one, who, names, titles) for one in shown],
        "next": offset + _PER_PAGE if len(found) > _PER_PAGE else 0,
        "hands": [
            {"place": code, "name": names.get(code, code), **{way: n.get(of, 0) for way, of in _WAYS.items()}}
            for code, n in sorted(queries.handed_counts(within, duty.at).items())
        ]
        if group == "waiting"
        else [],
        "open_ways": sorted(str(words.CHANNELS[channel]) for channel in queries.open_channels()),
    }
    return page(request, duty, "work/messages.html", context)


@require_POST
@needs(Permission.SEE_READERS)
def act(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Send messages again, print them instead, or let them be; those out of this person's scope stay as they are."""
    ids, within = _ids(request), duty.scope(Permission.SEE_READERS)
    what, by = request.POST.get("act", ""), duty.person.pk
    if what == "again":
        n = actions.send_again(ids, places=within, by=by, clock=duty.clock)
        said = ngettext("%(n)s message waits to be sent again.", "%(n)s messages wait to be sent again.", n)
    elif what == "print":
        n = actions.print_instead(ids, places=within, by=by, clock=duty.clock)
        said = ngettext("%(n)s slip waits to be printed.", "%(n)s slips wait to be printed.", n)
    elif what == "cancel":
        n = actions.cancel(ids, places=within, by=by)
        said = ngettext("%(n)s message is not sent.", "%(n)s messages are not sent.", n)
    else:
        raise BadRequest("no such act")
    if ids and not n:
        raise Http404
    notes.success(request, said % {"n": n})
    return redirect("work:messages")


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_READERS)
def handing(request: HttpRequest, duty: Duty, way: str) -> HttpResponse:
    """Show, or print, what a place hands over as slips or reads out; note that it was done."""
    channel = _WAYS.get(way)
    place = request.POST.get("place", "") or request.GET.get("place", "") or duty.here
    if channel is None or not place or not duty.may(Permission.SEE_READERS, place):
        raise Http404
    if request.method == "POST":
        n = actions.mark_handed(_ids(request), places=[place], by=duty.person.pk, clock=duty.clock)
        said = ngettext("%(n)s is noted as done.", "%(n)s are noted as done.", n)
        notes.success(request, said % {"n": n})
        return redirect(f"{reverse('work:handing', args=[way])}?place={place}")
    found = queries.handed(place=place, channel=channel, at=duty.at)
    if found:
        note_access(staff_id=duty.person.pk, act="MESSAGES", at=duty.at, place=duty.here, found=len(found))
    name = next((one.name for one in duty.places if one.pk == place), place)
    if request.GET.get("form") == "pdf":
        return _paper(way, name, found)
    context = {"way": way, "place": place, "name": name, "lines": found}
    return page(request, duty, "work/handing.html", context)


def _paper(way: str, name: str, found: list[Handed]) -> HttpResponse:
    if not found:
        raise Http404
    texts = [one.words.text for one in found]
    made = print_slips(name, texts) if way == "slips" else print_aloud(name, texts)
    return pdf(made, "phieu-nhac" if way == "slips" else "doc-o-cho")


def _tabs(counts: dict[str, int]) -> list[dict[str, Any]]:
    names = {
        "person": _("For a person"),
        "waiting": _("Waiting"),
        "done": _("Done"),
        "cancelled": _("Not sent"),
    }
    return [{"code": code, "name": names[code], "n": n} for code, n in counts.items()]


def _line(one: MessageView, who: dict[UUID, Any], names: dict[str, str], titles: dict[str, str]) -> dict[str, Any]:
    reader = who.get(one.reader) if one.reader else None
    return {
        "message": one,
        "title": titles.get(one.kind, one.kind),
        "name": reader.full_name if reader else "",
        "place": names.get(one.place, one.place),
        "channel": words.CHANNELS.get(one.channel, one.channel),
        "state": words.state(one.state),
        "why": words.error(one.error),
        "at": one.sent_at or one.created_at,
    }


def _ids(request: HttpRequest) -> list[UUID]:
    try:
        return [UUID(text) for text in request.POST.getlist("message")[:_IDS_MAX]]
    except ValueError:
        raise BadRequest("no message") from None
