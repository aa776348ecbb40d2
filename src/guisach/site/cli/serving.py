"""Preparing the database, serving, following the change feed, and tokens for scripts."""

from __future__ import annotations

import os
import signal
import socket
import threading
from datetime import timedelta

import click
from django.core.management import call_command
from django.utils.translation import gettext as _

from guisach.site.cli.output import fail, json_option, result


@click.command()
def migrate() -> None:
    """Prepare the database (an empty one, or one of an earlier version) and the static files."""
    from guisach.site import migrating

    migrating.migrate()
    call_command("collectstatic", interactive=False, verbosity=0)
    from guisach.domain.catalogue.actions.stock import load_stock_words
    from guisach.domain.journal import actions as journal
    from guisach.domain.programme import actions as programme

    programme.load_targets()
    load_stock_words()
    understood = journal.retry_pending()
    if understood:
        click.echo(_("%(count)s operations that waited for this version are understood now.") % {"count": understood})


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Serving processes.")
def serve(port: int, host: str, workers: int) -> None:
    """Serve the site until it is told to stop."""
    from django.conf import settings
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from granian import Granian
    from granian.constants import Interfaces

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        fail(_("The database is not ready for this version. Please run: guisach migrate"))
    connection.close()
    _refuse_taken_port(host, port)
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    os.environ["GUISACH_FOLLOW"] = "1"
    shown = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/"  # noqa: S104
    click.echo(_("Gùi Sách is at %(address)s — press Ctrl+C to stop.") % {"address": shown}, err=True)
    Granian(
        "guisach.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        # SQLite writes one at a time anyway; a few threads keep slow readers from holding up the rest.
        blocking_threads=4,
        backlog=512,
        log_level="warning",  # type: ignore[arg-type]
        respawn_failed_workers=True,
        # A process that was told to stop while it was starting may never hear of it: then it is ended.
        workers_kill_timeout=5,
    ).serve()


def _refuse_taken_port(host: str, port: int) -> None:
    """Say it in words before the server would say it in a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            values = {"host": host, "port": port, "reason": error.strerror}
            fail(_("%(host)s:%(port)s cannot be used (%(reason)s). Please choose another with --port.") % values)


@click.command()
def worker() -> None:
    """Keep the search index in step, work queued imports, send messages, do what is due daily, until told to stop."""
    from guisach.site import importing, indexing, posting, upkeep

    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_args: stop.set())
    importing.work_in_background(stop)
    upkeep.keep_up_in_background(stop)
    posted = posting.post_in_background(stop)
    indexing.follow(stop)
    posted.join(posting.FINISH_S)  # a message half sent would be one of which nobody knows whether it went


@click.command()
@click.argument("username")
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 3650), help="How long it is valid.")
@click.option("--label", default="", help="What the token is for.")
@json_option
def token(username: str, days: int, label: str, as_json: bool) -> None:
    """Make a bearer token with which a script acts as USERNAME. It is shown once."""
    from guisach.domain.journal import actions as journal
    from guisach.domain.network import queries as network
    from guisach.kernel.clock import system_clock

    person = network.staff(username)
    if person is None or not person.is_active:
        fail(_("Nobody signs in as %(username)s.") % {"username": username})
    secret = journal.issue_token(staff=person, label=label[:120], at=system_clock(), valid_for=timedelta(days=days))
    result({"token": secret, "username": person.username, "days": days}, as_json=as_json, text=secret)
