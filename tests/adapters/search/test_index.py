"""The index on disk: writers, readers, crashes and rebuilds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from guisach.adapters.search import TantivyIndex, home
from guisach.adapters.search.index import merge_is_due
from guisach.domain.catalogue.rules.search import (
    Document,
    IndexBusy,
    IndexKeeper,
    IndexState,
    IndexUnavailable,
    Query,
)

if TYPE_CHECKING:
    from pathlib import Path


def generation(index_folder: Path) -> Path:
    return index_folder / (index_folder / "current").read_text().strip()


def total(index: TantivyIndex, text: str = "") -> int:
    return index.search(Query(text)).total


def has(index: TantivyIndex, id_: int) -> bool:
    return id_ in {hit.id for hit in index.search(Query(limit=100)).hits}


def test_a_folder_without_an_index_says_so(tmp_path: Path) -> None:
    index: IndexKeeper = TantivyIndex(tmp_path / "none")
    assert index.state() is IndexState.MISSING
    assert not index.ready()
    assert index.position() == 0
    with pytest.raises(IndexUnavailable) as refusal:
        index.search(Query("dế mèn"))
    assert refusal.value.state is IndexState.MISSING
    with pytest.raises(IndexUnavailable), index.writer():
        pass


def test_readers_see_a_commit_and_nothing_before_it(index: TantivyIndex, tmp_path: Path) -> None:
    reader = TantivyIndex(tmp_path / "index")
    assert total(reader) == 12
    with index.writer() as writer:
        writer.put([Document(50, "Sách mới về")])
        assert not has(reader, 50)
        assert reader.position() == 12
        writer.commit(13)
        assert writer.position() == 13
        assert has(reader, 50)
        assert reader.position() == 13
        writer.remove([50, 999])
        writer.commit(14)
        assert not has(reader, 50)
    assert total(reader) == 12


def test_putting_again_replaces(index: TantivyIndex) -> None:
    with index.writer() as writer:
        writer.put([Document(1, "Dế Mèn bản mới"), Document(1, "Dế Mèn bản mới nhất")])
        writer.put([Document(1, "Dế Mèn bản sau cùng")])
        writer.commit(13)
    assert total(index) == 12
    assert total(index, "phiêu lưu") == 0
    assert total(index, "sau cùng") == 1


def test_applying_the_same_changes_again_is_harmless(index: TantivyIndex) -> None:
    for position in (13, 13, 12, 14):
        with index.writer() as writer:
            writer.remove([3])
            writer.put([Document(60, "Một lần nữa")])
            writer.commit(position)
    assert total(index) == 12
    assert index.position() == 14


def test_whatever_is_put_in_whatever_order_is_there_once(index: TantivyIndex) -> None:
    """What is new is not deleted before it is written: who is new is to be known in every case."""
    for numbers in ((30, 31, 31, 40, 35, 35, 40), (40, 41, 30, 36), (12, 13, 41)):
        with index.writer() as writer:
            for number in numbers:
                writer.put([Document(number, f"Sách mới {number}")])
            writer.commit(1)
            for number in numbers:
                writer.put([Document(number, f"Sách mới hơn {number}")])
            writer.remove([number for number in numbers if number == 13])
            writer.commit(2)
    with index.writer() as writer:
        writer.remove([41])  # the highest
        writer.commit(3)
    with index.writer() as writer:
        writer.put([Document(41, "Sách mới hơn 41"), Document(41, "Sách mới hơn 41")])
        writer.commit(4)
    found = [hit.id for hit in index.search(Query("sách mới hơn", limit=100)).hits]
    assert sorted(found) == [12, 30, 31, 35, 36, 40, 41]


def test_what_was_not_committed_is_forgotten(index: TantivyIndex) -> None:
    with pytest.raises(RuntimeError, match="power"), index.writer() as writer:
        writer.put([Document(70, "Chưa ghi")])
        raise RuntimeError("power")
    with index.writer() as writer:
        writer.commit(15)
    assert not has(index, 70)
    assert index.position() == 15


def test_a_second_writer_is_refused_and_searching_goes_on(index: TantivyIndex, tmp_path: Path) -> None:
    other = TantivyIndex(tmp_path / "index")
    with index.writer():
        with pytest.raises(IndexBusy, match=str(os.getpid())), other.writer():
            pass
        with pytest.raises(IndexBusy), other.rebuild():
            pass
        assert total(other) == 12
    with other.writer() as writer:
        writer.commit(13)


def test_a_rebuild_takes_over_at_once_and_only_when_done(index: TantivyIndex, tmp_path: Path) -> None:
    before = generation(tmp_path / "index")
    with index.rebuild() as writer:
        writer.put([Document(1, "Chỉ còn một")])
        writer.commit(99)
        assert total(index) == 12
        assert index.position() == 12
    assert total(index) == 1
    assert index.position() == 99
    assert generation(tmp_path / "index") != before
    assert not before.exists()


def test_a_failed_rebuild_leaves_the_old_index(index: TantivyIndex, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), index.rebuild() as writer:
        writer.put([Document(1, "Dở dang")])
        writer.commit(99)
        raise RuntimeError
    assert total(index) == 12
    assert index.position() == 12
    with index.writer():  # sweeps what the failure left
        assert len(list((tmp_path / "index").glob("g*"))) == 1


def test_a_rebuild_without_a_commit_changes_nothing(index: TantivyIndex) -> None:
    with index.rebuild() as writer:
        writer.put([Document(1, "Chưa ghi")])
    assert total(index) == 12


def test_an_empty_catalogue_has_an_empty_index(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "index")
    with index.rebuild() as writer:
        writer.commit(0)
    assert index.ready()
    results = index.search(Query())
    assert (results.total, results.hits) == (0, ())
    assert index.search(Query("dế mèn")).total == 0


def test_an_index_of_another_schema_is_outdated(index: TantivyIndex, tmp_path: Path) -> None:
    note = generation(tmp_path / "index") / "note.json"
    note.write_text(json.dumps({**json.loads(note.read_text()), "schema": 0}))
    assert index.state() is IndexState.OUTDATED
    with pytest.raises(IndexUnavailable), index.writer():
        pass
    with index.rebuild() as writer:
        writer.commit(1)
    assert index.ready()


@pytest.mark.parametrize("damage", ["note", "list", "segment", "cut", "folder", "ahead", "garbage", "zeros", "bit"])
def test_a_damaged_index_is_noticed_and_can_be_rebuilt(index: TantivyIndex, tmp_path: Path, damage: str) -> None:
    folder = generation(tmp_path / "index")
    if damage == "note":
        (folder / "note.json").write_text("{")
    elif damage == "list":
        (folder / home.META).unlink()
    elif damage == "segment":
        next(folder.glob("*.store")).unlink()
    elif damage == "cut":
        os.truncate(next(folder.glob("*.term")), 7)
    elif damage == "zeros":
        postings = next(folder.glob("*.idx"))
        tail = postings.read_bytes()[-120:]  # the footer, which alone would let it open
        postings.write_bytes(bytes(postings.stat().st_size - len(tail)) + tail)
    elif damage == "bit":
        store = next(folder.glob("*.store"))
        content = bytearray(store.read_bytes())
        content[20] ^= 1
        store.write_bytes(content)
    elif damage == "folder":
        folder.rename(tmp_path / "moved")
    elif damage == "ahead":
        note = json.loads((folder / "note.json").read_text())
        (folder / "note.json").write_text(json.dumps({**note, "stamp": note["stamp"] + 1}))
    else:
        (folder / home.META).write_text("[]")
    fresh = TantivyIndex(tmp_path / "index")
    assert fresh.state() is (IndexState.MISSING if damage == "folder" else IndexState.CORRUPT)
    with pytest.raises(IndexUnavailable):
        fresh.search(Query("dế"))
    with fresh.rebuild() as writer:
        writer.put([Document(1, "Dế Mèn")])
        writer.commit(5)
    assert fresh.ready()
    assert total(index, "de men") == 1


CHILD = """
import os, sys, time
from pathlib import Path
from guisach.adapters.search import TantivyIndex
from guisach.adapters.search.index import merge_is_due
from guisach.domain.catalogue.rules.search import Document
with getattr(TantivyIndex(Path(sys.argv[1])), sys.argv[2])() as writer:
    number = 100
    while True:
        number += 1
        writer.put([Document(number, f"Sách số {number}")])
        writer.commit(number)
        print(number, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("door", ["writer", "rebuild"])
def test_a_writer_that_is_killed_leaves_a_good_index_and_no_lock(
    index: TantivyIndex, tmp_path: Path, door: str
) -> None:
    arguments = [sys.executable, "-c", CHILD, str(tmp_path / "index"), door]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if int(line) >= 105:
                break
        with pytest.raises(IndexBusy, match=str(child.pid)), index.writer():
            pass
        child.send_signal(signal.SIGKILL)
        written = [int(line) for line in child.stdout]
    last = max([105, *written])
    reader = TantivyIndex(tmp_path / "index")
    assert reader.ready()
    if door == "rebuild":
        assert reader.position() == 12  # the unfinished one was never published
        assert total(reader) == 12
    else:
        position = reader.position()
        assert position in (last, last + 1)
        assert total(reader) in (12 + position - 100, 13 + position - 100)  # never less than the position says
    with reader.writer() as writer:
        writer.put([Document(1000, "Tiếp tục")])
        writer.commit(1000)
    assert total(reader, "tiếp tục") == 1


@pytest.mark.slow
def test_threads_search_while_the_index_is_written_and_rebuilt(index: TantivyIndex, tmp_path: Path) -> None:
    reader = TantivyIndex(tmp_path / "index")
    stop, failures = threading.Event(), list[BaseException]()

    def read() -> None:
        while not stop.is_set():
            try:
                assert total(reader, "de men phieu luu ky") == 1
            except BaseException as error:  # noqa: BLE001  (a thread's failure must reach the test)
                failures.append(error)
                return

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    keep = Document(1, "Dế Mèn phiêu lưu ký")
    for turn in range(5):
        with index.writer() as writer:
            for step in range(5):
                writer.put([keep, Document(200 + step, f"Quyển {turn} {step}")])
                writer.commit(20 + step)
        with index.rebuild() as writer:
            writer.put([keep])
            writer.commit(30)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize(
    ("sizes", "is_due"),
    [
        ([], False),
        ([200] * 7, False),
        ([200] * 8, True),
        ([9_999] * 4 + [12_000] * 3 + [1], True),  # all of the smallest level
        ([100_000] * 7 + [200] * 7, False),
        ([100_000] * 7 + [60_000, 200], True),
    ],
)
def test_a_merge_is_due_where_eight_segments_are_alike(sizes: list[int], is_due: bool) -> None:
    assert merge_is_due(sizes) is is_due
