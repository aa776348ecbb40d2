"""Messages to readers: plan and send now, and see what waits. Nobody is named."""

from __future__ import annotations

import sys

import click
from django.utils.translation import gettext as _

from guisach.site.cli.output import fail, json_option, result

_LISTED_MAX = 200


@click.group()
def messages() -> None:
    """Messages to readers: send what waits, list what does not go."""


@messages.command()
@json_option
def send(as_json: bool) -> None:
    """Plan today's reminders and send all that may go now; serving and worker do it by themselves."""
    from guisach.domain.circulation import actions as circulation
    from guisach.domain.messages import queries
    from guisach.kernel.clock import system_clock
    from guisach.site.machine_lock import machine_lock
    from guisach.site.posting import Postman

    planned = circulation.plan_notices(clock=system_clock)
    with machine_lock("messages") as is_ours:
        if not is_ours:
            fail(_("Another process of this machine is sending already."))
        tried = Postman().work()
    counts = queries.message_counts(None)
    values = {"planned": planned, "tried": tried, "waiting": counts["waiting"], "person": counts["person"]}
    text = _("%(planned)s reminders planned, %(tried)s messages tried; %(waiting)s wait, %(person)s need a person.")
    result(values, as_json=as_json, text=text % values)


@messages.command(name="list")
@click.option("--group", type=click.Choice(["person", "waiting", "done", "cancelled"]), default="person")
@json_option
def list_(group: str, as_json: bool) -> None:
    """List messages: those that need a person, or another group; status 1 when any needs a person."""
    from guisach.domain.messages import queries

    counts = queries.message_counts(None)
    found = queries.messages(places=None, group=group, limit=_LISTED_MAX)
    rows = [
        {
            "id": str(one.id),
            "kind": one.kind,
            "channel": one.channel,
            "place": one.place,
            "state": one.state,
            "error": one.error,
            "attempts": one.attempts,
            "not_before": one.not_before.isoformat(),
            "sent_at": one.sent_at.isoformat() if one.sent_at else None,
        }
        for one in found
    ]
    lines = [f"{row['id']} {row['kind']} {row['channel']} {row['place']} {row['state']} {row['error']}" for row in rows]
    lines.append(_("%(person)s need a person, %(waiting)s wait, %(done)s done.") % counts)
    result({**counts, "messages": rows}, as_json=as_json, text="\n".join(lines))
    if counts["person"]:
        sys.exit(1)
