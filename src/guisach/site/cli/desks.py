"""`guisach import operations`: what an offline desk exported because it could not send it itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from guisach.kernel.errors import DomainError
from guisach.site.cli.output import fail, json_option, progress, result

_COUNTS = ("read", "stored", "duplicate", "fork", "malformed", "quarantined")


@click.command("operations")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--by", "username", required=True, help="Who answers for it: a user name.")
@json_option
def import_operations(files: tuple[Path, ...], username: str, as_json: bool) -> None:
    """Take in exports of offline desks, as often as you like; status 1 where a file could not be read."""
    from guisach.domain.journal.actions import workbench_source
    from guisach.domain.network import queries as network
    from guisach.domain.sync import actions
    from guisach.domain.sync.rules.export_file import FILE_BYTES_MAX
    from guisach.kernel.clock import system_clock

    staff = network.staff(username)
    if staff is None:
        fail(_("Nobody here is called %(name)s.") % {"name": username})
    by = workbench_source(staff=staff, at=system_clock())
    told: list[dict[str, Any]] = []
    with progress(None, _("Bringing in")) as bar:
        for file in files:
            try:
                with file.open("rb") as opened:
                    whole = opened.read(FILE_BYTES_MAX + 1)
                brought = actions.bring(file=whole, by=by, clock=system_clock, progress=bar.update)
            except (DomainError, OSError) as error:
                told.append({"file": str(file), "error": str(error)})
                continue
            counts = {name: getattr(brought, name) for name in _COUNTS}
            wrong = [{"number": at, "code": code, "field": field} for at, code, field in brought.wrong]
            unknown = sorted(str(device) for device in brought.unknown_devices)
            told.append({"file": str(file), **counts, "wrong": wrong, "unknown_devices": unknown})
    sums = {name: sum(one.get(name, 0) for one in told) for name in _COUNTS}
    unread = [one for one in told if "error" in one]
    values = {**sums, "unreadable_files": len(unread), "files": told}
    result(values, as_json=as_json, text="\n".join(_lines(told)))
    if unread:
        sys.exit(1)


def _lines(told: list[dict[str, Any]]) -> list[str]:
    lines = []
    for one in told:
        if "error" in one:
            lines.append(f"{one['file']}: {one['error']}")
            continue
        lines.append(
            _(
                "%(file)s: %(read)s acts: %(stored)s new, %(duplicate)s here already, %(fork)s under a number taken, "
                "%(quarantined)s to be looked at, %(malformed)s unreadable"
            )
            % one
        )
        lines += [
            _("%(file)s: its device %(device)s is not enrolled here") % {"file": one["file"], "device": device}
            for device in one["unknown_devices"]
        ]
    return lines
