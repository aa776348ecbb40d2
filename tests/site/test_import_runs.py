"""Imports as a whole: seen, taken back, decided about; queued ones are worked through, also after a crash."""

from __future__ import annotations

import io
import json
import signal
import threading
from pathlib import Path

import pytest

from guisach.domain.catalogue import queries
from guisach.domain.catalogue.actions import importing
from guisach.domain.catalogue.kinds import file_store
from guisach.domain.catalogue.models import Copy, Import, Record
from guisach.domain.catalogue.rules.imports.policies import Terms
from guisach.site.importing import Importer
from guisach.site.machine_lock import machine_lock
from tests import builders
from tests.builders import COBA, refused
from tests.builders_marc import book, data

pytestmark = pytest.mark.django_db

SUBJECT = ("650", data(("a", "Văn học thiếu nhi"), indicators=" 4"))
ISBN = ("020", data(("a", "9786042088886")))


@pytest.fixture(autouse=True)
def _province():
    builders.province()


@pytest.fixture
def file(tmp_path):
    def write(*chunks: bytes, name: str = "sách.mrc") -> Path:
        path = tmp_path / name
        path.write_bytes(b"".join(chunks))
        return path

    return write


# The command line ---------------------------------------------------------------------------------------------


def test_imports_are_listed_and_taken_back_by_number(file, answer, guisach):
    answer("import", "marc", file(book(barcodes=("A1",)), book("Hai")), "--place", COBA)
    answer("import", "marc", file(book("Ba"), name="ba.mrc"))
    second, first = answer("import", "list")["imports"]
    assert (first["file"], first["added"], first["copies_added"], first["status"]) == ("sách.mrc", 2, 1, "DONE")
    assert (Path(str(first["report"])).name, second["read"]) == (first["report"], 1)

    undone = answer("import", "undo", first["import"], "--yes")

    assert (undone["records"], undone["copies"], undone["kept"]) == (2, 1, [])
    assert list(Record.objects.values_list("title", flat=True)) == ["Ba"]
    assert answer("import", "list")["imports"][1]["status"] == "UNDONE"
    assert guisach("import", "undo", 10**6, "--yes").exit_code != 0


def test_a_person_reads_how_to_take_an_import_back(file, guisach):
    told = guisach("import", "marc", file(book()))
    number = queries.imports()[0].id
    assert str(number) in told.stdout
    assert "guisach import undo" in told.stdout
    assert "sách.mrc" in guisach("import", "list").stdout
    assert guisach("import", "undo", number).exit_code == 0


def test_what_waits_is_counted_shown_and_decided(file, answer, guisach):
    answer("import", "marc", file(book()))
    found = answer(
        "import", "marc", file(book(barcodes=("A1",)), book(author="T. Hoài"), name="xã.mrc"), "--place", COBA
    )
    assert (found["waiting"], found["copies_added"], found["added"]) == (1, 0, 1)
    assert answer("import", "marc", file(book(barcodes=("A1",)), name="xã.mrc"), "--place", COBA)["unchanged"] == 1
    (one,) = answer("import", "waiting")["waiting"]
    assert (one["title"], one["barcodes"]) == ("Dế Mèn phiêu lưu ký", ["A1"])
    assert one["candidates"][0]["why"] == ["title", "author", "year"]
    assert "Dế Mèn" in guisach("import", "waiting").stdout

    decided = answer("import", "decide", "merge", one["waiting"])

    assert decided == {"decided": [{"waiting": one["waiting"], "record": one["candidates"][0]["record"], "copies": 1}],
                       "left": []}  # fmt: skip
    assert answer("import", "waiting")["count"] == 0
    assert Copy.objects.get().barcode == "A1"
    assert guisach("import", "decide", "add", one["waiting"]).exit_code == 1


def test_policies_are_chosen_on_the_command_line_or_kept_with_a_source(file, answer, guisach):
    def other(n: int) -> bytes:
        return book(number=str(n), source="TVQG", more=(ISBN, ("650", data(("a", f"Đề tài {n}")))))

    answer("import", "marc", file(book(more=(ISBN, SUBJECT))))
    assert answer("import", "marc", file(other(1)), "--policy", "ask")["waiting"] == 1
    assert answer("import", "marc", file(other(2)), "--policy", "add")["added"] == 1
    answer("import", "source", "TVQG", "--name", "Thư viện Quốc gia", "--policy", "overlay", "--overlay-fields", "6xx")
    assert answer("import", "marc", file(other(3)), "--source", "TVQG")["merged"] == 1
    assert ["Đề tài 3"] in list(Record.objects.values_list("subjects", flat=True))
    assert answer("import", "list")["imports"][0]["source"] == "TVQG"
    for words in (("--source", "MẤT"), ("--overlay-fields", "tác-giả")):
        result = guisach("import", "marc", file(other(4)), *words, "--json")
        assert result.exit_code == 1
        assert "Traceback" not in result.stderr
        assert words[1] in result.stderr
    assert "overlay" in guisach("import", "marc", "--help").stdout


