"""The power goes: whatever the disk kept of what nobody had flushed, all that was acknowledged is there."""

from __future__ import annotations

import random
import sqlite3
import sys
from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests.crashing import Day, enrolled_desks, expect_all_once
from tests.desks import connect
from tests.disk_log import disks
from tests.sizes import size
from tests.standby import Standby

if TYPE_CHECKING:
    from pathlib import Path

    from tests.disk_log import Image
    from tests.installations import Installation

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's processes")]

COPIES = 100
SOONER = "PRAGMA wal_autocheckpoint=300;"  # as after hours, so that many images fall into the middle of that


class Worked:
    """Some hours of two desks at a hub, all that was asked of its disk meanwhile, and when it acknowledged what."""

    def __init__(self, place: Installation, folder: Path, pragmas: str, rounds: int) -> None:
        self.place, log = place, folder / "disk.log"
        self.database = place.folder / "guisach.sqlite3"
        self.acknowledged: list[tuple[int, list[str]]] = []
        codes = place.work("desk_codes", 2, COPIES)
        self.base, dice = self.database.read_bytes(), random.Random(11)
        with Standby(place, pragmas=pragmas, disk_log=log) as standby:
            serving = standby.serve()
            desks = enrolled_desks(serving.url, codes)
            self.days = [Day(desk, random.Random(n), COPIES) for n, desk in enumerate(desks)]
            for _ in range(rounds):
                day = dice.choice(self.days)
                day.acts(dice.randint(1, 30))
                some = list(day.desk.outbox.values())
                assert day.desk.bring(some).status == 200
                self.acknowledged.append((log.stat().st_size, [one["op"] for one in some]))
                if dice.random() < 0.1:
                    assert day.desk.ask("GET", "/feed?cursor=").status == 200
            serving.kill()
        self.log = log.read_bytes()

    def images(self, number: int) -> list[Image]:
        return list(disks(self.base, self.log, number, random.Random(12)))

    def lost_in(self, image: Image, at: Path) -> set[str]:
        """Open what a power cut left, expect it whole, and return what was acknowledged before and is not in it."""
        image.put(at)
        connection = sqlite3.connect(at)
        try:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], image.how
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            kept = {str(UUID(op)) for (op,) in connection.execute("SELECT op FROM journal_operation")}
            judged = {str(UUID(op)) for (op,) in connection.execute("SELECT operation_id FROM journal_outcome")}
        finally:
            connection.close()
        assert kept == judged, "a part of a batch"
        return {op for told, ops in self.acknowledged if told <= image.at for op in ops} - kept


def test_whatever_a_power_cut_leaves_opens_and_has_what_was_acknowledged(installation, tmp_path):
    worked = Worked(installation("sqlite"), tmp_path, SOONER, size(commit=12, soak=150))
    images = worked.images(size(commit=40, soak=1200))
    for image in images:
        assert worked.lost_in(image, tmp_path / "image.sqlite3") == set()
    within = sum(image.pending > 0 for image in images)
    how = dict(Counter(image.how for image in images))
    print(f"{len(images)} images, {within} with writes that nobody had flushed; of these kept: {how}")
    assert within > len(images) // 3
    for image in random.Random(13).sample(images, size(commit=1, soak=8)):  # and the desks go on
        image.put(worked.database)
        with Standby(worked.place) as standby:
            serving = standby.serve()
            for day in worked.days:
                day.desk.send = connect(serving.url, timeout=60)
                day.desk.sync(200)
            serving.kill()
        expect_all_once(worked.place, worked.days)


def test_such_images_show_it_where_an_answer_does_not_wait_for_the_disk(installation, tmp_path):
    worked = Worked(installation("sqlite"), tmp_path, "PRAGMA synchronous=NORMAL;", 8)
    lost = [worked.lost_in(image, tmp_path / "image.sqlite3") for image in worked.images(30)]
    assert any(lost)
