"""A backup taken while people work comes back whole, on either kind of database, or is refused and changes nothing."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import signal
import subprocess
import time
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from PIL import Image

from guisach.domain.catalogue.actions.covers import set_cover
from guisach.domain.catalogue.queries.covers import cover_file, covers_of
from guisach.domain.journal import actions as journal
from guisach.domain.journal import kinds
from guisach.domain.journal.models import Device, Fork, Operation
from guisach.domain.network.models import Place
from guisach.kernel.ids import new_id
from guisach.site import backups
from guisach.site.checking import check
from tests import builders
from tests.desks import connect, enrolled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def silent(_rows: int) -> None:
    pass


# In this process: what a backup holds, and what is refused ---------------------------------------------------


@pytest.fixture
def province(transactional_db: None) -> list[dict[str, Any]]:
    """A province with a few operations; returns them as they were sent."""
    builders.province()
    builders.copy()
    lan, clock = builders.lan(), builders.Clock()
    builders.an(lan, clock)
    facts = [
        {"op": str(new_id()), "v": 1, "kind": kind, "place": builders.COBA, "copy": "CB000001", **more}
        for kind, more in (("lend", {"private": {"reader": str(new_id())}}), ("return", {}), ("teleport", {}))
    ]
    journal.record(operations=facts, by=lan.source, clock=clock)
    return facts


@pytest.fixture
def empty(django_db_blocker: Any) -> Callable[[], None]:
    """Make the database as empty as a new one."""
    from django.core.management import call_command

    return lambda: call_command("flush", interactive=False, verbosity=0)


def test_what_comes_back_is_what_was_there(province, empty, tmp_path):
    file = tmp_path / "b" / "tỉnh.gsb"
    manifest = backups.write(file, silent)
    before = check()
    assert (before.differences, manifest["operations"]) == ([], Operation.objects.count())
    empty()
    assert check().digest != before.digest
    backups.read(file, silent)
    after = check()
    assert (after.differences, after.digest, after.operations) == ([], before.digest, before.operations)


def test_what_the_version_of_the_backup_did_not_understand_is_read_again(province, empty, tmp_path, monkeypatch):
    with monkeypatch.context() as older:
        older.delitem(kinds._kinds, "use")
        lan = builders.lan()
        use = {"op": str(new_id()), "v": 1, "kind": "use", "place": builders.COBA, "copy": "CB000001"}
        [receipt] = journal.record(operations=[use], by=lan.source, clock=builders.Clock())
        assert receipt.outcome == kinds.PENDING
        backups.write(tmp_path / "tỉnh.gsb", silent)
    empty()
    backups.read(tmp_path / "tỉnh.gsb", silent)
    assert Operation.objects.get(op=use["op"]).outcome.code == "USED"
    assert check().differences == []


def test_a_restored_hub_never_gives_a_number_twice_and_knows_what_is_sent_again(province, empty, tmp_path):
    file, clock = tmp_path / "b.gsb", builders.Clock()
    backups.write(file, silent)
    dev = str(new_id())
    lost = {**province[1], "op": str(new_id())}
    own = {**province[1], "op": str(new_id()), "dev": dev, "epoch": 1, "seq": 1}
    lan = builders.lan()
    epoch = Device.objects.get(pk=lan.source.device).epoch
    journal.record(operations=[lost, own], by=lan.source, clock=clock)
    empty()
    backups.read(file, silent)
    assert Device.objects.get(pk=lan.source.device).epoch == epoch + 1
    answers = journal.record(operations=[*province, lost, own], by=lan.source, clock=clock)
    assert [a.status for a in answers] == ["duplicate"] * 3 + ["stored"] * 2
    again = Operation.objects.get(op=lost["op"])
    assert (again.epoch, again.seq) == (epoch + 1, 1)
    assert check().differences == []


@pytest.mark.slow
def test_a_restored_hub_hears_of_what_the_number_of_a_twin_would_hide(province, empty, tmp_path):
    desk = enrolled(connect(), builders.COBA, builders.hoa().staff, "lan", builders.PASSWORD)
    twin = replace(desk, made={}, outbox={}, answers={})  # a copied disk
    backups.write(tmp_path / "b.gsb", silent)
    marks = [desk.hello().body["restored"], desk.hello().body["restored"]]
    made = desk.make("sighting", copy="CB000001")
    desk.sync()
    for _ in range(2):  # also where the same backup is restored twice
        empty()
        backups.read(tmp_path / "b.gsb", silent)
        marks.append(twin.hello().body["restored"])
    other = twin.make("return", copy="CB000001")
    twin.sync()
    assert (other["seq"], desk.answers[made["op"]]["status"]) == (made["seq"], "stored")
    desk.sync()  # by its numbers the hub lacks nothing of it
    assert desk.answers[made["op"]]["status"] == "fork"
    assert [str(op) for op in Fork.objects.values_list("op", flat=True)] == [made["op"]]
    assert marks[:2] == ["", ""]
    assert len(set(marks)) == 3
    desk.answers.clear()
    desk.sync()
    assert not desk.answers, "once for each restoration"


def test_files_of_imports_come_back_and_an_index_of_other_data_goes(province, empty, tmp_path):
    folder, index = settings.DATA / "imports" / "2026", settings.DATA / "index"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "quarantine.mrc").write_bytes(b"00026 broken\x1d")
    backups.write(tmp_path / "b.gsb", silent)
    empty()
    (folder / "quarantine.mrc").unlink()
    index.mkdir(exist_ok=True)
    (index / "meta.json").write_text("{}")
    backups.read(tmp_path / "b.gsb", silent)
    assert (folder / "quarantine.mrc").read_bytes() == b"00026 broken\x1d"
    assert not (index / "meta.json").exists()


def test_covers_come_back_and_those_that_nobody_shows_stay_behind(province, empty, tmp_path):
    out = io.BytesIO()
    Image.new("RGB", (200, 300), "red").save(out, "PNG")
    record = builders.record().pk
    set_cover(record=record, picture=out.getvalue(), by=None, clock=builders.Clock())
    print_ = covers_of([record])[record].print
    body, folder = cover_file(print_, "400"), settings.DATA / "files" / "covers"
    (folder / "00").mkdir(exist_ok=True)
    (folder / "00" / f"{'0' * 64}-400.webp").write_bytes(b"left over")
    backups.write(tmp_path / "b.gsb", silent)
    empty()
    shutil.rmtree(folder)
    backups.read(tmp_path / "b.gsb", silent)
    assert cover_file(covers_of([record])[record].print, "400") == body
    assert len(list(folder.rglob("*.webp"))) == 2


ESCAPED = "files/imports/../../../escaped"


def rewrite(file: Path, change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None) -> None:
    """Write the archive again with its members changed; None leaves one out."""
    with zipfile.ZipFile(file) as archive:
        members = {name: change(name, archive.read(name)) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**members, **(extra or {})}.items():
            if data is not None:
                archive.writestr(name, data)


def manifest_with(**values: Any) -> Callable[[str, bytes], bytes]:
    def change(name: str, data: bytes) -> bytes:
        return json.dumps({**json.loads(data), **values}).encode() if name == "manifest.json" else data

    return change


def without(member: str) -> Callable[[str, bytes], bytes | None]:
    return lambda name, data: None if name == member else data


def flip_inside(file: Path, member: str) -> None:
    """Change one byte of a member's packed data."""
    with zipfile.ZipFile(file) as archive:
        info = archive.getinfo(member)
    data = bytearray(file.read_bytes())
    data[info.header_offset + 30 + len(member) + 20 + info.compress_size // 2] ^= 0xFF
    file.write_bytes(data)


def forged_row(name: str, data: bytes) -> bytes:
    return data.replace(b"CB-COBA", b"CB-C0BA", 1) if name == "tables/network.Place.jsonl" else data


SPOILT: dict[str, Callable[[Path], object]] = {
    "truncated": lambda file: file.write_bytes(file.read_bytes()[:-400]),
    "cut in half": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "empty": lambda file: file.write_bytes(b""),
    "damaged table": lambda file: flip_inside(file, "tables/journal.Operation.jsonl"),
    "damaged manifest": lambda file: flip_inside(file, "manifest.json"),
    "random bytes": lambda file: file.write_bytes(bytes(range(256)) * 40),
    "another zip": lambda file: rewrite(file, without("manifest.json")),
    "another product": lambda file: rewrite(file, manifest_with(format="other-1")),
    "older version": lambda file: rewrite(file, manifest_with(migrations=["journal.0001_initial"])),
    "manifest without tables": lambda file: rewrite(file, manifest_with(tables={})),
    "manifest that is a list": lambda file: rewrite(file, lambda n, d: b"[]" if n == "manifest.json" else d),
    "manifest that is no JSON": lambda file: rewrite(file, lambda n, d: b"{" if n == "manifest.json" else d),
    "table left out": lambda file: rewrite(file, without("tables/journal.Operation.jsonl")),
    "row changed": lambda file: rewrite(file, forged_row),
    "file outside its folder": lambda file: rewrite(
        file,
        manifest_with(files=1, file_digests={ESCAPED: hashlib.sha256(b"x").hexdigest()}),
        {ESCAPED: b"x"},
    ),
    "file changed": lambda file: rewrite(
        file, manifest_with(files=1, file_digests={"files/imports/a": "0" * 64}), {"files/imports/a": b"x"}
    ),
    "file that nobody named": lambda file: rewrite(file, lambda name, data: data, {"files/covers/a": b"x"}),
    "file left out": lambda file: rewrite(file, manifest_with(files=3)),
}


@pytest.mark.slow
@pytest.mark.parametrize("how", SPOILT)
def test_what_is_not_a_whole_backup_of_this_version_is_refused_and_changes_nothing(province, empty, tmp_path, how):
    file = tmp_path / "b.gsb"
    backups.write(file, silent)
    SPOILT[how](file)
    empty()
    before = sorted(path for path in settings.DATA.rglob("*") if "sqlite3" not in path.name)
    with pytest.raises(backups.BackupUnusable) as refusal:
        backups.read(file, silent)
    assert len(str(refusal.value)) > 20
    assert not Place.objects.exists()
    assert not Operation.objects.exists()
    assert sorted(path for path in settings.DATA.rglob("*") if "sqlite3" not in path.name) == before


def test_a_database_with_anything_in_it_is_left_as_it_is(province, tmp_path):
    backups.write(tmp_path / "b.gsb", silent)
    before = check().digest
    with pytest.raises(backups.BackupUnusable, match=r"không trống|not empty"):
        backups.read(tmp_path / "b.gsb", silent)
    assert check().digest == before


def test_a_full_disk_leaves_the_older_backup_whole(province, tmp_path, monkeypatch):
    file = tmp_path / "b.gsb"
    backups.write(file, silent)
    whole = file.read_bytes()

    def no_room(_rows: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        backups.write(file, no_room)
    assert file.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == ["b.gsb"]


# In processes of their own: while people work, and killed in the middle ---------------------------------------


KINDS = ["sqlite", "postgresql"]


@pytest.mark.slow
@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_everything_acknowledged_before_a_backup_is_in_it_while_others_write(
    installation, tmp_path, source, target, postgresql
):
    if "postgresql" in {source, target} and postgresql is None:
        pytest.skip("needs --db postgresql")
    if postgresql is not None and source == target == "sqlite":
        pytest.skip("tried on SQLite's own run")
    here, file = installation(source, filled=True), tmp_path / "b.gsb"
    writers = [here.start("keep_writing", name, seed, 0.03) for seed, name in enumerate(("lan", "minh"))]
    try:
        for writer in writers:
            assert json.loads(writer.stdout.readline()) == "ready"
        acknowledged = [json.loads(writer.stdout.readline()) for writer in writers for _ in range(10)]
        answer = here.answer("backup", file)
        during = [json.loads(writer.stdout.readline()) for writer in writers for _ in range(5)]
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
            writer.stdout.close()
    there = installation(target)
    restored = there.answer("restore", file)
    assert restored["differences"] == 0
    assert restored["operations"] == answer["operations"]
    kept = {row[0]: row[1] for row in there.work("operations")}
    assert set(acknowledged) <= set(kept)
    still_here = {row[0]: row[1] for row in here.work("operations")}
    assert kept.items() <= still_here.items()
    assert set(during) <= set(still_here)
    assert there.answer("check")["digest"] == restored["digest"]


@pytest.mark.slow
@pytest.mark.parametrize("other", KINDS)
def test_the_digest_is_the_same_after_a_journey_to_the_other_kind_of_database_and_back(
    installation, tmp_path, other, postgresql
):
    if other == "postgresql" and postgresql is None:
        pytest.skip("needs --db postgresql")
    here, there, home = installation(filled=True), installation(other), installation()
    digest = here.answer("check")["digest"]
    here.answer("backup", tmp_path / "1.gsb")
    assert there.answer("restore", tmp_path / "1.gsb")["digest"] == digest
    there.answer("backup", tmp_path / "2.gsb")
    assert home.answer("restore", tmp_path / "2.gsb")["digest"] == digest
    assert [row[2] for row in here.work("devices")] == [1] * 3
    assert [row[2:] for row in home.work("devices")] == [[3, 0]] * 3


@pytest.mark.slow
def test_a_backup_killed_in_the_middle_leaves_nothing_under_its_name(installation, tmp_path):
    here, file = installation(filled=True), tmp_path / "b.gsb"
    for tables in (1, 4):
        process = here.start("slow_backup", file, stderr=subprocess.DEVNULL)
        for _ in range(tables):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert not file.exists()
    assert here.answer("backup", file)["operations"] > 60


@pytest.mark.slow
def test_nobody_waits_for_a_backup(installation, tmp_path):
    here, file = installation(filled=True), tmp_path / "b.gsb"
    backup = here.start("slow_backup", file)
    backup.stdout.readline()
    writer = here.start("keep_writing", "lan", 1)
    try:
        writer.stdout.readline()
        begin = time.monotonic()
        for _ in range(10):
            writer.stdout.readline()
        took_s = time.monotonic() - begin
        assert backup.poll() is None, "the backup was over before anybody could have waited for it"
    finally:
        for process in (writer, backup):
            process.kill()
            process.wait()
            process.stdout.close()
    assert took_s < 3
