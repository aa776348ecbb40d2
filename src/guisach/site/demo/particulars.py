"""Legal documents with their dates, newspapers with their issues, and two lists, for the demonstration.

Numbers and dates of the laws are those of the documents. Which place gets which newspaper, and what of it came, is
made up; so are the lists.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from guisach.domain.catalogue.actions.laws import Particulars, describe_law
from guisach.domain.catalogue.actions.lists import add_to_list, arrange_list, make_list
from guisach.domain.catalogue.actions.periodicals import Came, Terms, receive_issues, subscribe
from guisach.domain.catalogue.rules.drafts import CopyDraft, NewTitle, RecordDraft
from guisach.domain.catalogue.rules.issues import Rhythm, expected_days
from guisach.domain.network.queries import staff
from guisach.kernel.clock import LOCAL
from guisach.site.demo.stock import DATA, PROVINCIAL
from guisach.site.demo.year import END

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from guisach.domain.network.models import Place

_ISSUER = "Quốc hội"
_STANDING_COMMITTEE = "Ủy ban Thường vụ Quốc hội"
_LOST = 0.06  # of the issues do not come
_DAYS = {"DAILY": 30, "WEEKLY": 90, "MONTHLY": 200}  # before the end of which issues are there
_YEAR_BEGINS, _YEAR_ENDS = date(END.year, 1, 1), date(END.year + 1, 1, 1)
_DDC = {"Luật Đất đai": "346.597043", "Luật Nhà ở": "346.597043", "Luật Căn cước": "342.59708",
        "Luật Bảo hiểm": "344.59702", "Pháp lệnh Thư viện": "344.597092"}  # fmt: skip


def titles() -> list[NewTitle]:
    """Return the newspapers and the laws that others have replaced; the rest of the laws are among the books."""
    made = [
        NewTitle(
            draft=RecordDraft(
                title=row["title"],
                publisher=row["publisher"],
                published_at_place=row["place"],
                language="vie",
                ddc=row["ddc"],
                kind="SERIAL",
                audience=row["audience"],
                subjects=tuple(row["subjects"].split("; ")),
            )
        )
        for row in _rows("periodicals")
    ]
    for n, row in enumerate((row for row in _rows("laws") if row["replaced_by"]), 1):
        year = int(row["issued_on"][:4])
        draft = RecordDraft(
            title=row["title"],
            authors=(_issuer(row),),
            publisher="Chính trị quốc gia Sự thật",
            published_at_place="Hà Nội",
            year=year,
            language="vie",
            ddc=next(ddc for begin, ddc in _DDC.items() if row["title"].startswith(begin)),
            kind="LAW",
            audience="ADULT",
            subjects=("Pháp luật",),
        )
        copy = CopyDraft(
            barcode=f"PL9{n:05d}", owner=PROVINCIAL, base=PROVINCIAL, condition="REFERENCE", call_no=f"{draft.ddc} QUO"
        )
        made.append(NewTitle(draft=draft, copies=(copy,)))
    return made


def fill(rng: Random, titles: Sequence[NewTitle], ids: Sequence[int], places: Sequence[Place]) -> None:
    """Describe the laws, subscribe, tick off issues, make the lists."""
    by_title = {(title.draft.title, next(iter(title.draft.authors), "")): id_ for title, id_ in _pairs(titles, ids)}
    by_name = {title.draft.title: id_ for title, id_ in _pairs(titles, ids)}
    _laws(by_name)
    _newspapers(rng, by_name, places)
    _lists(by_title)


def _laws(ids: Mapping[str, int]) -> None:
    for row in _rows("laws"):
        describe_law(
            record=ids[row["title"]],
            said=Particulars(
                number=row["number"],
                issuer=_issuer(row),
                issued_on=date.fromisoformat(row["issued_on"]),
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                replaced_by=ids[row["replaced_by"]] if row["replaced_by"] else None,
            ),
        )


def _newspapers(rng: Random, ids: Mapping[str, int], places: Sequence[Place]) -> None:
    libraries = [place for place in places if place.kind == "COMMUNE_LIBRARY"]
    by_day: dict[date, list[Came]] = {}
    for row in _rows("periodicals"):
        at = [place for place in places if place.code == PROVINCIAL]
        at += libraries if row["where"] == "COMMUNE" else libraries[:5] if row["where"] == "SOME" else []
        weekdays = frozenset(map(int, row["weekdays"]))
        for place in at:
            copies = 3 if place.code == PROVINCIAL else 1
            terms = Terms(row["frequency"], _YEAR_BEGINS, _YEAR_ENDS, weekdays, copies)
            made = subscribe(record=ids[row["title"]], place=place.code, terms=terms)
            rhythm = Rhythm(row["frequency"], _YEAR_BEGINS, _YEAR_ENDS, weekdays)
            for day in expected_days(rhythm, END - timedelta(days=_DAYS[row["frequency"]]), END):
                if rng.random() >= _LOST:
                    number = f"{day.month}/{day.year}" if row["frequency"] == "MONTHLY" else ""
                    by_day.setdefault(day, []).append(Came(made, day, number))
    for day in sorted(by_day):
        came_at = datetime.combine(day, time(8, 30), tzinfo=LOCAL)
        receive_issues(issues=by_day[day], clock=partial(datetime.fromisoformat, came_at.isoformat()))


def _lists(ids: Mapping[tuple[str, str], int]) -> None:
    at = datetime.combine(END, time(9), tzinfo=LOCAL)
    by = staff("hoa")
    made: dict[str, int] = {}
    words: dict[int, dict[int, str]] = {}
    for row in _rows("lists"):
        if row["list"] not in made:
            made[row["list"]] = make_list(name=row["list"], note=row["note"], is_public=True, by=by, clock=lambda: at)
        list_, record = made[row["list"]], ids[row["title"], row["author"]]
        add_to_list(list_=list_, record=record, clock=lambda: at)
        words.setdefault(list_, {})[record] = row["word"]
    for list_, notes in words.items():
        arrange_list(list_=list_, order=list(notes), notes=notes, clock=lambda: at)


def _issuer(row: Mapping[str, str]) -> str:
    return _STANDING_COMMITTEE if "UBTVQH" in row["number"] else _ISSUER


def _pairs(titles: Sequence[NewTitle], ids: Sequence[int]) -> list[tuple[NewTitle, int]]:
    # Of two editions under one title the first is meant.
    return list(zip(titles, ids, strict=True))[::-1]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
