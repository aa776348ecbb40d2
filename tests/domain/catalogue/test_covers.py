"""Covers of records: put, replaced, removed; files stay while anybody shows them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from guisach.domain.catalogue.actions.covers import remove_cover, set_cover
from guisach.domain.catalogue.actions.deleting import delete_record
from guisach.domain.catalogue.queries.covers import CoverView, cover_file, cover_prints, covers_of
from guisach.domain.catalogue.rules.covers import MAX_BYTES, Size
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


def picture(color: str = "red", size: tuple[int, int] = (300, 450)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


def files() -> list[Path]:
    return sorted((settings.DATA / "files" / "covers").rglob("*.webp"))


@pytest.fixture(autouse=True)
def _no_files_of_others():
    for file in files():
        file.unlink()


@pytest.fixture
def clock() -> builders.Clock:
    return builders.Clock()


def put(record: int, clock: builders.Clock, color: str = "red") -> str:
    set_cover(record=record, picture=picture(color), by=builders.thao().staff, clock=clock)
    return covers_of([record])[record].print


def test_a_cover_is_stored_in_two_forms_and_can_be_read(clock):
    record = builders.record().pk
    print_ = put(record, clock)
    assert len(files()) == 2
    assert cover_prints() == {print_}
    for size in ("120", "400"):
        assert cover_file(print_, size)[8:12] == b"WEBP"
    assert cover_file(print_, "999") is None
    assert cover_file("0" * 64, "120") is None


def test_a_new_picture_takes_the_place_of_the_old_one(clock):
    record = builders.record().pk
    former = put(record, clock)
    latter = put(record, clock, "blue")
    assert former != latter
    assert {file.name[:64] for file in files()} == {latter}


def test_a_file_that_another_record_shows_stays(clock):
    one, other = builders.record().pk, builders.record().pk
    print_ = put(one, clock)
    assert put(other, clock) == print_
    assert remove_cover(record=one)
    assert cover_file(print_, "120")
    assert remove_cover(record=other)
    assert not files()
    assert not remove_cover(record=other)


def test_with_its_record_a_cover_is_gone(clock):
    record = builders.record().pk
    put(record, clock)
    delete_record(record=record, clock=clock)
    assert not covers_of([record])
    assert not files()


def test_the_same_picture_again_changes_nothing(clock):
    record = builders.record().pk
    assert put(record, clock) == put(record, clock)
    assert len(files()) == 2


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"<html>", "cover_unreadable"),
        (b"", "cover_unreadable"),
        (picture(size=(10, 10)), "cover_too_small"),
        (picture(size=(60_000, 1000)), "cover_too_large"),
        (b"\xff\xd8" + b"\0" * MAX_BYTES, "cover_too_large"),
    ],
)
def test_what_is_no_cover_is_refused_and_the_old_one_stays(clock, sent, code):
    record = builders.record().pk
    print_ = put(record, clock)
    with builders.refused(code):
        set_cover(record=record, picture=sent, by=None, clock=clock)
    assert covers_of([record])[record].print == print_


def test_a_cover_of_no_record_is_refused_and_leaves_no_file(clock):
    with builders.refused("record_unknown"):
        set_cover(record=999, picture=picture(), by=None, clock=clock)
    assert not files()


@pytest.mark.parametrize(
    ("large", "small"), [((400, 600), (120, 180)), ((90, 120), (90, 120)), ((61, 660), (18, 200)), ((400, 2), (120, 1))]
)
def test_pages_know_how_large_each_form_is(large, small):
    view = CoverView("a" * 64, *large)
    assert view.shown(Size.SMALL) == small
    assert view.shown(Size.LARGE) == large