def test_a_rehearsal_counts_what_would_wait(file, answer):
    answer("import", "marc", file(book()))
    assert answer("import", "marc", file(book(barcodes=("A1",)), name="xã.mrc"), "--dry-run")["waiting"] == 1
    assert queries.count_waiting() == 0
    assert len(queries.imports()) == 1


# The queue ----------------------------------------------------------------------------------------------------


@pytest.fixture
def queued(file):
    """A page has taken a file in and queued it."""

    def queue(*chunks: bytes, terms: Terms = Terms(place=COBA)) -> int:  # noqa: B008
        id_ = importing.take_in(
            file="C:\\Users\\Lan\\sách xã.mrc",
            content=io.BytesIO(b"".join(chunks)),
            terms=terms,
            clock=builders.Clock(),
        )
        importing.queue_import(import_=id_)
        return id_

    return queue


def view(id_: int):
    found = queries.import_(id_)
    assert found is not None
    return found


def test_a_draft_is_shown_rehearsed_changed_and_only_then_queued():
    clock = builders.Clock()
    content = io.BytesIO(book(barcodes=("A1",)) + book("Hai") + b"00026hong" + b"\x1d")
    id_ = importing.take_in(file="sách.mrc", content=content, terms=Terms(), clock=clock)
    found = view(id_)
    assert (found.status, found.is_busy, found.size_bytes) == ("DRAFT", False, content.tell())
    shown = importing.preview(path=file_store().path(found.stored), terms=Terms())
    assert [row.after.title if row.after else row.reason for row in shown.rows] == [
        "Dế Mèn phiêu lưu ký", "Hai", "too_short"
    ]  # fmt: skip
    assert shown.rows[0].barcodes == ("A1",)
    assert shown.rows[0].before["2 100"] == "1# $aTô Hoài"
    rehearsed = importing.rehearse_draft(import_=id_, clock=clock)
    assert (rehearsed.counts["added"], rehearsed.counts["quarantined"], rehearsed.is_whole) == (2, 1, True)
    assert not importing.rehearse_draft(import_=id_, clock=clock, most=1).is_whole
    assert not Importer().step()  # nobody has queued it yet
    importing.change_terms(import_=id_, terms=Terms(place=COBA))
    with refused("place_unknown"):
        importing.change_terms(import_=id_, terms=Terms(place="CB-NOWHERE"))
    importing.queue_import(import_=id_)
    with refused("import_busy"):
        importing.change_terms(import_=id_, terms=Terms())
    assert Importer().step()
    assert (view(id_).status, Copy.objects.get().barcode) == ("DONE", "A1")
    with refused("import_busy"):
        importing.drop_draft(import_=id_)


def test_a_draft_can_be_thrown_away_with_its_file():
    id_ = importing.take_in(file="x.mrc", content=io.BytesIO(b"x"), terms=Terms(), clock=builders.Clock())
    path = file_store().path(view(id_).stored)
    assert path.is_file()
    importing.drop_draft(import_=id_)
    assert not path.exists()
    assert queries.import_(id_) is None


def test_a_file_that_is_too_large_leaves_nothing_behind(monkeypatch):
    monkeypatch.setattr("guisach.domain.catalogue.actions.importing.queueing.TAKEN_IN_MAX", 10)
    folder = file_store().path("x").parent
    before = set(folder.iterdir()) if folder.is_dir() else set()
    with refused("file_too_large"):
        importing.take_in(file="x.mrc", content=io.BytesIO(b"x" * 11), terms=Terms(), clock=builders.Clock())
    assert set(folder.iterdir()) == before
    with refused("place_unknown"):
        importing.take_in(file="x.mrc", content=io.BytesIO(b"x"), terms=Terms(place="?"), clock=builders.Clock())
    assert set(folder.iterdir()) == before


def test_queued_imports_are_worked_through_in_turn_with_their_report(queued):
    first, second = queued(book(barcodes=("A1",))), queued(book("Hai"), b"00026hong\x1d")
    assert (view(first).file, view(first).is_busy) == ("sách xã.mrc", True)
    assert Importer().step()
    assert (view(first).status, view(second).status) == ("DONE", "QUEUED")
    assert Importer().step()
    found = view(second)
    assert (found.status, found.counts["added"], found.counts["quarantined"], found.share) == ("DONE", 1, 1, 1.0)
    from django.conf import settings

    report = settings.DATA / "imports" / found.report / "report.jsonl"
    assert [json.loads(line)["outcome"] for line in report.read_text().splitlines()] == ["added", "quarantined"]
    assert not Importer().step()


def test_one_process_works_at_a_time(queued):
    queued(book())
    with machine_lock("imports") as is_ours:
        assert is_ours
        assert not Importer().step()
    assert Importer().step()


