"""A whole installation with a catalogue of some size: what its search page costs, and how soon a change is found.

    GUISACH_DATA=FOLDER python bench/searching/pages.py TITLES PLACES

Run as a process of its own, because it works on a database of its own. What is in the folder already is used
again. Prints one JSON document.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import sys
import threading
import time
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from searching.corpus import Corpus

ASKED = 150
_BATCH = 10_000
_NOW = datetime(2026, 11, 1, tzinfo=UTC)


def main(titles: int, places: int) -> dict[str, Any]:
    """Fill the database where it is empty, build the index where it does not fit, and measure."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guisach.site.settings")
    django.setup()
    from django.core.management import call_command
    from searching.corpus import corpus, real_titles

    from guisach.domain.catalogue.queries import count_records
    from guisach.site.wiring import index_keeper

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    shelf = corpus(titles, places, real_titles())
    _found(shelf.places)
    _fill(shelf, count_records())
    told = {"rebuild": _rebuild() if not index_keeper().ready() else None}
    texts = _texts(shelf)
    return {**told, "page_cpu_ms": _pages(texts), "suggest_cpu_ms": _suggestions(texts), "change_found_s": _change()}


def _found(places: int) -> None:
    """Set up the network, where there is none yet."""
    from django.db import transaction

    from guisach.domain.catalogue.models import Collection
    from guisach.domain.network.models import Commune, Place, Province

    if Province.objects.exists():
        return
    with transaction.atomic():
        Province.objects.create(code="04", name="Cao Bằng")
        communes = [
            Commune(
                code=f"{1000 + n:05}", province_id="04", name=f"Xã {n}", kind="COMMUNE", lat=22.5 + n / 100,
                lon=106.0 + n / 70, valid_from=date(2025, 7, 1),
            )
            for n in range(56)
        ]  # fmt: skip
        Commune.objects.bulk_create(communes)
        Place.objects.bulk_create(
            Place(
                code=f"CB{n:04}", name=f"Tủ sách {n}", kind="COMMUNITY_BOOKCASE", service_mode="KEPT",
                commune_id=communes[n % 56].pk,
            )
            for n in range(places)
        )  # fmt: skip
        Collection.objects.bulk_create(
            Collection(code=code, name=code.title()) for code in ("LAW", "ROTATION", "MOBILE", "CHILD", "LOCAL")
        )


def _fill(shelf: Corpus, there: int) -> None:
    """Store what is not `there` yet; each batch comes whole or not at all."""
    from django.db import transaction

    from guisach.domain.catalogue.models import Copy, Record

    documents = map(shelf.document, range(there + 1, shelf.count + 1))
    while batch := list(islice(documents, _BATCH)):
        with transaction.atomic():
            Record.objects.bulk_create(
                Record(
                    pk=one.id, title=one.title, title_key=one.title[:200].lower(), author="".join(one.authors),
                    authors=list(one.authors), publisher=one.publisher, year=one.year, language=one.language,
                    kind=one.kind, ddc=one.ddc, audience=one.audience, subjects=list(one.subjects),
                    isbns=list(one.isbns), marc="", created_at=_NOW, updated_at=_NOW,
                )
                for one in batch
            )  # fmt: skip
            Copy.objects.bulk_create(
                Copy(
                    barcode=f"C{one.id:07}{at}", record_id=one.id, owner_id=place, base_id=place,
                    collection_id=one.collections[0] if one.collections else None,
                )
                for one in batch
                for at, place in enumerate(one.places)
            )  # fmt: skip


def _rebuild() -> dict[str, float]:
    from guisach.site import indexing

    wall, cpu = time.monotonic(), time.process_time()
    records = indexing.rebuild()
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    return {
        "records_per_s": round(records / wall),
        "records_per_cpu_s": round(records / cpu),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _texts(shelf: Corpus) -> list[str]:
    """What readers ask: whole titles, without marks, and two words."""
    from guisach.kernel.text import fold

    known = [shelf.title(n) for n in random.Random(3).sample(range(1, shelf.known + 1), min(ASKED, shelf.known))]
    return [*known, *map(fold, known), *(" ".join(title.split()[:2]) for title in known)]


def _pages(texts: Sequence[str]) -> dict[str, float]:
    from django.test import Client

    reader = Client(headers={"host": "localhost"})
    reader.cookies["near"] = "01000"

    def ask(text: str) -> None:
        response = reader.get("/search/", {"q": text})
        if response.status_code != 200:
            raise SystemExit(f"{text}: {response.status_code}")

    return {"first_ms": _cpu_ms(ask, texts[:1])["p50"], **_cpu_ms(ask, texts)}


def _suggestions(texts: Sequence[str]) -> dict[str, float]:
    from guisach.domain.catalogue.queries import suggest

    begun = [text[:length] for text in texts for length in (3, 5, 8, 12)]
    return _cpu_ms(suggest, begun)


def _change() -> dict[str, float]:
    """Change titles while the follower runs, and see how long it takes until a search finds them."""
    from guisach.domain.catalogue import actions
    from guisach.domain.catalogue.rules.drafts import RecordDraft
    from guisach.domain.catalogue.rules.search import Query
    from guisach.kernel.clock import system_clock
    from guisach.site import indexing
    from guisach.site.wiring import index_keeper

    stop, rng = indexing.follow_in_background(), random.Random()  # another word each time that the folder is used
    waits = []
    try:
        for number in range(5):
            word = "".join(rng.choices("bcdghklmnpqrstvx", k=14))  # near to no other word
            actions.change_record(record=number + 1, draft=RecordDraft(title=f"Nhan đề {word}"), clock=system_clock)
            start = time.monotonic()
            while not index_keeper().search(Query(f'"{word}"', facets=False)).total:
                time.sleep(0.02)
                if time.monotonic() - start > 60:
                    raise SystemExit("a change was not found within a minute")
            waits.append(time.monotonic() - start)
    finally:
        stop.set()
        for thread in threading.enumerate():
            if thread.name == "search-index":
                thread.join()
    return {"median": round(statistics.median(waits), 2), "worst": round(max(waits), 2)}


def _cpu_ms(work: Callable[[str], object], texts: Sequence[str]) -> dict[str, float]:
    spent = []
    for text in texts:
        start = time.thread_time_ns()
        work(text)
        spent.append((time.thread_time_ns() - start) / 1e6)
    return {"p50": round(statistics.median(spent), 2), "p99": round(sorted(spent)[int(len(spent) * 0.99)], 2)}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
