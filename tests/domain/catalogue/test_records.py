"""Cataloguing by hand: records, their history, and the change feed."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from guisach.domain.catalogue import actions, queries
from guisach.domain.catalogue.models import Record
from guisach.domain.catalogue.rules.drafts import CopyDraft, NewTitle, RecordDraft
from guisach.domain.catalogue.rules.marc.incoming import from_json
from guisach.domain.catalogue.steps import announce, begin
from tests import builders
from tests.builders import COBA, TINH, refused

pytestmark = pytest.mark.django_db

DE_MEN = RecordDraft(title="Dế Mèn phiêu lưu ký", authors=("Tô Hoài",), year=1941, language="vie", kind="BOOK")


@pytest.fixture
def clock() -> builders.Clock:
    builders.province()
    return builders.Clock()


def test_a_title_that_is_added_is_seen_with_its_words_and_as_marc(clock):
    draft = RecordDraft(title=" Dế Mèn   phiêu lưu ký ", authors=("Tô Hoài", ""), year=1941, subjects=("Dế",))
    id_ = actions.add_record(draft=draft, clock=clock)

    view = queries.record(id_)
    assert view is not None
    assert (view.title, view.author, view.authors, view.year) == ("Dế Mèn phiêu lưu ký", "Tô Hoài", ["Tô Hoài"], 1941)
    assert Record.objects.get(pk=id_).title_key == "de men phieu luu ky"
    marc = from_json(queries.marc_of(id_) or "")
    assert [f.first("a") for f in marc.fields if f.tag in ("100", "245")] == ["Tô Hoài", "Dế Mèn phiêu lưu ký"]


def test_letters_typed_as_base_and_mark_are_kept_composed(clock):
    id_ = actions.add_record(draft=RecordDraft(title="De\u0302\u0301 Me\u0300n"), clock=clock)
    assert queries.records([id_])[0].title == "Dế Mèn"


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (RecordDraft(title=" \u200b "), "title_needed"),
        (RecordDraft(title="Lịch", year=22026), "year_wrong"),
    ],
)
def test_a_record_that_cannot_be_right_is_refused(clock, draft, code):
    with refused(code):
        actions.add_record(draft=draft, clock=clock)
    assert queries.count_records() == 0
    assert queries.last_change() == 0


def test_a_very_long_title_is_cut_to_what_the_catalogue_holds(clock):
    id_ = actions.add_record(draft=RecordDraft(title="sách " * 1000, series="bộ " * 400), clock=clock)
    view = queries.record(id_)
    assert view is not None
    assert (len(view.title), len(view.series)) == (1000, 500)


def test_a_change_keeps_what_was_there_and_appears_in_the_feed(clock):
    id_ = actions.add_record(draft=DE_MEN, clock=clock)
    before, position = queries.marc_of(id_), queries.last_change()

    changed = actions.change_record(
        record=id_, draft=RecordDraft(title="Dế Mèn phiêu lưu ký", authors=("Tô Hoài",), year=1955), clock=clock
    )

    assert changed
    view = queries.record(id_)
    assert view is not None
    assert view.year == 1955
    [version] = queries.record_versions(id_)
    assert version.marc == before
    assert queries.changes_after(position) == ([id_], position + 1, position + 1)


def test_saving_without_a_change_leaves_no_trace(clock):
    id_ = actions.add_record(draft=DE_MEN, clock=clock)
    position = queries.last_change()
    assert not actions.change_record(record=id_, draft=DE_MEN, clock=clock)
    assert queries.record_versions(id_) == []
    assert queries.last_change() == position


def test_a_person_may_say_that_a_book_is_a_comic_and_take_it_back(clock):
    id_ = actions.add_record(draft=DE_MEN, clock=clock)
    for kind in ("COMIC", "BOOK"):
        draft = RecordDraft(title=DE_MEN.title, authors=DE_MEN.authors, year=1941, language="vie", kind=kind)
        assert actions.change_record(record=id_, draft=draft, clock=clock)
        assert queries.records([id_])[0].kind == kind


def test_a_change_on_top_of_somebody_elses_is_refused(clock):
    id_ = actions.add_record(draft=DE_MEN, clock=clock)
    opened_at = queries.records([id_])[0].updated_at
    actions.change_record(record=id_, draft=RecordDraft(title="Dế Mèn"), clock=clock, opened_at=opened_at)
    with refused("record_changed_meanwhile"):
        actions.change_record(record=id_, draft=RecordDraft(title="Mèn"), clock=clock, opened_at=opened_at)
    with refused("record_unknown"):
        actions.change_record(record=id_ + 1, draft=DE_MEN, clock=clock)


def test_many_titles_go_in_with_their_copies_in_few_queries(clock, django_assert_max_num_queries):
    titles = [
        NewTitle(
            draft=RecordDraft(title=f"Sách {n}"),
            copies=tuple(CopyDraft(barcode=f"cb{n:03}{letter}", owner=TINH, base=COBA) for letter in "ab"),
            is_filler=True,
        )
        for n in range(100)
    ]
    with django_assert_max_num_queries(20):
        ids = actions.add_many(titles=titles, clock=clock)

    assert [view.title for view in queries.records(ids)] == [f"Sách {n}" for n in range(100)]
    assert queries.holdings_by_place() == {COBA: queries.Holding(titles=100, copies=200)}
    assert queries.copy_by_barcode("CB042B").title == "Sách 42"
    assert queries.changes_after(0).records == ids


def test_of_many_titles_none_goes_in_where_one_has_a_taken_number(clock):
    copy = CopyDraft(barcode="CB1", owner=TINH, base=COBA)
    titles = [NewTitle(draft=RecordDraft(title=name), copies=(copy,)) for name in ("Một", "Hai")]
    with refused("barcode_taken"):
        actions.add_many(titles=titles, clock=clock)
    assert queries.count_records() == 0


def test_records_come_in_the_order_asked_for_with_one_query(clock, django_assert_num_queries):
    ids = [actions.add_record(draft=RecordDraft(title=f"Sách {n}"), clock=clock) for n in range(3)]
    with django_assert_num_queries(1):
        found = queries.records([ids[2], 999_999, ids[0], ids[2]])
    assert [view.id for view in found] == [ids[2], ids[0]]


@pytest.mark.django_db(transaction=True)
def test_the_feed_grows_in_the_order_of_commits():
    """A second writer waits for the first: otherwise a reader of the feed could pass over the slower one."""
    builders.province()
    clock = builders.Clock()
    done = threading.Event()

    def add_another() -> None:
        try:
            actions.add_record(draft=DE_MEN, clock=clock)
        finally:
            connection.close()
            done.set()

    thread = threading.Thread(target=add_another)
    with transaction.atomic():
        begin()
        announce([4711])
        thread.start()
        assert not done.wait(0.3)
    thread.join(20)
    first, second = queries.changes_after(0).records
    assert first == 4711
    assert second == Record.objects.get().pk
