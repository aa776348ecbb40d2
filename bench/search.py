"""How well and how fast the search index finds a known title: success by kind of mistake, CPU time by stage.

    python bench/search.py [titles]

The corpus is real titles where the shared data lies beside the clone, filled up by joining halves of them; else
titles made of spellable syllables with the frequencies of a language. Times are CPU milliseconds of one thread.
"""

from __future__ import annotations

import csv
import json
import random
import statistics
import sys
import tempfile
import time
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guisach.adapters.search import TantivyIndex, asking
from guisach.adapters.search.finding import find
from guisach.domain.catalogue.rules.search import Document, Query
from guisach.kernel.text import every_spelling, exact_syllables, fold, nfc, to_telex, to_vni
from guisach.kernel.text.spelling import TONED, UNTONED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SHARED_TITLES = Path(__file__).resolve().parents[2] / "shared" / "data" / "vietnamese-titles.csv"
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


# The corpus ------------------------------------------------------------------------------------------------


def real_titles(path: Path = SHARED_TITLES) -> list[tuple[str, str, int]]:
    """Titles, authors and copies sold; none where the data is not there."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [(nfc(row["title"] or ""), nfc(row["author"] or ""), row["sold"] or "") for row in csv.DictReader(lines)]
    return [
        (title, "" if author == "Unknown" else author[:120], int(sold) if sold.isdigit() else 0)
        for title, author, sold in rows
        if title and len(title) <= 200 and "http" not in title
    ]


def made_titles(count: int, rng: random.Random) -> list[tuple[str, str, int]]:
    """Titles of spellable syllables, some of them a hundred times as frequent as others."""
    syllables = [spelling.written() for spelling in every_spelling()]
    rng.shuffle(syllables)
    syllables = syllables[:3000]
    weights = [1 / (rank + 20) for rank in range(len(syllables))]
    made = []
    for _ in range(count):
        words = rng.choices(syllables, weights, k=rng.choice((2, 3, 4, 4, 5, 5, 6, 7, 8, 10, 12)))
        author = " ".join(word.title() for word in rng.choices(syllables[:200], k=3))
        made.append((" ".join(words).capitalize(), author, rng.randrange(100)))
    return made


def corpus(count: int, rng: random.Random) -> tuple[list[Document], int]:
    """Documents, and how many at the beginning are real (all, where none are)."""
    rows = real_titles()[:count]
    real = len(rows) or count
    rows = rows or made_titles(count, rng)
    while len(rows) < count:
        one, other = rng.choice(rows[:real])[0].split(), rng.choice(rows[:real])[0].split()
        title = " ".join(one[: max(len(one) // 2, 1)] + other[len(other) // 2 :])
        rows.append((title, rng.choice(rows[:real])[1], rng.randrange(50)))
    kinds, subjects = ("BOOK", "BOOK", "BOOK", "COMIC", "TEXTBOOK", "LAW"), [f"Chủ đề {n}" for n in range(60)]
    return [
        Document(
            id=number,
            title=title,
            authors=(author,) if author else (),
            subjects=tuple(rng.sample(subjects, 2)),
            publisher="Kim Đồng",
            year=rng.randrange(1975, 2027),
            language="vie",
            kind=rng.choice(kinds),
            places=tuple(f"CB{rng.randrange(60):02}" for _ in range(3)),
            loans=loans,
        )
        for number, (title, author, loans) in enumerate(rows, start=1)
    ], real


# Mistakes --------------------------------------------------------------------------------------------------


def _toned(letter: str, tone: int) -> str:
    form = TONED[letter.lower()][tone]
    return form if letter.islower() else form.upper()


def _wrong_tone(title: str, rng: random.Random, _: Sequence[str]) -> str | None:
    places = [at for at, letter in enumerate(title) if letter in UNTONED and not title[at].isascii()]
    places = [at for at in places if UNTONED[title[at]][1]]
    if not places:
        return None
    at = rng.choice(places)
    letter, tone = UNTONED[title[at]]
    return title[:at] + _toned(letter, rng.choice([t for t in range(6) if t != tone])) + title[at + 1 :]


def _partial_marks(title: str, rng: random.Random, _: Sequence[str]) -> str | None:
    words = title.split()
    return " ".join(fold(word) if rng.random() < 0.5 else word for word in words)


def _tone_placement(title: str, _rng: random.Random, _: Sequence[str]) -> str | None:
    """Move marks from "òa" to "oà" and the like; None where there are none to move."""
    letters = list(title)
    for at, (one, other) in enumerate(pairwise(title)):
        letter, tone = UNTONED.get(one, (one, 0))
        ends = at + 2 >= len(title) or not title[at + 2].isalpha()
        if tone and ends and (letter + other).lower() in ("oa", "oe", "uy"):
            letters[at], letters[at + 1] = letter, _toned(other, tone)
    moved = "".join(letters)
    return None if moved == title else moved


def _one_typo(title: str, rng: random.Random, _: Sequence[str]) -> str | None:
    text = fold(title) if rng.random() < 0.5 else title
    places = [at for at, letter in enumerate(text) if letter.isalpha()]
    if len(places) < 4:
        return None
    at, letter = rng.choice(places), rng.choice("abcdeghiklmnopqrstuvxy")
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + letter + text[at:]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2 and at + 1 < len(text) and text[at + 1].isalpha():
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + letter + text[at + 1 :]


def _missing(title: str, rng: random.Random, _: Sequence[str]) -> str | None:
    words = title.split()
    if len(words) < 3:
        return None
    words.pop(rng.randrange(len(words)))
    return " ".join(words)


def _extra(title: str, rng: random.Random, vocabulary: Sequence[str]) -> str | None:
    words = title.split()
    if len(words) < 2:
        return None
    words.insert(rng.randrange(len(words) + 1), rng.choice(vocabulary))
    return " ".join(words)


CORRUPTIONS: dict[str, Any] = {
    "exact": lambda title, _rng, _words: title,
    "nfd": lambda title, _rng, _words: unicodedata.normalize("NFD", title),
    "no_marks": lambda title, _rng, _words: fold(title),
    "partial_marks": _partial_marks,
    "tone_placement": _tone_placement,
    "wrong_tone": _wrong_tone,
    "raw_telex": lambda title, rng, _words: to_telex(title, tone_last=rng.random() < 0.5),
    "raw_vni": lambda title, rng, _words: to_vni(title, tone_last=rng.random() < 0.5),
    "one_typo": _one_typo,
    "missing_syllable": _missing,
    "extra_syllable": _extra,
}


# Measuring -------------------------------------------------------------------------------------------------


def build(folder: Path, documents: Iterable[Document]) -> TantivyIndex:
    """Index documents into a folder."""
    index = TantivyIndex(folder)
    with index.rebuild() as writer:
        writer.put(documents)
        writer.commit(1)
    return index


def _title_key(text: str) -> tuple[str, ...]:
    return tuple(exact_syllables(text))


def success(
    index: TantivyIndex, documents: Sequence[Document], known: Sequence[Document], rng: random.Random
) -> dict[str, dict[str, Any]]:
    """For each kind of mistake: how often the title meant came first, and among the first ten."""
    titles = {document.id: _title_key(document.title) for document in documents}
    vocabulary = [word for document in known for word in document.title.split() if word.isalpha()]
    table: dict[str, dict[str, Any]] = {}
    for name, corrupt in CORRUPTIONS.items():
        pool = documents[: len(documents)] if name == "tone_placement" else known
        ranks: list[int] = []
        missed: list[tuple[str, str]] = []
        for document in pool:
            if len(ranks) >= len(known):
                break
            text = corrupt(document.title, rng, vocabulary)
            if text is None:
                continue
            hits = index.search(Query(text, limit=10, facets=False)).hits
            found = [at for at, hit in enumerate(hits) if titles[hit.id] == titles[document.id]]
            ranks.append(found[0] if found else 99)
            if not found:
                missed.append((text, document.title))
        count = max(len(ranks), 1)
        table[name] = {
            "asked": len(ranks),
            "at_1": round(sum(rank == 0 for rank in ranks) / count, 4),
            "at_10": round(sum(rank < 10 for rank in ranks) / count, 4),
            "target": TARGETS[name],
            "missed": missed[:10],
        }
    return table


def inverted(known: Sequence[Document], rng: random.Random) -> float:
    """Share of pairs in which an exact match stands below a popular one that only folds to the same."""
    decoys = []
    for document in known:
        other = document.title
        for _ in range(2):
            other = _wrong_tone(other, rng, ()) or other
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
    spent = []
    for text in texts:
        start = time.thread_time_ns()
        work(text)
        spent.append((time.thread_time_ns() - start) / 1e6)
    return {"p50": round(statistics.median(spent), 3), "p99": round(sorted(spent)[int(len(spent) * 0.99)], 3)}


def speed(index: TantivyIndex, texts: Sequence[str], mistyped: Sequence[str]) -> dict[str, Any]:
    """CPU time of the engine alone, with the rerank, with facets too, and all of that for mistyped words; and
    the ratios of these to the engine alone."""
    searcher = index.searcher()

    def engine(text: str) -> object:
        queries = [asking.strict(asked) for asked in asking.readings(text)]
        return searcher.search(asking.either(queries), limit=20) if queries else None

    engine("khởi động")
    stages = {
        "engine": _cpu_ms(engine, texts),
        "rerank": _cpu_ms(lambda text: find(searcher, Query(text, facets=False)), texts),
        "facets": _cpu_ms(lambda text: find(searcher, Query(text)), texts),
        "mistyped": _cpu_ms(lambda text: find(searcher, Query(text)), mistyped),
    }
    ratios = {
        f"{stage}_to_engine_{point}": round(stages[stage][point] / max(stages["engine"][point], 1e-6), 2)
        for stage in ("rerank", "facets", "mistyped")
        for point in ("p50", "p99")
    }
    return {"cpu_ms": stages, "ratios": ratios}


def run(titles: int = 20_000) -> dict[str, Any]:
    """Build an index of so many titles in a temporary folder and measure it."""
    rng = random.Random(2026)
    documents, real = corpus(titles, rng)
    known = rng.sample(documents[:real], min(ASKED, real))
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        index = build(Path(folder), documents)
        built = time.process_time() - start
        table = success(index, documents, known, rng)
        texts = [d.title for d in known] + [fold(d.title) for d in known]
        texts += [" ".join(d.title.split()[:2]) for d in known]
        return {
            "titles": len(documents),
            "real_titles": real if real_titles() else 0,
            "build_cpu_s": round(built, 2),
            **speed(index, texts, [_one_typo(d.title, rng, ()) or d.title for d in known]),
            "success": table,
            "inverted": round(inverted(known, rng), 4),
            "inverted_limit": MOST_INVERTED,
        }


if __name__ == "__main__":
    answer = run(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
    print(json.dumps(answer, ensure_ascii=False, indent=1))
