"""A reader's diary and challenge: bounded, private, deletable."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from guisach.domain.reading import actions, queries
from guisach.domain.reading.models import Challenge, DiaryEntry
from guisach.domain.reading.rules.diary import ENTRIES_MAX, Entry, refusal_of_challenge, tidy
from guisach.kernel.clock import local_date
from guisach.kernel.ids import new_id
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def an(clock):
    builders.province()
    an = builders.an(builders.lan(), clock)
    actions.wish_for(reader=an, what=queries.DIARY, guardian_agrees=False, clock=clock)
    return an


def write(reader, clock, title="Dế Mèn", *, op_id=None, **changes):
    fields = {"record": None, "stars": 5, "sentence": "Hay lắm!", "read_on": local_date(clock()), **changes}
    actions.write_entry(reader=reader, op_id=op_id or new_id(), entry=Entry(title=title, **fields), clock=clock)


def test_a_book_is_written_down_once_tidied_and_deleted_by_its_reader_alone(an, clock):
    op_id = new_id()
    for _ in range(2):
        write(an, clock, "  Dế \n Mèn ", op_id=op_id, sentence="a" * 500)
    [entry] = queries.diary([an])
    assert (entry.title, len(entry.sentence), entry.stars) == ("Dế Mèn", 280, 5)
    other = builders.reader(builders.lan(), clock, builders.applicant("Lục Văn Ba"))
    actions.drop_entry(reader=other, entry=entry.id)
    assert queries.diary([an]) == [entry]
    assert queries.diary([other]) == []
    actions.drop_entry(reader=an, entry=entry.id)
    assert queries.diary([an]) == []


def test_a_book_of_the_catalogue_has_its_title(an, clock):
    record = builders.record("Góc sân và khoảng trời")
    write(an, clock, "goc san", record=record.pk)
    write(an, clock, "Sách ở nhà", record=999_999)
    assert [(one.title, one.record) for one in reversed(queries.diary([an]))] == [
        ("Góc sân và khoảng trời", record.pk), ("Sách ở nhà", None)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " \n "}, "diary_title_needed"),
        ({"stars": 6}, "diary_unusable"),
        ({"stars": -1}, "diary_unusable"),
        ({"read_on": date(2026, 11, 21)}, "diary_unusable"),
        ({"read_on": date(1800, 1, 1)}, "diary_unusable"),
    ],
)
def test_what_cannot_be_kept_is_refused(an, clock, changes, code):
    with builders.refused(code):
        write(an, clock, **changes)
    assert not DiaryEntry.objects.exists()


def test_nothing_is_kept_while_it_is_off_and_off_deletes(an, clock):
    write(an, clock)
    actions.set_challenge(reader=an, books=3, until=local_date(clock()), clock=clock)
    actions.stop_keeping(reader=an, what=queries.DIARY)
    assert not DiaryEntry.objects.exists()
    assert not Challenge.objects.exists()
    with builders.refused("diary_off"):
        write(an, clock)
    with builders.refused("diary_off"):
        actions.set_challenge(reader=an, books=3, until=local_date(clock()), clock=clock)


def test_a_diary_is_full_some_day(an, clock):
    today = local_date(clock())
    DiaryEntry.objects.bulk_create(
        DiaryEntry(reader=an, op=new_id(), title="x", stars=0, read_on=today) for _ in range(ENTRIES_MAX)
    )
    with builders.refused("diary_full"):
        write(an, clock)


def test_a_challenge_counts_what_is_read_within_it(an, clock):
    today = local_date(clock())
    write(an, clock, read_on=today - timedelta(days=1))
    actions.set_challenge(reader=an, books=2, until=today + timedelta(days=30), clock=clock)
    write(an, clock)
    running = queries.challenge([an], queries.diary([an]))
    assert (running.books, running.read) == (2, 1)
    actions.set_challenge(reader=an, books=5, until=today, clock=clock)
    assert Challenge.objects.get().books == 5
    actions.drop_challenge(reader=an)
    assert queries.challenge([an], []) is None


@pytest.mark.parametrize(("books", "days"), [(0, 30), (61, 30), (5, -1), (5, 367)])
def test_a_challenge_has_bounds(books, days):
    today = date(2026, 11, 22)
    assert refusal_of_challenge(books, today + timedelta(days=days), on=today) == "challenge_unusable"


def test_tidy_takes_out_what_cannot_be_seen():
    assert tidy("a\u200b\x00b\tc", 10) == "ab c"
