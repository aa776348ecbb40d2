"""A story in which every kind of operation happens, as devices of the version that is being made write it."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from guisach.domain.journal.rules.cases import case_id
from guisach.domain.journal.rules.envelope import commitment
from tests import builders
from tests.desks import body_hash

HERE = Path(__file__).parent
PEOPLE = {1: ("lan", builders.COBA), 2: ("minh", builders.DAMTHUY), 3: ("hoa", builders.TINH)}
BEGIN = builders.START - timedelta(days=20)
COPIES = [f"CB{n:06d}" for n in range(1, 15)]
AN, BINH, CUONG, DUNG = (str(UUID(int=0xA0 + n)) for n in range(4))
STOCKTAKE, EVENT, TRIP = (str(UUID(int=0xE0 + n)) for n in range(3))

Json = dict[str, Any]
Happening = tuple[str, int, str, Json, Json]
"""Name, whose device, kind, body, private part."""


def op(name: str) -> str:
    """Return the id of the operation with this name."""
    return str(UUID(bytes=sha256(name.encode()).digest()[:16]))


def join(reader: str, name: str, **more: object) -> Json:
    return {"reader": reader, "name": name, "birth": "1990-05-17", "consent": True, **more}


def story() -> list[Happening]:
    """Return what happened, an hour between one and the next."""
    return [*_people_and_loans(), *_troubles(), *_requests_and_money(), *_counts_events_and_trips()]


def _people_and_loans() -> list[Happening]:
    first, second, third, *rest = COPIES
    due = {"due": "2026-12-20", "policy": 1}
    return [
        ("j1", 1, "join", {"group": "FARMER", "expires": "2029-01-01"}, join(AN, "Nông Văn An", card="BD000001")),
        ("j2", 1, "join", {"group": "CHILD"}, join(BINH, "Lý Thị Bình", guardian="Ba", assent=True)),
        ("j3", 2, "join", {"group": "ELDER"}, join(CUONG, "Hoàng Cường", phone="0912345678", address="Bản Khuông")),
        ("j4", 2, "join", {"group": "ELDER"}, join(DUNG, "Hoàng Văn Cường", language="vi", channel="SMS")),
        ("e1", 1, "edit_reader", {"group": "PUPIL"}, {"reader": AN, "set": {"phone": "0987654321"}, "was": {}}),
        ("m1", 3, "merge_readers", {}, {"reader": DUNG, "into": CUONG}),
        ("l1", 1, "lend", {"copy": first, "group": "FARMER", **due}, {"reader": AN}),
        ("l2", 2, "lend", {"copy": first, "group": "ELDER", **due}, {"reader": CUONG}),
        ("l3", 1, "lend", {"copy": second, **due, "override": "too_many"}, {"reader": AN, "reason": "Đọc cho cả bản"}),
        ("n1", 1, "renew", {"copy": second, "due": "2026-12-27"}, {}),
        ("r1", 2, "return", {"copy": first}, {}),
        ("l4", 1, "lend", {"copy": third, **due}, {"reader": BINH}),
        ("v1", 1, "void", {"target": op("l4")}, {"reason": "Quét nhầm"}),
        ("s1", 1, "sighting", {"copy": third}, {}),
        ("u1", 1, "use", {"copy": third}, {}),
        ("o1", 1, "note", {"copy": third}, {"text": "Sách ướt, đã phơi", "reader": BINH}),
        ("l5", 1, "lend", {"copy": rest[0], **due}, {"reader": BINH}),
    ]


def _troubles() -> list[Happening]:
    _first, _second, _third, *rest = COPIES
    return [
        ("t1", 1, "claim_returned", {"copy": rest[0]}, {"reader": BINH, "reason": "Bảo đã trả"}),
        ("t2", 1, "find", {"copy": rest[0]}, {}),
        ("t3", 3, "lose", {"copy": rest[1]}, {"reader": AN, "reason": "Rơi xuống suối"}),
        ("t4", 1, "miss", {"copy": rest[2]}, {}),
        ("t5", 1, "damage", {"copy": rest[3]}, {"reason": "Rách bìa"}),
        ("t6", 1, "mend", {"copy": rest[3]}, {}),
        ("t7", 1, "transfer", {"copy": rest[4], "to": builders.DAMTHUY}, {}),
        ("t8", 3, "withdraw", {"copy": rest[5]}, {}),
        ("t9", 3, "reinstate", {"copy": rest[5]}, {}),
    ]


def _requests_and_money() -> list[Happening]:
    _first, _second, _third, *rest = COPIES
    return [
        ("q1", 1, "request", {"pickup": builders.COBA, "record": 1, "group": "FARMER"}, {"reader": AN, "note": "Vội"}),
        ("q2", 3, "accept_request", {"request": op("q1")}, {}),
        ("q3", 1, "set_aside", {"copy": rest[6], "request": op("q1")}, {}),
        ("q4", 1, "put_back", {"copy": rest[6]}, {}),
        ("q5", 1, "cancel_request", {"request": op("q1")}, {"reader": AN}),
        ("q6", 1, "wish", {"pickup": builders.COBA}, {"reader": BINH, "wanted": "Truyện tranh"}),
        ("q7", 3, "close_request", {"request": op("q6"), "why": "past_use"}, {}),
        ("q8", 1, "suggestion", {"pickup": builders.COBA}, {"reader": AN, "wanted": "Kỹ thuật nuôi ong"}),
        ("q9", 3, "answer_request", {"request": op("q8"), "decision": "ORDERED", "record": 1}, {"words": "Đợi nhé"}),
        ("b1", 1, "bag", {"pickup": builders.COBA, "age": "CHILD", "books": 3, "interests": ["5"]}, {"reader": BINH}),
        ("b2", 3, "pack_bag", {"request": op("b1"), "books": 2}, {}),
        ("p1", 3, "take_deposit", {"amount": 50000, "number": 1}, {"reader": AN, "words": "Tiền đặt cọc"}),
        (
            "p2", 3, "take_compensation",
            {"copy": rest[1], "trouble": op("t3"), "cause": "LOST", "way": "MONEY", "amount": 30000, "number": 1},
            {"reader": AN},
        ),
        ("p3", 3, "give_back", {"payment": op("p1"), "amount": 50000, "number": 1}, {"reader": AN}),
    ]  # fmt: skip


def _counts_events_and_trips() -> list[Happening]:
    lent_twice = case_id("lent_twice", [UUID(op("l1")), UUID(op("l2"))])
    return [
        ("c1", 1, "stocktake_begin", {"stocktake": STOCKTAKE, "first": "A", "last": "Z"}, {}),
        ("c2", 1, "sighting", {"copy": COPIES[10], "stocktake": STOCKTAKE}, {}),
        ("c3", 1, "stocktake_report", {"stocktake": STOCKTAKE, "scans": 1}, {}),
        ("c4", 1, "stocktake_close", {"stocktake": STOCKTAKE, "copies": 1, "results": {"found": 1}}, {}),
        ("a1", 1, "visit_tally", {"counts": {"CHILD": 4, "ELDER": 1}, "on": "2026-11-10"}, {}),
        ("a2", 1, "open_shelf_tally", {"uses": {"CHILD": 7}}, {}),
        ("a3", 3, "borrowers_tally", {"at": builders.COBA, "month": "2026-10-01", "counts": {"CHILD": 2}}, {}),
        ("g1", 1, "event", {"event": EVENT, "name": "Giờ kể chuyện", "on": "2026-11-14"}, {}),
        ("g2", 1, "attendance", {"event": EVENT, "counts": {"CHILD": 12}}, {}),
        ("g3", 1, "attend", {"event": EVENT}, {"reader": AN}),
        ("k1", 2, "trip_header", {"trip": TRIP, "day": "2026-11-12", "vehicle": "Xe 11B", "odometer_start": 100}, {}),
        ("k2", 2, "trip_note", {"trip": TRIP, "sort": "STOP"}, {"text": "Dừng ở chợ"}),
        ("z1", 3, "settle", {"case": lent_twice, "decision": "DONE", "place": builders.DAMTHUY}, {"reason": "Đã hỏi"}),
        ("x1", 3, "erase_reader", {"basis": "REQUEST"}, {"reader": BINH}),
    ]


def operations() -> list[Json]:
    """Write the story as devices send it."""
    last: dict[int, Json] = {}
    made = []
    for hours, (name, dev, kind, body, private) in enumerate(story()):
        actor, place = PEOPLE[dev]
        before = last.get(dev)
        seq = before["seq"] + 1 if before else 1
        one: Json = {
            "op": op(name), "v": 1, "dev": str(UUID(int=0xD0 + dev)), "epoch": 1, "seq": seq,
            "prev": body_hash(before) if before else "", "actor": actor, "place": place, "kind": kind,
            "wall": (BEGIN + timedelta(hours=hours)).isoformat(), "off": 0, "unc": 100, **body,
        }  # fmt: skip
        if private:
            salt = sha256(f"salt {name}".encode()).hexdigest()[:32]
            one |= {"commit": commitment(salt, private), "private": private, "salt": salt}
        last[dev] = one
        made.append(one)
    return made


def this_version() -> str:
    """Return the version that is being made."""
    import tomllib

    about = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text("utf-8"))
    version: str = about["project"]["version"]
    return version
