"""`guisach import operations`, and how far a backup reaches into what each device made."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from guisach.domain.journal.models import Operation
from guisach.domain.sync.models import Chain, EnrolmentCode
from guisach.site import backups
from guisach.site.cli.desks import import_operations
from tests import builders
from tests.desks import connect, enrolled, enrolment_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    builders.province()
    builders.copy()
    builders.lan()
    made = enrolled(connect(), builders.COBA, builders.hoa().staff, "lan", builders.PASSWORD)
    for _ in range(5):
        made.make("sighting", copy="CB000001")
    return made


def run(*arguments):
    told = CliRunner().invoke(import_operations, [*arguments, "--by", "lan", "--json"])
    return told.exit_code, json.loads(told.stdout) if told.stdout else told.stderr


def test_files_are_taken_in_and_counted(desk, tmp_path):
    good, bad = tmp_path / "a.json.gz", tmp_path / "b.json.gz"
    good.write_bytes(desk.export())
    bad.write_bytes(desk.export()[:50])
    code, told = run(str(good), str(bad), str(good))
    assert code == 1
    assert (told["read"], told["stored"], told["duplicate"], told["unreadable_files"]) == (10, 5, 5, 1)
    assert "error" in told["files"][1]
    assert run(str(good))[0] == 0
    assert Operation.objects.count() == 5


def test_nobody_unknown_answers_for_a_file(desk, tmp_path):
    file = tmp_path / "a.json.gz"
    file.write_bytes(desk.export())
    assert CliRunner().invoke(import_operations, [str(file), "--by", "nobody"]).exit_code == 1
    assert not Operation.objects.exists()


def test_a_desk_is_told_what_of_it_is_in_a_backup_once_that_is_durable(desk, tmp_path):
    desk.sync()
    assert desk.hello().body["backed_up_through"] == 0
    backups.write(tmp_path / "b.gsb", lambda _n: None)
    desk.make("sighting", copy="CB000001")
    desk.sync()
    assert desk.hello().body["backed_up_through"] == 5


def test_a_backup_that_could_not_be_written_counts_for_nothing(desk, tmp_path):
    desk.sync()
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError):
        backups.write(tmp_path / "file" / "b.gsb", lambda _n: None)
    assert desk.hello().body["backed_up_through"] == 0


@pytest.mark.django_db(transaction=True)
def test_a_restored_hub_knows_its_desks_asks_for_the_rest_and_knows_no_used_code(desk, tmp_path):
    from django.core.management import call_command

    desk.sync()
    enrolment_code(builders.COBA, builders.hoa().staff)
    backups.write(tmp_path / "b.gsb", lambda _n: None)
    for _ in range(3):
        desk.make("sighting", copy="CB000001")
    desk.sync()
    assert desk.hello().body["contiguous"] == 8
    call_command("flush", interactive=False, verbosity=0)
    backups.read(tmp_path / "b.gsb", lambda _n: None)
    told = desk.hello().body
    assert (told["contiguous"], told["backed_up_through"]) == (5, 5)
    desk.sync()
    assert desk.hello().body["contiguous"] == 8
    assert Chain.objects.get().backed_up == 5
    assert not EnrolmentCode.objects.exists()
