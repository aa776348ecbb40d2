"""`guisach search`, `guisach reindex`, and the follower that keeps the index in step with the catalogue."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection

from guisach.adapters.marc import to_iso2709
from guisach.adapters.search import home
from guisach.domain.catalogue import actions, queries
from guisach.domain.catalogue.models import Change, Record
from guisach.domain.catalogue.rules.drafts import CopyDraft, NewTitle, RecordDraft
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming
from guisach.domain.catalogue.rules.search import Document, IndexBusy, IndexState, Query
from guisach.domain.circulation import actions as circulation
from guisach.domain.journal.queries import appended
from guisach.kernel.ids import new_id
from guisach.site import indexing, moves
from guisach.site.indexing import Follower
from tests import builders
from tests.builders import COBA, DAMTHUY, TINH

TITLES = (
    ("Dế Mèn phiêu lưu ký", "Tô Hoài", 1941),
    ("Đất rừng phương Nam", "Đoàn Giỏi", 1957),
    ("Kỹ thuật nuôi dế", "Trần Văn A", 2015),
)


@pytest.fixture
def titles() -> list[int]:
    builders.province()
    return actions.add_many(
        titles=[
            NewTitle(
                draft=RecordDraft(title=title, authors=(author,), year=year, language="vie"),
                copies=(CopyDraft(barcode=f"CB{year}", owner=TINH, base=COBA if year < 2000 else DAMTHUY),),
            )
            for title, author, year in TITLES
        ],
        clock=builders.Clock(),
    )


def wait_until(is_so, timeout_s: float = 20) -> None:
    deadline = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# The command --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "de men phieu luu ky",
        "Dế Mèn phiêu lưu ký",
        "dees mefn phieeu luwu kys",
        "de61 me2n phie6u lu7u ky1",
        "De\u0302\u0301 Me\u0300n phie\u0302u lưu ky\u0301",
        "dế mèn phiu lưu ký",
    ],
)
def test_a_title_is_found_however_it_is_typed(titles, empty_index, answer, text):
    found = answer("search", text)
    assert found["hits"][0]["id"] == titles[0]
    assert {key: found["hits"][0][key] for key in ("title", "author", "year")} == {
        "title": "Dế Mèn phiêu lưu ký", "author": "Tô Hoài", "year": 1941,
    }  # fmt: skip
    assert found["total"] >= len(found["hits"]) >= 1


@pytest.mark.django_db
def test_the_answer_is_bounded_and_says_how_much_there_is(titles, empty_index, answer, guisach):
    found = answer("search", "dế", "--limit", 1)
    assert (found["total"], len(found["hits"])) == (2, 1)
    assert answer("search", "voi bay trên trời")["hits"] == []
    assert guisach("search", "dế", "--limit", 0).exit_code == 2
    assert "Dế Mèn phiêu lưu ký / Tô Hoài (1941)" in guisach("search", "men").stdout


@pytest.mark.django_db
def test_a_change_is_found_by_the_next_search(titles, empty_index, answer):
    assert answer("search", "tuổi thơ dữ dội")["total"] == 0
    id_ = actions.add_record(draft=RecordDraft(title="Tuổi thơ dữ dội"), clock=builders.Clock())
    assert [hit["id"] for hit in answer("search", "tuoi tho du doi")["hits"]] == [id_]
    actions.change_record(record=id_, draft=RecordDraft(title="Búp sen xanh"), clock=builders.Clock())
    assert answer("search", "tuoi tho du doi")["total"] == 0
    assert answer("search", "bup sen xanh")["total"] == 1


@pytest.mark.django_db
def test_an_index_can_be_built_anew_at_any_time(titles, empty_index, answer):
    assert answer("reindex") == {"records": 3}
    assert empty_index.position() == queries.last_change()
    assert answer("reindex") == {"records": 3}
    assert answer("search", "rung")["total"] == 1


# What pages ask -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_pages_get_records_in_order_with_facets(titles, empty_index, django_assert_num_queries):
    indexing.catch_up()
    with django_assert_num_queries(1):
        page = queries.search(Query(text="dế"))
    assert {view.id for view in page.records} == {titles[0], titles[2]}
    assert (page.total, page.is_degraded) == (2, False)
    assert {facet.value: facet.count for facet in page.facets["place"]} == {COBA: 1, DAMTHUY: 1}
    assert [view.id for view in queries.search(Query(text="dế", place=DAMTHUY)).records] == [titles[2]]


# The follower -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="elsewhere the server keeps the pages")
def test_who_follows_keeps_few_pages_of_the_database(empty_index):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size=-32000")
        Follower(empty_index).step()
        assert cursor.execute("PRAGMA cache_size").fetchone() == (-indexing.PAGES_KB,)


@pytest.mark.django_db
def test_a_step_does_only_what_is_new(titles, empty_index):
    follower = Follower(empty_index)
    assert empty_index.state() is IndexState.MISSING
    assert follower.step() == 3  # there was no index: it is built
    assert follower.step() == 0
    actions.change_copy(barcode="CB1941", base=DAMTHUY)
    assert follower.step() == 1
    assert empty_index.search(Query(place=COBA)).total == 1


@pytest.mark.django_db
def test_a_record_that_is_gone_leaves_the_index(titles, empty_index):
    follower = Follower(empty_index)
    follower.step()
    record = Record.objects.get(pk=titles[2])
    record.copies.all().delete()
    record.delete()
    Change.objects.create(record=titles[2])
    follower.step()
    assert empty_index.search(Query(text="nuôi")).total == 0


@pytest.mark.django_db
def test_an_index_of_another_database_is_built_anew(titles, empty_index):
    Follower(empty_index).step()
    Change.objects.all().delete()
    Record.objects.filter(pk=titles[1]).update(title="Sông nước Cà Mau")
    Change.objects.create(pk=1, record=titles[0])
    assert Follower(empty_index).step() == 3
    assert empty_index.search(Query(text="sông nước")).total == 1


@pytest.mark.django_db
def test_more_changes_than_a_batch_all_arrive(empty_index, monkeypatch):
    monkeypatch.setattr(indexing, "BATCH", 7)
    monkeypatch.setattr(indexing, "COMMIT_EVERY", 20)
    builders.province()
    Follower(empty_index).step()
    ids = actions.add_many(
        titles=(NewTitle(draft=RecordDraft(title=f"Sách số {n}")) for n in range(50)), clock=builders.Clock()
    )
    assert Follower(empty_index).step() == 50
    assert empty_index.position() == queries.last_change()
    assert empty_index.search(Query(text="sách")).total == len(ids)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_follower_in_the_background_brings_changes_in_and_lets_others_rebuild(empty_index):
    builders.province()
    clock = builders.Clock()
    stop = indexing.follow_in_background()
    try:
        wait_until(empty_index.ready)
        for n in range(5):
            actions.add_record(draft=RecordDraft(title=f"Sách {n}"), clock=clock)
        assert indexing.rebuild() == 5
        id_ = actions.add_record(draft=RecordDraft(title="Búp sen xanh"), clock=clock)
        wait_until(lambda: [hit.id for hit in empty_index.search(Query(text="bup sen")).hits] == [id_], 5)
    finally:
        stop.set()
        wait_until(lambda: all(thread.name != "search-index" for thread in threading.enumerate()))


class Watched:
    """An index that remembers at each commit how far it had come in the feed, and what could be found then."""

    def __init__(self, keeper, text):
        self._keeper, self._text = keeper, text
        self.commits = []

    def __getattr__(self, name):
        return getattr(self._keeper, name)

    @contextmanager
    def writer(self):
        with self._keeper.writer() as writer:
            yield WatchedWriter(writer, self._noted)

    def _noted(self, position):
        self.commits.append((position, self._keeper.search(Query(text=self._text)).total))


class WatchedWriter:
    def __init__(self, writer, noted):
        self._writer, self._noted = writer, noted

    def __getattr__(self, name):
        return getattr(self._writer, name)

    def commit(self, position, moves=None):
        self._writer.commit(position, moves)
        self._noted(position)


@pytest.fixture
def imported(empty_index, monkeypatch):
    """An import of so many records, all of which the index has still to hear of; ten of them are read at once."""
    monkeypatch.setattr(indexing, "BATCH", 10)
    monkeypatch.setattr(indexing, "COMMIT_WITHIN_S", 3600.0)
    monkeypatch.setattr(indexing, "QUIET_S", 0.0)
    builders.province()
    Follower(empty_index).step()

    def come_in(count):
        drafts = (NewTitle(draft=RecordDraft(title=f"Sách {n}")) for n in range(count))
        ids = actions.add_many(titles=drafts, clock=builders.Clock())
        Change.objects.filter(record__in=ids).update(in_bulk=True)
        return ids

    return come_in


@pytest.mark.django_db
def test_what_comes_in_bulk_is_committed_seldom(empty_index, imported, monkeypatch):
    monkeypatch.setattr(indexing, "COMMIT_EVERY", 60)
    imported(100)
    watched = Watched(empty_index, "sách")
    assert Follower(watched).step() == 100
    assert [found for _position, found in watched.commits] == [60, 100]
    assert empty_index.position() == queries.last_change()


@pytest.mark.django_db
def test_a_persons_change_is_not_held_back_by_an_import(empty_index, imported):
    """However much of an import waits before it: it is found after the next ten of them, and they keep their place."""
    before, persons = imported(60), actions.add_record(draft=RecordDraft(title="Búp sen xanh"), clock=builders.Clock())
    after = imported(40)
    watched = Watched(empty_index, "bup sen xanh")
    Follower(watched).step()
    first = Change.objects.order_by("pk").values_list("pk", flat=True).first()
    assert watched.commits == [(first + 9, 1), (queries.last_change(), 1)]
    assert empty_index.search(Query(text="sách")).total == len(before) + len(after)
    assert [hit.id for hit in empty_index.search(Query(text="bup sen xanh")).hits] == [persons]


@pytest.mark.django_db
def test_who_goes_on_after_a_persons_change_leaves_nothing_of_the_import_out(empty_index, imported):
    """Killed after the person's change was committed: the next one begins where the feed was read to."""
    before, _persons = imported(60), actions.add_record(draft=RecordDraft(title="Búp sen"), clock=builders.Clock())

    class Killed(Watched):
        def _noted(self, position):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Follower(Killed(empty_index, "")).step()
    assert empty_index.search(Query(text="bup sen")).total == 1
    assert empty_index.search(Query(text="sách")).total == 10
    Follower(empty_index).step()
    assert empty_index.search(Query(text="sách")).total == len(before)


