"""The power goes in the middle of something: what was acknowledged is there, once, and what was not comes again."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from guisach.domain.sync.rules.export_file import read_export
from tests.crashing import Books, Busy, Day, Kills, WireFeed, enrolled_desks, expect_all_once
from tests.desks import TestDesk, connect
from tests.sizes import size
from tests.standby import Standby, free_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.standby import Running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kills whole trees of processes as only Linux can"),
]

COPIES = 200
FILE_BATCH = 200  # operations of a file that become durable together


def wait_until(is_so: Callable[[], bool], running: Running, most_s: float = 10) -> None:
    """Wait until it is so, or the process has ended."""
    until = time.monotonic() + most_s
    while not is_so() and running.is_running and time.monotonic() < until:
        time.sleep(0.0005)


def wait_for_the_worst(books: Books, running: Running, dice: random.Random) -> bool:
    """Wait a short time, mostly until somebody is in the middle of writing; say whether somebody is."""
    moment = dice.random()
    if moment < 0.9:
        wait_until(books.is_writing, running, 1)
    if moment < 0.3:  # durable, and nobody knows it yet
        wait_until(lambda: not books.is_writing(), running, 1)
    elif moment < 0.6:
        time.sleep(dice.uniform(0, 0.03))
    return books.is_writing()


# The server ---------------------------------------------------------------------------------------------------


def test_a_server_killed_while_desks_bring_and_fetch_loses_nothing_and_takes_nothing_twice(installation):
    place, dice, kills = installation(), random.Random(5), Kills()
    books, port = Books(place), free_port()
    with Standby(place) as standby:
        serving = standby.serve(port)
        desks = enrolled_desks(serving.url, place.work("desk_codes", 3, COPIES))
        days = [Day(desk, random.Random(n), COPIES) for n, desk in enumerate(desks)]
        busy = [Busy(day, WireFeed(day.desk)) for day in days]
        acknowledged = 0
        for turn in range(size(commit=10, soak=320)):
            before = [set(day.desk.answers) for day in days]
            told = sum(one.told for one in busy)
            threads = [one.begin() for one in busy]
            wanted = told + dice.randrange(8)
            wait_until(lambda wanted=wanted: sum(one.told for one in busy) >= wanted, serving)
            if turn % 3 == 0:  # on a slow machine, too, some kills come after an acknowledgement
                known = sum(map(len, before))
                wait_until(lambda known=known: sum(len(day.desk.answers) for day in days) > known, serving, 60)
            is_writing = wait_for_the_worst(books, serving, dice)
            kills.note(is_asked=any(one.is_asking for one in busy), is_writing=is_writing)
            serving.kill()
            kills.look_at(books.database)
            _join(threads)
            assert not [fault for one in busy for fault in one.faults]
            if dice.random() < 0.1:  # and once more while it starts
                starting = standby.start("serve", "--port", port)
                time.sleep(dice.uniform(0, 0.25))
                kills.note(is_asked=False, is_writing=books.is_writing())
                starting.kill()
            serving = standby.serve(port)
            fresh = {op for day, known in zip(days, before, strict=True) for op in set(day.desk.answers) - known}
            assert fresh <= books.known(fresh), "acknowledged, and gone"
            acknowledged += len(fresh)
        for one in busy:
            one.finish()
        serving.kill()
    made = expect_all_once(place, days)
    visits = sum(count for (count,) in books.ask("SELECT count FROM circulation_tally WHERE UPPER(measure) = 'VISITS'"))
    taken_back = _visits_taken_back(days)
    assert visits == sum(day.visits for day in days) - taken_back, "counted twice, or not at all"
    late = sum(one.told_late for one in busy)
    print(f"{kills}; {made} operations, {acknowledged} acknowledged before a kill, {late} stored and told only later")
    kills.expect_within_writes()
    assert acknowledged


def _join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def _visits_taken_back(days: list[Day]) -> int:
    """Count the visits whose counting was taken back, by the same person on the same day as all here are."""
    found = 0
    for day in days:
        made = list(day.desk.made.values())
        kinds = {one["op"]: one["kind"] for one in made}
        targets = {one["target"] for one in made if one["kind"] == "void"}
        found += sum(kinds.get(target) == "visit_tally" for target in targets)
    return found


# Files --------------------------------------------------------------------------------------------------------


def test_an_import_killed_at_any_moment_goes_on_when_it_is_brought_again(installation, tmp_path):
    place, dice, kills = installation(), random.Random(6), Kills()
    books, file = Books(place), tmp_path / "export.json.gz"
    with Standby(place) as standby:
        serving = standby.serve()
        [desk] = enrolled_desks(serving.url, place.work("desk_codes", 1, COPIES))
        serving.kill()
        day = Day(desk, dice, COPIES)
        done, again = 0, 0
        for _ in range(size(commit=8, soak=200)):
            if not desk.outbox:
                done = desk.high
                day.acts(5 * FILE_BATCH)
                file.write_bytes(_file_of(desk, done))
            importing = standby.start("import", "operations", file, "--by", "hoa", "--json")
            for _ in range(dice.randrange(4)):  # batches that are let through, if there are so many
                wait_until(books.is_writing, importing)
                wait_until(lambda: not books.is_writing(), importing)
            is_writing = wait_for_the_worst(books, importing, dice)
            kills.note(is_asked=importing.is_running, is_writing=is_writing)
            importing.kill()
            kills.look_at(books.database)
            kept = books.known(one["op"] for one in desk.outbox.values())
            assert len(kept) % FILE_BATCH == 0, "a part of a batch was kept"
            in_order = [desk.made[seq]["op"] for seq in range(done + 1, desk.high + 1)]
            assert set(in_order[: len(kept)]) == kept, "a later batch without an earlier one"
            again += len(kept)
            if len(kept) == len(in_order):
                desk.outbox.clear()
        place.answer("import", "operations", file, "--by", "hoa")
    made = expect_all_once(place, [day])
    print(f"import: {kills}; {made} operations, {again} of them brought again")
    kills.expect_within_writes()


def _file_of(desk: TestDesk, after: int) -> bytes:
    whole, desk.made = desk.made, {seq: one for seq, one in desk.made.items() if seq > after}
    try:
        return desk.export()
    finally:
        desk.made = whole


def test_a_file_cut_anywhere_brings_nothing_and_harms_nothing(installation, tmp_path):
    desk = TestDesk(connect("http://127.0.0.1:9"))
    Day(desk, random.Random(7), COPIES).acts(400)
    whole = desk.export()
    assert len(read_export(whole)) == 400
    cuts = [*range(0, len(whole), 512), len(whole) - 1]
    for end in cuts:
        with pytest.raises(ValueError, match=r"not_gzip|not_json"):
            read_export(whole[:end])
    for start in cuts[:-1]:  # a part of the disk that was never written
        holed = whole[:start] + bytes(len(whole[start : start + 512])) + whole[start + 512 :]
        with pytest.raises(ValueError, match=r"not_gzip|not_json"):
            # The last part may be one byte or two of the length that ends a gzip file: those are zeros already.
            read_export(holed if holed != whole else b"")
    assert len(cuts) > 50
    place, file = installation(), tmp_path / "cut.json.gz"
    place.work("desk_codes", 0, 9)
    books, kept = Books(place), "SELECT COUNT(*) FROM journal_operation"
    with Standby(place) as standby:
        for end in (0, 512, len(whole) // 2, len(whole) - 1):
            file.write_bytes(whole[:end])
            standby.start("import", "operations", file, "--by", "hoa").wait()
        assert books.ask(kept) == [(0,)]
        file.write_bytes(whole)
        for _ in range(2):
            standby.start("import", "operations", file, "--by", "hoa").wait()
            assert books.ask(kept) == [(400,)]


# A new version --------------------------------------------------------------------------------------------------


def test_a_migration_killed_at_any_moment_goes_on_and_ends_as_one_that_was_not(installation, tmp_path, postgresql):
    if postgresql:
        pytest.skip("compares whole files of SQLite; on PostgreSQL too each migration is one transaction")
    place, dice, kills = installation("sqlite", filled=True), random.Random(8), Kills()
    answers = place.work("record_as_an_older_version", "lan", 300)
    assert answers == [["stored", "PENDING"]] * 300
    place.work("go_back")
    earlier = tmp_path / "earlier.sqlite3"
    books = Books(place)
    _checkpoint(books.database)
    shutil.copy(books.database, earlier)
    assert place.run("migrate").returncode == 0
    expected = _contents(books.database)
    assert not [line for line in expected if "PENDING" in line and "sighting" in line]
    with Standby(place) as standby:
        for _ in range(size(commit=1, soak=30)):
            _put_back(earlier, books.database)
            for _ in range(dice.randint(1, 4)):
                migrating = standby.start("migrate")
                time.sleep(dice.uniform(0, 1.2))
                is_writing = wait_for_the_worst(books, migrating, dice)
                kills.note(is_asked=migrating.is_running, is_writing=is_writing)
                migrating.kill()
                kills.look_at(books.database)
            standby.start("migrate").wait()
            assert _contents(books.database) == expected
        serving = standby.serve()
        serving.kill()
    print(f"migration: {kills}")
    kills.expect_within_writes()


def test_a_migration_killed_before_it_is_noted_as_run_is_run_again(installation):
    """Django itself would make its tables a second time, and fail for ever."""
    place = installation(filled=True)
    place.work("go_back")
    dying = place.start("migrate_and_die", "readers", "0003_fields_of_readers")
    dying.communicate(timeout=60)
    assert dying.returncode == -9
    done = place.run("migrate")
    assert done.returncode == 0, done.stderr
    assert len(place.work("operations")) > 60


def _checkpoint(database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _put_back(copy: Path, database: Path) -> None:
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    shutil.copy(copy, database)


def _contents(database: Path) -> list[str]:
    """Write a whole database as lines, but for the moment at which a migration was run."""
    connection = sqlite3.connect(database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return sorted(re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+", "", line) for line in connection.iterdump())
    finally:
        connection.close()
