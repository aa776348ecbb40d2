"""Titles and copies of the demonstration: real books, filled up with titles marked as made up."""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.catalogue.rules.drafts import CopyDraft, NewTitle, RecordDraft
from guisach.kernel.clock import LOCAL
from guisach.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from guisach.domain.network.models import Place

DATA = Path(__file__).parent / "data"
TITLES = 5_000
PROVINCIAL = "CB-01273-TVT"

# How many copies a place of each kind answers for.
_STOCK = {
    "COMMUNE_LIBRARY": (180, 420),
    "COMMUNITY_LIBRARY": (300, 700),
    "LEARNING_CENTRE": (60, 140),
    "POST_OFFICE_POINT": (50, 120),
    "COMMUNITY_BOOKCASE": (50, 110),
    "LAW_BOOKCASE": (30, 60),
    "SCHOOL": (120, 260),
    "BORDER_POST": (80, 200),
    "READING_ROOM": (150, 340),
    "MOBILE_UNIT": (600, 700),
    "POP_UP": (40, 60),
}
# These few are well stocked, so that somebody meets the minimum conditions of the decree.
_RICH = {"CB-01279-TV": 2_060, "CB-01477-TV": 2_110}

_COLLECTIONS = {"TSPL": "PHAP_LUAT", "DC": "DIA_CHI", "TN": "THIEU_NHI"}
_MOBILE = "LUU_DONG"

_FILLER_NOTE = "biểu ghi minh họa, không phải sách có thật"


def titles(rng: Random) -> list[tuple[RecordDraft, bool]]:
    """Return the drafts, each with whether it is filler; real books come last, so they are the newest on the shelf."""
    real = list(_real())
    filler: list[tuple[RecordDraft, bool]] = []
    for volume, (topic, ddc), (form, audience) in itertools.product(range(1, 8), _filler("TOPIC"), _filler("FORM")):
        if len(real) + len(filler) >= TITLES:
            break
        draft = RecordDraft(
            title=form.format(topic) + (f". Tập {volume}" if volume > 1 else ""),
            subtitle=_FILLER_NOTE,
            year=rng.randint(2008, 2025),
            language="vie",
            ddc=ddc,
            audience=audience,
            subjects=(topic[0].upper() + topic[1:],),
        )
        filler.append((draft, True))
    return filler + real[::-1]


def _filler(part: str) -> list[tuple[str, str]]:
    """Return the forms of made-up titles with their audience, or the topics with their class."""
    with (DATA / "filler.csv").open(encoding="utf-8", newline="") as handle:
        return [(row["text"], row["class"]) for row in csv.DictReader(handle) if row["part"] == part]


def _real() -> Iterator[tuple[RecordDraft, bool]]:
    with (DATA / "books.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            # Handbooks of which neither author nor publisher is known may exist under such a title or not.
            is_filler = not row["author"] and not row["publisher"]
            yield (
                RecordDraft(
                    title=row["title"],
                    subtitle=row["subtitle"] or (_FILLER_NOTE if is_filler else ""),
                    authors=tuple(a.strip() for a in row["author"].split(";") if a.strip()),
                    publisher=row["publisher"],
                    published_at_place=row["place"],
                    year=int(row["year"]) if row["year"] else None,
                    edition=row["edition"],
                    language=row["language"],
                    ddc=row["ddc"],
                    kind=row["kind"],
                    audience=row["audience"],
                    subjects=tuple(s.strip() for s in row["subjects"].split(";") if s.strip()),
                    series=row["series"],
                    summary=row["summary"],
                ),
                is_filler,
            )


def stocked(rng: Random, places: Sequence[Place]) -> tuple[list[NewTitle], dict[str, list[tuple[str, float]]]]:
    """Return the titles with their copies, and for each place its barcodes with how sought-after each is."""
    drafts = titles(rng)
    sought = [_sought(rng, draft, is_filler) for draft, is_filler in drafts]
    copies: list[list[CopyDraft]] = [[] for _ in drafts]
    shelves: dict[str, list[tuple[str, float]]] = {place.code: [] for place in places}
    numbers: Counter[str] = Counter()
    mobile = {place.code for place in places if place.kind == "MOBILE_UNIT"}

    def add(index: int, base: str) -> None:
        draft = drafts[index][0]
        prefix = normalise_barcode(series_of(draft.kind, draft.audience))
        numbers[prefix] += 1
        barcode = f"{prefix}{numbers[prefix]:06d}"
        acquired = date(2018, 1, 1) + timedelta(days=rng.randrange(2_700))
        copies[index].append(
            CopyDraft(
                barcode=barcode,
                owner=PROVINCIAL,
                base=base,
                call_no=call_no_of(draft.ddc, draft.authors[0] if draft.authors else draft.title),
                collection=_MOBILE if base in mobile else _COLLECTIONS.get(prefix, ""),
                acquired_on=acquired,
                labelled_at=datetime.combine(acquired, time(15), tzinfo=LOCAL),
                price_vnd=rng.randrange(25, 160) * 1000,
            )
        )
        shelves[base].append((barcode, sought[index]))

    for index in range(len(drafts)):
        for _ in range(2 if sought[index] > 3 else 1):
            add(index, PROVINCIAL)
    for place in places:
        if place.code == PROVINCIAL:
            continue
        size = _RICH.get(place.code) or rng.randint(*_STOCK[place.kind])
        weights = [_fit(draft, place.kind) * weight for (draft, _), weight in zip(drafts, sought, strict=True)]
        for index in rng.choices(range(len(drafts)), weights, k=size):
            add(index, place.code)
    made = [
        NewTitle(draft=draft, copies=tuple(of_title), is_filler=is_filler)
        for (draft, is_filler), of_title in zip(drafts, copies, strict=True)
    ]
    return made, shelves


def _sought(rng: Random, draft: RecordDraft, is_filler: bool) -> float:
    """How sought-after a title is: few are loved, most stand still, as everywhere."""
    weight = rng.paretovariate(1.4)
    if draft.audience == "CHILD" or draft.kind == "COMIC":
        weight *= 1.8
    return min(weight, 30.0) * (0.35 if is_filler else 1.0)


def _fit(draft: RecordDraft, kind: str) -> float:
    if kind == "LAW_BOOKCASE":
        return 20.0 if draft.kind == "LAW" else 0.05
    if kind == "SCHOOL":
        return 3.0 if draft.audience in {"CHILD", "TEEN"} else 0.2
    if kind == "BORDER_POST":
        return 0.2 if draft.audience == "CHILD" else 1.5
    return 1.0


def series_of(kind: str, audience: str) -> str:
    """Return the series in which a title's copies are numbered."""
    if kind == "LAW":
        return "TSPL"
    if kind == "LOCAL":
        return "ĐC"
    return "TN" if audience == "CHILD" else "VV"


def call_no_of(ddc: str, name: str) -> str:
    """Make a call number of a class and the first letters of a name."""
    letters = "".join(ch for ch in fold(name).upper() if ch.isalpha())[:3]
    return f"{ddc} {letters}".strip()
