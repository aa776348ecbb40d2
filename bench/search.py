"""How well and how fast a known title is found: success by kind of mistake, CPU time by stage, the whole page.

    python bench/search.py [titles] [places]

Times are CPU milliseconds of one thread. The peer is the engine (Tantivy) alone: the words of the question, all of
them, twenty results in its own order, and the same facets. With GUISACH_BENCH_FOLDER the installation that the page
is measured on is kept there and used again, which spares minutes at a million titles.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searching.corpus import Corpus, corpus, real_titles
from searching.mistakes import CORRUPTIONS, one_typo, wrong_tone

from guisach.adapters.search import TantivyIndex, asking
from guisach.adapters.search.facets import facets
from guisach.adapters.search.finding import find
from guisach.domain.catalogue.rules.search import Document, Query
from guisach.kernel.text import exact_syllables, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

ASKED = 400  # titles asked for, in each kind of mistake
TARGETS = {
    "exact": 0.99,
    "nfd": 0.99,
    "no_marks": 0.99,
    "partial_marks": 0.99,
    "tone_placement": 0.99,
    "wrong_tone": 0.99,
    "raw_telex": 0.99,
    "raw_vni": 0.99,
    "one_typo": 0.96,
    "missing_syllable": 0.95,
    "extra_syllable": 0.93,
}
MOST_INVERTED = 0.02  # exact matches below folded ones
PAGE_MS = {200_000: 12.0, 1_000_000: 20.0}
MOST_OF_ENGINE = 1.2  # p99 of the search, of what the engine with the same facets takes
PAGES = Path(__file__).resolve().parent / "searching" / "pages.py"


def build(folder: Path, documents: Iterable[Document]) -> TantivyIndex:
    """Index documents into a folder."""
    index = TantivyIndex(folder)
    with index.rebuild() as writer:
        writer.put(documents)
        writer.commit(1)
    return index


def _title_key(text: str) -> tuple[str, ...]:
    return tuple(exact_syllables(text))


def success(index: TantivyIndex, shelf: Corpus, known: Sequence[int], rng: random.Random) -> dict[str, dict[str, Any]]:
    """For each kind of mistake: how often the title meant came first, and among the first ten."""
    vocabulary = [word for number in known for word in shelf.title(number).split() if word.isalpha()]
    table: dict[str, dict[str, Any]] = {}
    for name, corrupt in CORRUPTIONS.items():
        pool: Iterable[int] = range(1, shelf.count + 1) if name == "tone_placement" else known
        ranks: list[int] = []
        missed: list[tuple[str, str]] = []
        for number in pool:
            if len(ranks) >= len(known):
                break
            title = shelf.title(number)
            text = corrupt(title, rng, vocabulary)
            if text is None:
                continue
            hits = index.search(Query(text, limit=10, facets=False)).hits
            found = [at for at, hit in enumerate(hits) if _title_key(shelf.title(hit.id)) == _title_key(title)]
            ranks.append(found[0] if found else 99)
            if not found:
                missed.append((text, title))
        count = max(len(ranks), 1)
        table[name] = {
            "asked": len(ranks),
            "at_1": round(sum(rank == 0 for rank in ranks) / count, 4),
            "at_10": round(sum(rank < 10 for rank in ranks) / count, 4),
            "target": TARGETS[name],
            "missed": missed[:5],
        }
    return table


def inverted(known: Sequence[Document], rng: random.Random) -> float:
    """Share of pairs in which an exact match stands below a popular one that only folds to the same."""
    decoys = []
    for document in known:
        other = document.title
        for _ in range(2):
            other = wrong_tone(other, rng, ()) or other
        if other != document.title:
            decoys.append(Document(id=document.id + 10_000_000, title=other, loans=50_000))
    with tempfile.TemporaryDirectory() as folder:
        index = build(Path(folder), [*known, *decoys])
        twins = {decoy.id - 10_000_000: decoy for decoy in decoys}
        pairs = below = 0
        for document in known:
            if document.id not in twins:
                continue
            twin = twins[document.id]
            for meant, folds in ((document, twin), (twin, document)):
                ids = [hit.id for hit in index.search(Query(meant.title, limit=100, facets=False)).hits]
                pairs += 1
                below += meant.id not in ids or folds.id in ids[: ids.index(meant.id)]
    return below / max(pairs, 1)


def _cpu_ms(work: Callable[[str], object], texts: Sequence[str]) -> dict[str, float]:
    """Ask everything three times and count the quickest: others use this machine, too."""
    spent = []
    for text in texts:
        took = []
        for _ in range(3):
            start = time.thread_time_ns()
            work(text)
            took.append((time.thread_time_ns() - start) / 1e6)
        spent.append(min(took))
    return {"p50": round(statistics.median(spent), 3), "p99": round(sorted(spent)[int(len(spent) * 0.99)], 3)}


def speed(index: TantivyIndex, texts: Sequence[str], mistyped: Sequence[str]) -> dict[str, Any]:
    """CPU time of the engine alone and with facets, of the search without and with them, and of mistyped questions;
    and the ratios to the engine. Nothing is remembered from one question to the next."""
    searcher = index.searcher()

    def engine(text: str) -> asking.Wanted | None:
        readings = asking.readings(text)
        if not readings:
            return None
        found = asking.either([asking.strict(asked) for asked in readings])
        searcher.search(found.counted, limit=20)
        return found

    def engine_with_facets(text: str) -> None:
        found = engine(text)
        if found is not None:
            facets(searcher, found.counted)

    engine_with_facets("khởi động")
    stages = {
        "engine": _cpu_ms(engine, texts),
        "engine_with_facets": _cpu_ms(engine_with_facets, texts),
        "search_without_facets": _cpu_ms(lambda text: find(searcher, Query(text, facets=False)), texts),
        "search": _cpu_ms(lambda text: find(searcher, Query(text)), texts),
        "mistyped": _cpu_ms(lambda text: find(searcher, Query(text)), mistyped),
    }
    ratios = {
        f"{stage}_to_{peer}_{point}": round(stages[stage][point] / max(stages[peer][point], 1e-6), 2)
        for stage, peer in (
            ("search_without_facets", "engine"),
            ("search", "engine_with_facets"),
            ("mistyped", "engine_with_facets"),
        )
        for point in ("p50", "p99")
    }
    return {"cpu_ms": stages, "ratios": ratios, "most_of_engine": MOST_OF_ENGINE}


def halves(shelf: Corpus, rng: random.Random) -> dict[str, list[int]]:
    """Titles that were looked at while the search was made (even numbers) and titles that were not (odd ones)."""
    known = range(1, shelf.known + 1)
    return {
        name: rng.sample(numbers, min(ASKED, len(numbers)))
        for name, numbers in (("tuned_on", known[1::2]), ("not_seen", known[0::2]))
    }


def run(titles: int = 200_000, places: int = 130, pages: int = 1) -> dict[str, Any]:
    """Measure among so many titles with copies in so many places; `pages=0` leaves the whole page out."""
    rng = random.Random(2026)
    rows = real_titles()
    shelf = corpus(titles, places, rows)
    parts = halves(shelf, rng)
    with _folder(titles, places) as folder:
        start = time.process_time()
        whole = _whole_pages(folder, titles, places) if pages else {}
        index = TantivyIndex(folder / "index")
        if not index.ready():
            index = build(folder / "index", shelf)
        built = {} if pages else {"build_cpu_s": round(time.process_time() - start, 2)}
        known = [*parts["tuned_on"], *parts["not_seen"]]
        texts = [shelf.title(n) for n in known] + [fold(shelf.title(n)) for n in known]
        texts += [" ".join(shelf.title(n).split()[:2]) for n in known]
        # Before any other question: quality changes nothing in the index, but the first questions warm it up.
        tables = {name: success(index, shelf, numbers, rng) for name, numbers in parts.items()}
        return {
            "titles": shelf.count,
            "places": places,
            "real_titles": shelf.known if rows else 0,
            **built,
            **whole,
            "page_limit_ms": PAGE_MS.get(titles),
            **speed(index, texts, [one_typo(shelf.title(n), rng, ()) or shelf.title(n) for n in known]),
            "success": tables["tuned_on"],
            "success_not_seen": tables["not_seen"],
            "inverted": round(inverted([shelf.document(n) for n in known], rng), 4),
            "inverted_limit": MOST_INVERTED,
            "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }


@contextmanager
def _folder(titles: int, places: int) -> Iterator[Path]:
    kept = os.environ.get("GUISACH_BENCH_FOLDER")
    if kept:
        yield Path(kept) / f"search-{titles}-{places}"
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _whole_pages(folder: Path, titles: int, places: int) -> dict[str, Any]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GUISACH_")}
    environ |= {"GUISACH_DATA": str(folder)}
    command = [sys.executable, str(PAGES), str(titles), str(places)]
    told = subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, Any] = json.loads(told.splitlines()[-1])
    return found


if __name__ == "__main__":
    answer = run(*map(int, sys.argv[1:]))
    print(json.dumps(answer, ensure_ascii=False, indent=1))