def test_what_cannot_be_read_stops_with_its_reason_and_can_be_queued_again(queued):
    id_ = queued(b"PK\x03\x04" + b"\0" * 100)
    assert Importer().step()
    found = view(id_)
    assert found.status == "STOPPED"
    assert found.trouble
    assert not Importer().step()
    importing.queue_import(import_=id_)
    assert view(id_).status == "QUEUED"


def test_a_person_can_stop_an_import_and_let_it_go_on(queued):
    id_ = queued(*(book(f"Sách {n}") for n in range(700)))
    importing.start_queued(import_=id_)
    path = file_store().path(view(id_).stored)
    going = importing.run_import(import_=id_, path=path, clock=builders.Clock())
    next(going)
    assert importing.stop_import(import_=id_)
    with refused("import_elsewhere"):
        list(going)
    assert (view(id_).status, view(id_).position, Record.objects.count()) == ("STOPPED", 300, 300)
    assert not importing.stop_import(import_=id_)
    importing.queue_import(import_=id_)
    assert Importer().step()
    assert (view(id_).status, view(id_).counts["added"], Record.objects.count()) == ("DONE", 700, 700)


def test_two_processes_never_do_the_same_batch(queued):
    id_ = queued(*(book(f"Sách {n}") for n in range(900)))
    importing.start_queued(import_=id_)
    path = file_store().path(view(id_).stored)
    one, other = (importing.run_import(import_=id_, path=path, clock=builders.Clock()) for _ in range(2))
    next(one)
    with refused("import_elsewhere"):
        list(other)
    assert len(list(one)) == 899
    assert (view(id_).counts["added"], Record.objects.count()) == (900, 900)


def test_a_worker_that_is_told_to_end_leaves_the_rest_to_the_next(queued):
    id_ = queued(*(book(f"Sách {n}") for n in range(700)))
    stop = threading.Event()
    stop.set()
    Importer(stop).step()
    assert (view(id_).status, view(id_).position) == ("RUNNING", 300)
    assert Importer().step()
    assert (view(id_).status, Record.objects.count()) == ("DONE", 700)


def test_an_undo_is_worked_in_its_turn(queued):
    id_ = queued(book(barcodes=("A1",)), terms=Terms())
    Importer().step()
    importing.ask_undo(import_=id_)
    assert Record.objects.count() == 1
    assert Importer().step()
    assert (view(id_).status, Record.objects.count()) == ("UNDONE", 0)


def test_files_are_kept_for_a_while_and_then_dropped(queued):
    id_ = queued(book())
    Importer().step()
    path = file_store().path(view(id_).stored)
    ended = view(id_).ended_at
    assert ended is not None
    assert importing.forget_files(before=ended) == 0
    assert path.is_file()
    clock = builders.Clock(ended)
    clock.forward(days=1)
    assert importing.forget_files(before=clock()) == 1
    assert not path.exists()
    assert view(id_).stored == ""


@pytest.mark.slow
def test_a_killed_worker_loses_nothing_and_repeats_nothing(installation, tmp_path):
    """A real process is killed amid an import; the next one goes on where it stood."""
    total = 6000
    content = b"".join(book(f"Sách {n}", number=str(n)) for n in range(total))
    (tmp_path / "lớn.mrc").write_bytes(content)
    here = installation()
    here.work("queue", tmp_path / "lớn.mrc")
    with here.start("watch_import") as watch:
        assert watch.stdout is not None
        assert json.loads(watch.stdout.readline()) == "ready"
        process = here.start("work_queue")
        assert json.loads(watch.stdout.readline()) == "begun"
        process.send_signal(signal.SIGKILL)
    process.communicate()
    (killed_at,) = here.work("position")
    assert 0 < killed_at < total
    process = here.start("work_queue")
    process.communicate(timeout=170)
    (found,) = here.answer("import", "list")["imports"]
    assert (found["status"], found["added"], found["read"]) == ("DONE", total, total)
    assert len(here.answer("search", "Sách", "--limit", "1")["hits"]) == 1


def test_an_import_of_the_command_line_that_was_killed_goes_on_by_the_same_command(file, answer):
    path = file(*(book(f"Sách {n}") for n in range(700)))
    clock = builders.Clock()
    from guisach.site.cli.importing import print_of_file

    begun = importing.begin_import(file=path.name, file_print=print_of_file(path), terms=Terms(place=COBA), clock=clock)
    going = importing.run_import(import_=begun, path=path, clock=clock)
    next(going)
    going.close()  # as if the process had ended
    found = answer("import", "marc", path, "--place", COBA)
    assert (found["unchanged"], found["added"]) == (300, 400)
    assert [(one.id, one.status, one.counts["added"]) for one in queries.imports()] == [(begun, "DONE", 700)]
    assert answer("import", "marc", path, "--place", COBA)["unchanged"] == 700
    assert Import.objects.count() == 2
    # Under other terms it is another import.
    assert answer("import", "marc", path)["unchanged"] == 700
    assert Import.objects.count() == 3
