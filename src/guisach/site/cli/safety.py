"""Checking, backing up and restoring."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from django.utils.translation import gettext as _

from guisach.site.cli.output import fail, json_option, progress, result

_DETAILS_MAX = 100  # differences named in the answer; the count is always whole


@click.command()
@json_option
def check(as_json: bool) -> None:
    """Recompute everything from the log and compare; status 1 when anything differs."""
    from guisach.site import checking

    with progress(None, _("Checking")) as bar:
        found = checking.check(bar.update)
    values = {
        "differences": len(found.differences),
        "operations": found.operations,
        "digest": found.digest,
        "details": found.differences[:_DETAILS_MAX],
    }
    lines = [*found.differences[:_DETAILS_MAX]]
    lines.append(
        _("%(operations)s operations, %(differences)s differences, digest %(digest)s")
        % {"operations": found.operations, "differences": len(found.differences), "digest": found.digest}
    )
    result(values, as_json=as_json, text="\n".join(lines))
    if found.differences:
        sys.exit(1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def backup(file: Path, as_json: bool) -> None:
    """Write everything to FILE while people go on working; readable on either kind of database."""
    from guisach.site import backups, erased

    try:
        erased.keep_list()
        with progress(None, _("Backing up")) as bar:
            manifest = backups.write(file, bar.update)
    except OSError as error:
        fail(_("%(file)s cannot be written: %(reason)s") % {"file": file, "reason": error.strerror or error})
    rows = sum(table["rows"] for table in manifest["tables"].values())
    values = {"file": str(file), "rows": rows, "operations": manifest["operations"], "bytes": file.stat().st_size}
    text = _("%(rows)s rows, %(operations)s operations → %(file)s") % values
    result(values, as_json=as_json, text=text)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@json_option
def restore(file: Path, as_json: bool) -> None:
    """Fill an empty database from the backup FILE, then check it."""
    from guisach.domain.circulation import actions as circulation
    from guisach.domain.messages import actions as messages
    from guisach.kernel.clock import system_clock
    from guisach.site import backups, checking, erased, upkeep

    try:
        with progress(None, _("Restoring")) as bar:
            manifest = backups.read(file, bar.update)
    except backups.BackupUnusable as error:
        fail(str(error))
    # What was forgotten since the backup was taken must not come back with it; what waited to be sent then may have
    # gone since, and so may all that would be planned today.
    upkeep.forget(clock=system_clock)
    erased.erase_again(system_clock)
    circulation.plan_notices(clock=system_clock)
    messages.hold_after_restore()
    found = checking.check()
    values = {
        "operations": found.operations,
        "differences": len(found.differences),
        "digest": found.digest,
        "taken_at": manifest["taken_at"],
    }
    text = _("%(operations)s operations of %(taken_at)s are back, %(differences)s differences.") % values
    result(values, as_json=as_json, text=text)
    if found.differences:
        sys.exit(1)


@click.command()
@json_option
def forget(as_json: bool) -> None:
    """Forget who borrowed what, of loans that ended more than thirty days ago; serving and worker do it daily."""
    from guisach.kernel.clock import system_clock
    from guisach.site import upkeep

    with progress(None, _("Forgetting")) as bar:
        done = upkeep.forget(clock=system_clock, progress=bar.update)
    values = {"loans": done.loans, "operations": done.operations}
    result(values, as_json=as_json, text=_("%(loans)s loans no longer name their readers.") % values)
