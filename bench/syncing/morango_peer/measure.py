"""Serialise and deserialise, alone: `python -m syncing.morango_peer.measure DATABASE`, on each line of input how
many records, and how many of them at a time.

What is measured is Morango's own work on a node: from the tables of the app into its store, and from the store into
the tables, as after a transfer. Signing, sending and queueing of a session come on top and are left out, in its favour.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid

import django
from desks.clients import cpu_ms
from django.conf import settings

_APPS = ("django.contrib.contenttypes", "django.contrib.auth", "morango", "syncing.morango_peer")


def _settle(database):
    if database.startswith("host="):
        engine = {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": database[5:],
            "NAME": "morango",
            "USER": "postgres",
        }
    else:
        # As durable as ours: what is answered survives a pulled plug.
        engine = {"ENGINE": "django.db.backends.sqlite3", "NAME": database, "OPTIONS": {"timeout": 30}}
    settings.configure(
        SECRET_KEY="bench", INSTALLED_APPS=_APPS, DATABASES={"default": engine}, USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField", MORANGO_SERIALIZE_AFTER_DEQUEUING=True,
    )  # fmt: skip
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", run_syncdb=True, verbosity=0)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")


def _round(count, size):
    from django.db import connection
    from morango.models import Store
    from morango.sync.controller import MorangoProfileController
    from syncing.morango_peer.models import Act

    controller = MorangoProfileController("bench")
    used = {"serialise": [0.0, 0.0], "deserialise": [0.0, 0.0]}
    for start in range(0, count, size):
        acts = [_act(n) for n in range(start, min(start + size, count))]
        for act in acts:
            act.save()
        _timed(used["serialise"], controller.serialize_into_store)
        ids = [act.id for act in acts]
        # As on the other side, where a transfer brought the store and nothing else.
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * len(ids))
            cursor.execute(f"DELETE FROM {Act._meta.db_table} WHERE id IN ({marks})", ids)
        Store.objects.filter(id__in=ids).update(dirty_bit=True)
        _timed(used["deserialise"], controller.deserialize_from_store)
        if Act.objects.filter(id__in=ids).count() != len(ids) or Store.objects.filter(dirty_bit=True).exists():
            raise RuntimeError("Morango has not brought all of it over")
    both = [sum(spent) for spent in zip(*used.values(), strict=True)]
    return {"operations": count, "cpu_s": both[0], "wall_s": both[1], "serialise_cpu_s": used["serialise"][0]}


def _act(n):
    from syncing.morango_peer.models import Act

    return Act(
        kind="lend", actor="keeper1", place="CB-S001", copy=f"S{n:08d}", reader=uuid.uuid4().hex, due="2027-01-10",
        policy=1, group="FARMER", wall="2026-12-27T09:14:03+07:00", seq=n + 1,
    )  # fmt: skip


def _timed(spent, work):
    cpu, wall = _cpu_s(), time.perf_counter()
    work()
    spent[0] += _cpu_s() - cpu
    spent[1] += time.perf_counter() - wall


def _cpu_s():
    """Processor time of this process and of the database server, in seconds."""
    postmaster = os.environ.get("POSTMASTER")
    return time.process_time() + (cpu_ms([int(postmaster)]) / 1000 if postmaster else 0)


if __name__ == "__main__":
    _settle(sys.argv[1])
    import morango

    told = {"morango": morango.__version__, "django": django.get_version(), "python": sys.version.split()[0]}
    for line in sys.stdin:
        print(json.dumps(told | _round(*map(int, line.split()))), flush=True)
