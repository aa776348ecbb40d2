"""`guisach import …`: everything that comes in from files."""

from __future__ import annotations

import click

from guisach.site.cli.marc import import_marc
from guisach.site.cli.network import load_network
from guisach.site.cli.tables import import_table


@click.group("import")
def import_() -> None:
    """Bring in records, or a province's own network."""


import_.add_command(import_marc, "marc")
import_.add_command(import_table, "table")
import_.add_command(load_network, "network")
