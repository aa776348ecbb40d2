"""The titles of a place in files, and the feed that goes on from them."""

from __future__ import annotations

import gzip
import json
import os
import time
from pathlib import Path

import pytest
from django.conf import settings

from guisach.domain.catalogue.models import Record
from guisach.domain.catalogue.steps.feed import announce, begin
from guisach.domain.sync.actions import snapshots
from guisach.domain.sync.actions.snapshots import KEPT, chunk, snapshot
from guisach.domain.sync.kinds import chunk_store
from guisach.domain.sync.models import Snapshot
from tests import builders
from tests.builders import COBA, DAMTHUY
from tests.feeding import FeedDesk

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def stock(clock):
    builders.province()
    builders.lan()
    for number in range(12):
        builders.copy(f"CB{number:06d}", of=builders.record(f"Sách số {number}"))
    builders.copy("DT000001", of=builders.record("Sách ở nơi khác"), place=DAMTHUY)


def lines(found, place=COBA):
    return [
        json.loads(line)
        for one in found.chunks
        for line in gzip.decompress(chunk(place, one["sha256"])).decode().splitlines()
    ]


def retitle(number: int, title: str) -> None:
    begin()
    record = Record.objects.order_by("pk")[number]
    Record.objects.filter(pk=record.pk).update(title=title)
    announce([record.pk])


def test_a_snapshot_has_the_titles_of_the_place_and_the_feed_goes_on_from_it(stock, clock):
    found = snapshot(place=COBA, clock=clock)
    assert found.titles == 12
    titles = {str(one.pop("id")): one for one in lines(found)}
    desk = FeedDesk(clock=clock)
    desk.cursor = found.cursor
    desk.fetch()
    assert not desk.of("title")
    assert len(desk.of("copy")) == 12
    retitle(3, "Sách đổi tên")
    assert [row["title"] for row in desk.fetch().of("title").values()] == ["Sách đổi tên"]
    fresh = FeedDesk(clock=clock).fetch()
    assert titles | desk.of("title") == fresh.of("title")
    assert desk.fingerprint == fresh.fingerprint == fresh.own_fingerprint


def test_the_last_snapshot_serves_while_few_titles_changed(stock, clock, monkeypatch):
    first = snapshot(place=COBA, clock=clock)
    retitle(1, "Một cuốn đổi tên")
    assert snapshot(place=COBA, clock=clock).id == first.id
    monkeypatch.setattr(snapshots, "FEW", 2)
    for number in range(3):
        retitle(number, f"Đổi tên {number}")
    second = snapshot(place=COBA, clock=clock)
    assert second.id != first.id
    assert sum(one["title"].startswith("Đổi tên") for one in lines(second)) == 3
    assert lines(first), "who is fetching the one before goes on"


def test_titles_of_another_place_are_not_given_out(stock, clock):
    found, theirs = snapshot(place=COBA, clock=clock), snapshot(place=DAMTHUY, clock=clock)
    assert [one["title"] for one in lines(theirs, DAMTHUY)] == ["Sách ở nơi khác"]
    assert chunk(COBA, theirs.chunks[0]["sha256"]) is None
    assert chunk(DAMTHUY, found.chunks[0]["sha256"]) is None
    assert chunk(COBA, "../../guisach.sqlite3") is None


def test_files_that_are_gone_are_made_anew(stock, clock):
    found = snapshot(place=COBA, clock=clock)
    folder = Path(settings.DATA) / "files" / "chunks"
    (folder / f"{found.chunks[0]['sha256']}.gz").unlink()
    again = snapshot(place=COBA, clock=clock)
    assert again.chunks == found.chunks
    assert len(lines(again)) == 12


def test_files_that_nobody_needs_any_more_go(stock, clock, monkeypatch):
    monkeypatch.setattr(snapshots, "FEW", 0)
    folder = Path(settings.DATA) / "files" / "chunks"
    names = []
    for number in range(KEPT + 2):
        retitle(0, f"Tên lần {number}")
        names.append(snapshot(place=COBA, clock=clock).chunks[0]["sha256"])
        for file in folder.iterdir():
            os.utime(file, (time.time() - 10**6,) * 2)
    retitle(0, "Tên cuối cùng")
    names.append(snapshot(place=COBA, clock=clock).chunks[0]["sha256"])
    assert [chunk_store().has(name) for name in names] == [False] * 3 + [True] * KEPT
    assert Snapshot.objects.filter(place=COBA).count() == KEPT
