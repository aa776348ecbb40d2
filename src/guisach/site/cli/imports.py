"""`guisach import …`: everything that comes in from files."""

from __future__ import annotations

import click

from guisach.site.cli.authorities import import_authorities
from guisach.site.cli.desks import import_operations
from guisach.site.cli.import_runs import decide, list_imports, list_waiting, source, undo_import
from guisach.site.cli.marc import import_marc
from guisach.site.cli.network import load_network
from guisach.site.cli.oai import import_oai
from guisach.site.cli.people import import_loans, import_readers
from guisach.site.cli.tables import import_table


@click.group("import")
def import_() -> None:
    """Bring in records, readers, open loans, or a province's own network."""


import_.add_command(import_marc, "marc")
import_.add_command(import_table, "table")
import_.add_command(import_oai, "oai")
import_.add_command(import_readers, "readers")
import_.add_command(import_loans, "loans")
import_.add_command(import_operations, "operations")
import_.add_command(load_network, "network")
import_.add_command(import_authorities, "authorities")
import_.add_command(list_imports, "list")
import_.add_command(undo_import, "undo")
import_.add_command(list_waiting, "waiting")
import_.add_command(decide, "decide")
import_.add_command(source, "source")
