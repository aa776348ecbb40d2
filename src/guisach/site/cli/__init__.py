"""The `guisach` command: a door like any other, in the user's language, with JSON for scripts."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from guisach.site.cli.output import fail

# Command → module and attribute. Loaded on use, so that `guisach --help` does not wait for Django.
_COMMANDS = {
    "backup": ("guisach.site.cli.safety", "backup"),
    "bench": ("guisach.site.cli.bench", "bench"),
    "check": ("guisach.site.cli.safety", "check"),
    "demo": ("guisach.site.cli.demo", "demo"),
    "export": ("guisach.site.cli.exports", "export"),
    "forget": ("guisach.site.cli.safety", "forget"),
    "import": ("guisach.site.cli.imports", "import_"),
    "messages": ("guisach.site.cli.messages", "messages"),
    "migrate": ("guisach.site.cli.serving", "migrate"),
    "reindex": ("guisach.site.cli.catalogue", "reindex"),
    "restore": ("guisach.site.cli.safety", "restore"),
    "search": ("guisach.site.cli.catalogue", "search"),
    "serve": ("guisach.site.cli.serving", "serve"),
    "sync-simulate": ("guisach.site.cli.simulating", "simulate"),
    "token": ("guisach.site.cli.serving", "token"),
    "worker": ("guisach.site.cli.serving", "worker"),
}


class _Commands(click.Group):
    """Finds commands by name and prepares Django before one runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        _prepare_django()
        module, attribute = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


def _prepare_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guisach.site.settings")
    import django
    from django.apps import apps
    from django.utils import translation

    from guisach.site.env import BadEnvironment

    if not apps.ready:
        try:
            django.setup()
        except BadEnvironment as error:
            fail(str(error))
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    translation.activate("en" if wanted.lower().startswith("en") else "vi")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="guisach")
def cli() -> None:
    """Gùi Sách: runs a province's network of grassroots libraries."""


def main() -> Any:
    """Run the command line; a refusal is a sentence and exit status 1, a broken pipe is no drama."""
    from django.db import DatabaseError
    from django.utils.translation import gettext as _

    from guisach.kernel.errors import DomainError

    try:
        return cli(standalone_mode=True)
    except DomainError as refusal:
        fail(str(refusal))
    except DatabaseError as error:
        fail(
            _("The database cannot be used (%(reason)s). If it is a new one, please run: guisach migrate")
            % {"reason": str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__}
        )
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
