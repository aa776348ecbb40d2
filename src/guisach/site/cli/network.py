"""`guisach import network FOLDER`: a province from a folder of sheets."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click
from django.utils.translation import gettext as _

from guisach.domain.network import actions
from guisach.kernel.clock import system_clock
from guisach.kernel.errors import DomainError
from guisach.site.cli.output import fail, json_option, result


@click.command("network")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check and try everything, and write nothing.")
@json_option
def load_network(folder: Path, dry_run: bool, as_json: bool) -> None:
    """Load province, communes, places, fairs and staff from the sheets in FOLDER.

    Everything is checked first; with any mistake nothing is written and each is told with file, line and
    column. Loading the same again changes nothing. Passwords of new people are printed once: hand them over.
    """
    try:
        loaded = actions.load_province(folder, at=system_clock(), dry_run=dry_run)
    except DomainError as refusal:
        if not as_json:
            fail(str(refusal))
        problems = refusal.data.get("problems", [])
        result({"code": refusal.code, "text": str(refusal), "problems": problems}, as_json=True, text="")
        sys.exit(1)
    result({**asdict(loaded), "dry_run": dry_run}, as_json=as_json, text=_report(loaded, dry_run))


def _report(loaded: actions.Loaded, dry_run: bool) -> str:
    lines = [
        _("%(sheet)s: %(read)s rows, %(added)s new, %(changed)s changed, %(unchanged)s unchanged")
        % {"sheet": sheet, **asdict(tally)}
        for sheet, tally in loaded.sheets.items()
    ]
    if dry_run:
        lines.append(_("Only tried: nothing was written."))
    if loaded.passwords:
        lines.append(_("First passwords, shown this once:"))
        lines.extend(f"  {username}  {password}" for username, password in loaded.passwords.items())
    return "\n".join(lines)