@pytest.mark.django_db
def test_awaited_changes_are_read_up_to_the_end_and_never_passed_over(imported):
    imported(5)
    ids = [actions.add_record(draft=RecordDraft(title=f"Búp sen {n}"), clock=builders.Clock()) for n in range(3)]
    Change.objects.create(record=ids[0])  # the same again
    imported(5)
    found = queries.awaited_changes(0, 2)
    rest = queries.awaited_changes(found.position, 2)
    assert (found.records, rest.records) == (ids[:2], [ids[2], ids[0]])
    assert queries.awaited_changes(rest.position, 2) == ([], queries.last_change(), 0)


@pytest.mark.django_db
def test_an_import_announces_in_bulk_and_a_person_does_not(empty_index, tmp_path, answer):
    builders.province()
    file = tmp_path / "one.mrc"
    record = Incoming("     nam a22     3i 4500", (Field("245", "00", (("a", "Dế Mèn phiêu lưu ký"),)),))
    file.write_bytes(to_iso2709(record))
    answer("import", "marc", file)
    actions.add_record(draft=RecordDraft(title="Búp sen xanh"), clock=builders.Clock())
    assert list(Change.objects.order_by("pk").values_list("in_bulk", flat=True)) == [True, False]


@pytest.mark.slow
@pytest.mark.django_db
def test_the_writer_stays_while_the_engine_merges(empty_index):
    """Twenty small commits make the engine merge; when it is said to be done, no segment is left that is not listed."""
    Follower(empty_index).step()
    with empty_index.writer() as writer:
        for start in range(0, 4000, 200):
            writer.put(Document(id=n, title=f"Sách {n} về mọi thứ") for n in range(start + 1, start + 201))
            writer.commit(start + 200)
        wait_until(lambda: not writer.is_merging())
        generation = empty_index._home.generation()
        names = {path.stem for path in generation.glob("*.store")}
        assert names == home.segments(generation).keys()
        assert len(names) < 20
        writer.put([Document(id=9999, title="Búp sen xanh")])
        (generation / f"{'0' * 32}.store").touch()  # somebody writes a segment that is in no list
        assert writer.is_merging()


