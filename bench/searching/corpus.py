"""Titles to search among: real ones where the shared data lies beside the clone, filled up by joining halves of them.

Every document is made from its number alone, so that a million of them need no memory.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from guisach.domain.catalogue.rules.search import Document
from guisach.kernel.text import every_spelling, nfc

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED_TITLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "vietnamese-titles.csv"
SEED = 2026
_SUBJECTS = 2000
_KINDS = ("BOOK",) * 6 + ("COMIC", "TEXTBOOK", "LAW", "LOCAL")
_LANGUAGES = ("vie",) * 18 + ("eng", "tyz")
_AUDIENCES = ("ANY", "ADULT", "ADULT", "CHILD", "TEEN")
_COLLECTIONS = ("LAW", "ROTATION", "MOBILE", "CHILD", "LOCAL")
_CLASSES = tuple(f"{number}" for number in random.Random(SEED).sample(range(1000), 300))

Row = tuple[str, str, int]


def real_titles(path: Path = SHARED_TITLES) -> list[Row]:
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


def made_titles(count: int, rng: random.Random) -> list[Row]:
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


@dataclass(frozen=True)
class Corpus:
    """`count` documents with copies in `places` places; the first ones are the rows themselves."""

    rows: list[Row]
    count: int
    places: int

    @property
    def known(self) -> int:
        """How many documents are rows: their titles are what somebody has in mind."""
        return min(len(self.rows), self.count)

    def __iter__(self) -> Iterator[Document]:
        return map(self.document, range(1, self.count + 1))

    def title(self, number: int) -> str:
        """The title of document `number`, counted from one."""
        return self._row(number, random.Random(SEED + number))[0]

    def document(self, number: int) -> Document:
        """Make document `number`, counted from one."""
        rng = random.Random(SEED + number)
        title, author, loans = self._row(number, rng)
        stand = [f"CB{rng.randrange(self.places):04}" for _ in range(3)]
        return Document(
            id=number,
            title=title,
            authors=(author,) if author else (),
            subjects=tuple({f"Chủ đề {min(int(rng.paretovariate(0.6)), _SUBJECTS)}" for _ in range(2)}),
            publisher="Kim Đồng" if rng.random() < 0.2 else "Giáo dục Việt Nam",
            year=rng.randrange(1975, 2027),
            language=rng.choice(_LANGUAGES),
            kind=rng.choice(_KINDS),
            ddc=rng.choice(_CLASSES),
            isbns=(f"978604{number:07}",) if number % 2 else (),
            audience=rng.choice(_AUDIENCES),
            collections=(rng.choice(_COLLECTIONS),) if rng.random() < 0.3 else (),
            places=tuple(dict.fromkeys(stand)),
            here=tuple(dict.fromkeys(place for place in stand if rng.random() < 0.8)),
            loans=loans,
        )

    def _row(self, number: int, rng: random.Random) -> Row:
        if number <= len(self.rows):
            return self.rows[number - 1]
        one, other = rng.choice(self.rows)[0].split(), rng.choice(self.rows)[0].split()
        title = " ".join(one[: max(len(one) // 2, 1)] + other[len(other) // 2 :])
        return title, rng.choice(self.rows)[1], rng.randrange(50)


def corpus(count: int, places: int, rows: list[Row]) -> Corpus:
    """Documents over real titles, or over made ones where there are none."""
    return Corpus(rows[:count] or made_titles(min(count, 20_000), random.Random(SEED)), count, places)
