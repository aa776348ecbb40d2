"""Writes the vectors: what more than one implementation computes, as the rules of the product compute it.

    python -m tests.vectors.make        write the files anew, after a change of a rule that is meant

`test_vectors.py` fails where a file is not what the rules say. `fold.json` and `legacy.json` are written by hand.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from guisach.domain.catalogue.rules.barcodes import normalise_barcode, split_number
from guisach.domain.circulation.rules.lending import (
    Calendar,
    CopyFacts,
    ReaderFacts,
    due_by,
    may_lend,
    may_renew,
    renewed_from,
)
from guisach.domain.circulation.rules.policy import FIRST, LoanPolicy, Situation
from guisach.domain.journal.rules.envelope import canonical, commitment, digest
from guisach.domain.readers.rules.cards import card_number, check_digit, is_mistyped, normalise_card, serial_of
from guisach.kernel.clock import local_date
from guisach.kernel.text import fold, typed_readings
from tests.vectors import make_overlay

HERE = Path(__file__).parent
Json = Any


def main() -> None:
    for name, content in files().items():
        (HERE / name).write_text(content, "utf-8")


def files() -> dict[str, str]:
    """Return every file that is made here, with its content."""
    made = {
        "operations.json": operations(),
        "due.json": due_dates(),
        "lending.json": lending(),
        "cards.json": cards(),
        "barcodes.json": barcodes(),
        "keys.json": keys(),
        "fingerprint.json": fingerprints(),
        "overlay.json": make_overlay.overlay(),
    }
    return {name: json.dumps(value, indent=1, ensure_ascii=False) + "\n" for name, value in made.items()}


# Operations ---------------------------------------------------------------------------------------------------

_VALUES: list[Json] = [
    {}, [], None, True, False, 0, -1, 2**53 - 1, -(2**53) + 1, "", "Dế Mèn", "đĐ ơ ư", "a/b", 'nháy " kép và \\ chéo',
    "\b\f\n\r\t", "\x00\x01\x1f\x7f\x80\x9f", "\u2028\u2029\ufeff\uffff", "😀", "\U00020BB8喃", "e\u0301 khác é",
    {"b": 1, "a": 2, "B": 3, "_": 4, "": 5}, {"10": "mười", "9": "chín", "1": "một"},
    {"é": 1, "e": 2, "z": 3, "Đ": 4}, {"\U0001F600": "astral", "\uFB01": "fi", "\uFFFD": "later than any surrogate"},
    {"ngoài": {"trong": [{"b": [], "a": {}}, [[1], [2, [3]]], None, "x"]}},
    {"counts": {"CHILD": 12, "ADULT": 0}, "on": "2026-12-27", "ok": True, "none": None},
]  # fmt: skip
_PRIVATES: list[dict[str, Json]] = [
    {},
    {"reader": "0198a000-0000-7000-8000-00000000000a"},
    {"name": "Nông Thị Hoa", "phone": "0912 345 678", "reader": "0198a000-0000-7000-8000-00000000000b", "note": "😀"},
    {"text": "Sách ướt, đã phơi.\nHẹn thứ Hai"},
]


def operations() -> dict[str, Json]:
    return {
        "about": "The canonical form of JSON, the hash of a body, the commitment to a private part, and a chain.",
        "canonical": [{"value": value, "text": canonical(value)} for value in _VALUES],
        "commitments": [
            {"salt": salt, "private": private, "commit": commitment(salt, private)}
            for salt, private in zip(
                ("0" * 32, "f" * 32, "00112233445566778899aabbccddeeff", "0198a0000000700080000000000000aa"),
                _PRIVATES,
                strict=True,
            )
        ],
        "chain": _chain(),
    }


def _chain() -> list[dict[str, Json]]:
    """Write four operations of a device one after another, each with the hash of the body before it."""
    salt = "00112233445566778899aabbccddeeff"
    reader = {"reader": "0198a000-0000-7000-8000-00000000000a"}
    acts: list[tuple[dict[str, Json], dict[str, Json]]] = [
        ({"kind": "lend", "copy": "TV00012345", "due": "2027-01-10", "policy": 12, "group": "PUPIL"}, reader),
        ({"kind": "visit_tally", "counts": {"PUPIL": 7, "CHILD": 3}, "on": "2026-12-27"}, {}),
        ({"kind": "note", "copy": "ĐC000123"}, {"text": "Bìa rách, đã dán – “tạm” 😀"}),
        ({"kind": "void", "target": "0198a000-0000-7000-8000-000000000001"}, {}),
    ]
    told, before = [], ""
    for seq, (own, private) in enumerate(acts, start=1):
        body: dict[str, Json] = {
            "op": f"0198a000-0000-7000-8000-{seq:012d}", "v": 1, "dev": "0198a000-0000-7000-8000-0000000000dd",
            "epoch": 1, "seq": seq, "prev": before, "actor": "tt.hoa", "place": "CB-BL-COBA",
            "wall": f"2026-12-27T09:14:0{seq}+07:00", "off": -812, "unc": 340, "seen": 981233, **own,
        }  # fmt: skip
        operation = body
        if private:
            body["commit"] = commitment(salt, private)
            operation = {**body, "private": private, "salt": salt}
        text = canonical(body)
        before = digest(text)
        told.append({"operation": operation, "body": text, "hash": before})
    return told


# Due dates ----------------------------------------------------------------------------------------------------

_TERMS = FIRST.policy(Situation())
_CALENDARS: dict[str, Calendar] = {
    "always open": Calendar(),
    "working days": Calendar(frozenset(range(1, 6))),
    "working days, closed over Tet": Calendar(
        frozenset(range(1, 6)), ((date(2027, 2, 5), date(2027, 2, 11)), (date(2027, 4, 30), date(2027, 5, 1)))
    ),
    "Sundays, with fairs": Calendar(
        frozenset({3, 7}),
        ((date(2026, 12, 6), date(2026, 12, 6)),),
        tuple(date(2026, 12, 1) + timedelta(days=5 * n) for n in range(40)),
    ),
    "fairs only": Calendar(fairs=tuple(date(2026, 12, 1) + timedelta(days=5 * n) for n in range(40))),
    "a van": Calendar(visits=(date(2026, 12, 9), date(2027, 1, 6), date(2027, 2, 3))),
    "closed for a year": Calendar(closed=((date(2026, 12, 1), date(2028, 1, 1)),)),
}
_POLICIES: dict[str, LoanPolicy] = {
    "two weeks": _TERMS,
    "two weeks, to the fair": replace(_TERMS, on_fair_days=True),
    "until the van comes": replace(_TERMS, until_next_visit=True, on_fair_days=True),
    "a class": FIRST.policy(Situation(group="CLASS")),
    "not lent, one day": replace(_TERMS, is_lendable=False, loan_days=1, renewal_days=1, renewals_max=0),
}
_DAYS = [date(2026, 11, 20), date(2026, 12, 9), date(2027, 1, 25), date(2027, 2, 28)]
_INSTANTS = ["2026-12-31T16:59:59.999+00:00", "2026-12-31T17:00:00+00:00", "2027-01-01T00:30:00+14:00",
             "2026-12-31T23:59:00-12:00", "2028-02-28T17:00:00Z"]  # fmt: skip


def due_dates() -> dict[str, Json]:
    loans = [
        {"policy": policy, "calendar": calendar, "on": str(day), "due": str(due_by(terms, days, start=day))}
        for policy, terms in _POLICIES.items()
        for calendar, days in _CALENDARS.items()
        for day in _DAYS
    ]
    renewals = [
        {"policy": policy, "calendar": calendar, "on": str(on), "due_before": str(before), "renewals": done,
         "due": str(due_by(terms, days, start=renewed_from(today=on, due=before), is_renewal=True)),
         "refused": verdict.code if (verdict := may_renew(renewals=done, policy=terms)) else None}
        for policy, terms in _POLICIES.items()
        for calendar, days in _CALENDARS.items()
        for on, before, done in (
            (date(2026, 11, 25), date(2026, 12, 4), 0),
            (date(2027, 1, 20), date(2026, 12, 4), 2),
        )
    ]  # fmt: skip
    return {
        "about": "The day in Vietnam of an instant; the due date of a loan made, or renewed, on a day.",
        "policies": {name: _policy_row(policy) for name, policy in _POLICIES.items()},
        "calendars": {name: _calendar_row(calendar) for name, calendar in _CALENDARS.items()},
        "days": [{"instant": text, "day": str(local_date(datetime.fromisoformat(text)))} for text in _INSTANTS],
        "loans": loans,
        "renewals": renewals,
    }


def _policy_row(policy: LoanPolicy) -> dict[str, Json]:
    """Write the row as the feed does."""
    names = ("version", "is_lendable", "loan_days", "until_next_visit", "on_fair_days", "loans_max", "renewal_days",
             "renewals_max")  # fmt: skip
    return {name: getattr(policy, name) for name in names}


def _calendar_row(calendar: Calendar) -> dict[str, Json]:
    """Write the row as the feed does."""
    return {
        "open_weekdays": sorted(calendar.open_weekdays),
        "closed": [[str(first), str(last)] for first, last in calendar.closed],
        "fairs": [str(day) for day in calendar.fairs],
        "visits": [str(day) for day in calendar.visits],
        "until": "2027-12-31",
    }


# What a desk is told before it lends --------------------------------------------------------------------------

_AN, _BINH = UUID(int=0xA), UUID(int=0xB)


def lending() -> dict[str, Json]:
    """Every reason there is not to lend, alone and together: the first that applies, in the order of explaining."""
    reader = {"id": str(_AN), "expires": "2027-06-30", "is_pending": False, "loans": 2}
    copy = {"condition": "NORMAL", "trouble": "", "aside_for": None, "on_loan_to": None}
    policy = {"is_lendable": True, "loans_max": 3}
    changes: list[tuple[dict[str, Json] | None, dict[str, Json], dict[str, Json]]] = [
        ({}, {}, {}),
        (None, {}, {}),
        ({"is_pending": True}, {}, {}),
        ({"expires": "2026-12-26"}, {}, {}),
        ({"expires": "2026-12-27"}, {}, {}),
        ({}, {"condition": ""}, {}),
        ({}, {"condition": "WITHDRAWN"}, {}),
        ({}, {"condition": "REFERENCE"}, {}),
        ({}, {"trouble": "DAMAGED"}, {}),
        ({}, {"trouble": "LOST"}, {}),
        ({}, {"aside_for": str(_BINH)}, {}),
        ({}, {"aside_for": str(_AN)}, {}),
        ({}, {}, {"is_lendable": False}),
        ({}, {"on_loan_to": str(_BINH)}, {}),
        ({}, {"on_loan_to": str(_AN)}, {}),
        ({"loans": 3}, {}, {}),
        ({"loans": 0}, {}, {"loans_max": 0}),
        ({"is_pending": True, "expires": "2020-01-01", "loans": 9}, {"condition": "WITHDRAWN"}, {}),
        ({"loans": 9}, {"trouble": "DAMAGED", "aside_for": str(_BINH), "condition": "REFERENCE"}, {}),
        ({"loans": 9}, {"on_loan_to": str(_BINH)}, {"is_lendable": False}),
    ]
    cases = []
    for of_reader, of_copy, of_policy in changes:
        who = None if of_reader is None else reader | of_reader
        what, terms = copy | of_copy, policy | of_policy
        cases.append({"reader": who, "copy": what, "policy": terms, "first": _first_reason(who, what, terms)})
    return {
        "about": "Why an asked desk would not lend, the first reason only (null: none). A desk without a network shows "
        "it and lends. `aside_for` is a reader; an empty condition is a copy that nobody knows.",
        "on": "2026-12-27",
        "cases": cases,
    }


def _first_reason(reader: dict[str, Json] | None, copy: dict[str, Json], policy: dict[str, Json]) -> str | None:
    holder, aside = copy["on_loan_to"], copy["aside_for"]
    verdict = may_lend(
        reader=reader
        and ReaderFacts(_AN, date.fromisoformat(reader["expires"]), reader["is_pending"], reader["loans"]),  # type: ignore[arg-type]
        copy=CopyFacts(
            "CB000001",
            copy["condition"],
            UUID(holder) if holder else None,
            is_damaged=copy["trouble"] == "DAMAGED",
            is_for_another=aside is not None and UUID(aside) != _AN,
        ),
        policy=replace(_TERMS, **policy),
        on=date(2026, 12, 27),
    )
    return verdict.code if verdict else None


# Numbers ------------------------------------------------------------------------------------------------------

_CARDS = ["BD00004127", "bd 0000 4127", " BD00004128\n", "BD0000412", "BD000041270", "TV-123/2019", "", "   ", "x" * 32,
          "x" * 33, "đ 17", "BD٠٠٠٠٤١٢٧", "BD00040127", "B\u00a0D1", "a\u0000b", "ß1"]  # fmt: skip
_BARCODES = ["CB000001", " cb000001 ", "ĐC000123", "đc000123", "DC000123", "TV 12/345", "Tủ-Á 7", "a:b", "", "  ",
             "x" * 32, "x" * 33, "12345678", "9786042000000", "CB", "C1B2", "\u0110\u0301C1", "ký\u0301 1", "a\tb",
             "CB1234567890123456"]  # fmt: skip


def cards() -> dict[str, Json]:
    return {
        "about": "Card numbers: how one is compared, which are of our own making, and which of these are mistyped.",
        "check_digits": [[digits, check_digit(digits)] for digits in ("0000412", "0", "9999999", "1234567", "0000001")],
        "made": [[serial, card_number(serial)] for serial in (0, 1, 412, 9_999_999)],
        "read": [_card(text) for text in _CARDS],
    }


def _card(text: str) -> dict[str, Json]:
    try:
        number = normalise_card(text)
    except ValueError:
        return {"text": text, "number": None, "serial": None, "is_mistyped": False}
    return {"text": text, "number": number, "serial": serial_of(number), "is_mistyped": is_mistyped(number)}


def barcodes() -> dict[str, Json]:
    return {
        "about": "Barcodes: how one is compared (null: it cannot be one), and its prefix and digits where it has them.",
        "read": [_barcode(text) for text in _BARCODES],
    }


def _barcode(text: str) -> dict[str, Json]:
    try:
        barcode = normalise_barcode(text)
    except ValueError:
        return {"text": text, "barcode": None, "parts": None}
    parts = split_number(barcode)
    return {"text": text, "barcode": barcode, "parts": list(parts) if parts else None}


# Searching ----------------------------------------------------------------------------------------------------

_TYPED = ["dees mefn phieeu luwu kys", "de61 me2n phie6u lu7u ky1", "dế mèn", "de men", "Nguyeenx Nhaatj AAnhs",
          "truyện kieeuf", "the old man", "luaanj of Shakespeare", "A4", "T34", "ky1", "ddaats nuwowcs", "dda6t1",
          "thuwowng", "hoas", "booong", "LICHJ SUWR", "1984", "O2", "tieesng vieejt", "sachs"]  # fmt: skip


def keys() -> dict[str, Json]:
    return {
        "about": "What a search also tries where somebody's keyboard typed raw Telex or VNI keys: the readings of the "
        "text, each with its fold. None: it is only what it says.",
        "readings": [
            {"text": text, "readings": list(typed_readings(text)), "folded": [fold(t) for t in typed_readings(text)]}
            for text in _TYPED
        ],
    }


# Fingerprint --------------------------------------------------------------------------------------------------


def fingerprints() -> dict[str, Json]:
    rows: list[dict[str, Json]] = [
        {"type": "reader", "id": str(_AN), "row": {"name": "Nông Văn An", "card": "BD00004127", "loans": 1}},
        {"type": "loan", "id": "CB000001", "row": {"reader": str(_AN), "due": "2027-01-10", "renewals": 0}},
        {"type": "copy", "id": "CB000010", "row": {"title": 7, "place": "CB-BL-COBA", "trouble": "", "shelf": "Đ 1"}},
        {"type": "copy", "id": "CB000001", "row": {"title": 7, "place": "CB-BL-COBA", "trouble": "", "shelf": ""}},
        {"type": "title", "id": "7", "row": {"title": "is not part of it"}},
    ]
    return {
        "about": "The fingerprint of a scope: SHA-256 over the lines `type id sha256(canonical(row))` of the types "
        "copy, loan and reader, sorted by code point, each ended by a line feed.",
        "cases": [{"rows": some, "fingerprint": fingerprint(some)} for some in (rows, rows[1:], rows[-1:], [])],
    }


def fingerprint(rows: list[dict[str, Json]]) -> str:
    lines = sorted(
        f"{row['type']} {row['id']} {sha256(canonical(row['row']).encode()).hexdigest()}\n"
        for row in rows
        if row["type"] in {"copy", "loan", "reader"}
    )
    return sha256("".join(lines).encode()).hexdigest()


if __name__ == "__main__":
    main()
