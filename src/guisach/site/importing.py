"""Works through imports that pages have queued, and undoes those that pages want undone, one after the other.

The queue is rows of imports; their files lie in this machine's folder. A lock on a file there lets one process work,
whichever takes it; when it ends in any way, the next one goes on where the import stands.
"""

from __future__ import annotations

import logging
import os
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import close_old_connections, connection
from django.db.utils import DatabaseError

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.actions import importing
from guisach.domain.catalogue.kinds import file_store
from guisach.kernel.clock import system_clock
from guisach.kernel.errors import DomainError
from guisach.site.machine_lock import machine_lock
from guisach.site.wiring import import_folder

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries import ImportView

logger = logging.getLogger(__name__)

POLL_S = 1.0
TROUBLE_S = 10.0
KEPT_FOR = timedelta(days=30)  # files of imports that are over: long enough to undo one and begin again


class Importer:
    """Works the queue of imports."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self._stop = stop or threading.Event()

    def step(self) -> bool:
        """Work at one import to its end, or until told to stop; returns whether there was one to work at."""
        with machine_lock("imports") as is_ours:
            if not is_ours:
                return False
            for id_ in catalogue.imports_to_work():
                found = catalogue.import_(id_)
                if found is not None and self._work(found):
                    return True
            importing.forget_files(before=system_clock() - KEPT_FOR)
            return False

    def run(self) -> None:
        """Work until told to stop; survives whatever happens to the database or the disk in between."""
        wait_s = 0.0
        while not self._stop.wait(wait_s):
            close_old_connections()
            try:
                wait_s = 0.0 if self.step() else POLL_S
            except (DatabaseError, DomainError, OSError, RuntimeError, ValueError):
                logger.exception("queued imports could not be worked through; trying again")
                wait_s = TROUBLE_S
        connection.close()

    def _work(self, found: ImportView) -> bool:
        if found.status == "UNDOING":
            importing.undo_import(import_=found.id, clock=system_clock)
            return True
        path = file_store().path(found.stored)
        if not path.is_file() and connection.vendor == "postgresql":
            return False  # it lies on another machine, whose worker will see to it
        if not importing.start_queued(import_=found.id):
            return False
        try:
            self._import(found)
        except importing.ImportElsewhere:
            pass  # a person has stopped it
        except (DomainError, LookupError, ValueError, OSError) as refusal:
            logger.warning("import %s stopped: %s", found.id, refusal)
            importing.stop_import(import_=found.id, trouble=str(refusal))
        return True

    def _import(self, found: ImportView) -> None:
        path = file_store().path(found.stored)
        with import_folder(found.file, system_clock()) as folder:
            importing.note_report(import_=found.id, report=folder.path.name)
            try:
                for imported in importing.run_import(import_=found.id, path=path, clock=system_clock):
                    folder.add(path, imported)
                    if self._stop.is_set():
                        break  # it goes on with the next start
            except DomainError as refusal:
                folder.failed(path, refusal.code, str(refusal))
                raise


def work(stop: threading.Event) -> None:
    """Work the queue in this thread until told to stop."""
    Importer(stop).run()


def work_in_background(stop: threading.Event | None = None) -> threading.Event:
    """Work the queue in a daemon thread; setting the returned event ends it."""
    stop = stop or threading.Event()
    threading.Thread(target=work, args=(stop,), name="imports", daemon=True).start()
    return stop


def work_if_asked() -> None:
    """Start working where `guisach serve` asked for it; for the WSGI module."""
    if os.environ.get("GUISACH_FOLLOW") == "1":
        work_in_background()