@pytest.mark.django_db
def test_a_search_waits_for_another_writer_only_so_long(titles, empty_index):
    with empty_index.rebuild() as writer:
        assert not indexing.catch_up(patience_s=0.2)
        writer.commit(queries.last_change())
    assert indexing.catch_up()


@pytest.mark.django_db
def test_a_follower_survives_a_broken_index(titles, empty_index):
    follower = Follower(empty_index)
    follower.step()
    generation = next(path for path in empty_index._home.folder.iterdir() if path.is_dir())
    (generation / "meta.json").write_text("{")
    assert follower.step() == 3
    assert empty_index.search(Query(text="dế mèn")).total >= 1


# What is in now -----------------------------------------------------------------------------------------------


@pytest.fixture
def desk():
    """Lend and take back at Cô Ba: `desk("lend", barcode)`."""
    lan, clock = builders.lan(), builders.Clock()
    reader = builders.an(lan, clock)

    def act(what: str, barcode: str) -> None:
        common = {"op_id": new_id(), "by": lan.source, "place": COBA, "barcode": barcode, "clock": clock}
        if what == "lend":
            circulation.lend(**common, reader=reader)
        else:
            circulation.take_back(**common)

    return act


@pytest.fixture
def follower(empty_index, monkeypatch):
    """A follower that looks at the log every time."""
    monkeypatch.setattr(moves, "LOOK_EVERY_S", 0.0)
    return Follower(empty_index)


def is_in(index, place=None):
    return [hit.id for hit in index.search(Query(is_in=True, place=place)).hits]


@pytest.mark.django_db
def test_the_index_hears_of_a_loan_and_of_a_return_without_the_change_feed(titles, empty_index, follower, desk):
    follower.step()
    end = queries.last_change()
    assert titles[0] in is_in(empty_index)
    desk("lend", "CB1941")
    assert follower.step() == 1
    assert titles[0] not in is_in(empty_index)
    assert queries.documents([titles[0]])[0].loans == 1
    desk("return", "CB1941")
    assert follower.step() == 1
    assert titles[0] in is_in(empty_index, COBA)
    assert queries.last_change() == end


@pytest.mark.django_db
def test_a_lend_asks_the_database_nothing_more_for_the_index(titles, empty_index, follower, desk):
    from django.test.utils import CaptureQueriesContext

    follower.step()
    with CaptureQueriesContext(connection) as asked:
        desk("lend", "CB1941")
    assert not [one for one in asked.captured_queries if "catalogue_change" in one["sql"]]


@pytest.mark.django_db
def test_a_copy_seen_elsewhere_stands_there(titles, empty_index, follower, desk):
    desk("lend", "CB2015")
    desk("return", "CB2015")  # its base is Đàm Thủy, it came back to Cô Ba
    follower.step()
    assert titles[2] in is_in(empty_index, COBA)
    assert titles[2] not in is_in(empty_index, DAMTHUY)


@pytest.mark.django_db
def test_what_was_heard_is_kept_while_somebody_else_writes(titles, empty_index, follower, desk):
    follower.step()
    desk("lend", "CB1941")
    with empty_index.writer(), pytest.raises(IndexBusy):
        follower.step()
    assert follower.step() == 1
    assert titles[0] not in is_in(empty_index)


@pytest.mark.django_db
def test_another_follower_goes_on_where_the_last_one_stood(titles, empty_index, follower, desk):
    follower.step()
    desk("lend", "CB1941")
    assert Follower(empty_index).step() == 1
    assert titles[0] not in is_in(empty_index)


@pytest.mark.django_db
def test_a_number_that_comes_late_is_still_heard(titles, empty_index, desk, monkeypatch):
    """On PostgreSQL a transaction may show number 8 before another one shows 7."""
    monkeypatch.setattr(moves, "LOOK_EVERY_S", 0.0)
    desk("lend", "CB1941")
    desk("return", "CB1941")
    seen = appended(0)
    hidden = {seen[-2].number}
    monkeypatch.setattr(
        moves,
        "appended",
        lambda after, missing=(), limit=1000: [
            one for one in appended(after, missing, limit=limit) if one.number not in hidden
        ],
    )
    tail = moves.LogTail()
    tail.look(lambda: 0)
    tail.done()
    assert tail.look(lambda: 0) == []
    hidden.clear()
    assert tail.look(lambda: 0) == ["CB1941"]


@pytest.mark.django_db
def test_spelling_help_is_written_as_the_record_writes_it(titles, empty_index):
    indexing.catch_up()
    page = queries.search(Query(text="de men phiu luu ky"))
    assert (page.meant, page.total) == ("Dế Mèn phiêu lưu ký", 1)


@pytest.mark.django_db
def test_suggestions_and_likeness_come_from_the_index_and_are_shown_from_the_database(
    titles, empty_index, django_assert_num_queries
):
    assert queries.suggest("de m") == []  # no index yet
    assert queries.similar(titles[0]) == []
    indexing.catch_up()
    with django_assert_num_queries(1):
        found = queries.suggest("de m")
    assert [(one.text, one.note, one.record) for one in found] == [("Dế Mèn phiêu lưu ký", "Tô Hoài", titles[0])]
    assert [one.id for one in queries.similar(titles[0])] == []
    assert queries.similar(10**9) == []
