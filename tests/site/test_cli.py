"""The commands as a script meets them: one JSON document, an exit status that says whether all went well, --help."""

from __future__ import annotations

import subprocess
import sys

import pytest

from guisach.site.cli import _COMMANDS
from tests.conftest import ROOT

COMMANDS = sorted(_COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(guisach, command):
    done = guisach(command, "--help")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Usage: guisach " + command)
    assert len(done.output.splitlines()) > 4


def test_the_command_line_lists_every_command(guisach):
    done = guisach("--help")
    assert done.exit_code == 0
    for command in COMMANDS:
        assert f"\n  {command} " in done.output


def test_what_is_not_a_command_ends_with_status_2(guisach):
    assert guisach("lend").exit_code == 2
    assert guisach("serve", "--port", "0").exit_code == 2
    assert guisach("restore", "no-such-file").exit_code == 2


def test_help_does_not_wait_for_the_database():
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from guisach.site.cli import cli; import guisach.site.cli as c\n"
         "assert 'django.db' not in sys.modules, 'Django was loaded'"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def here(installation):
    """A small province, asked by real processes."""
    return installation(filled=True)


@pytest.mark.slow
class TestOneInstallation:
    def test_check_says_one_document_and_ends_well(self, here):
        found = here.answer("check")
        assert found["differences"] == 0
        assert found["operations"] > 60
        assert len(found["digest"]) == 64
        assert here.answer("check") == found

    def test_check_ends_with_status_1_and_names_what_differs(self, here):
        reset = "UPDATE circulation_tally SET count = count - 1000"
        here.work("sql", "UPDATE circulation_tally SET count = count + 1000")
        try:
            found = here.answer("check", status=1)
            assert found["differences"] == len(found["details"]) > 0
            assert all("tally" in line for line in found["details"])
            plain = here.run("check")
            assert plain.returncode == 1
            assert "tally" in plain.stdout
        finally:
            here.work("sql", reset)

    def test_a_backup_and_a_restore_say_how_much(self, here, installation, tmp_path):
        taken = here.answer("backup", tmp_path / "b.gsb")
        assert taken["bytes"] == (tmp_path / "b.gsb").stat().st_size
        assert taken["rows"] > taken["operations"] > 60
        restored = installation().answer("restore", tmp_path / "b.gsb")
        assert (restored["operations"], restored["differences"]) == (taken["operations"], 0)
        again = here.run("restore", tmp_path / "b.gsb", "--json")
        assert (again.returncode, again.stdout) == (1, "")
        assert "GUISACH_DATA" in again.stderr

    def test_a_backup_that_cannot_be_written_says_so(self, here, tmp_path):
        (tmp_path / "file").touch()
        done = here.run("backup", tmp_path / "file" / "b.gsb", "--json")
        assert (done.returncode, done.stdout) == (1, "")
        assert len(done.stderr.strip().splitlines()) == 1

    def test_a_token_is_shown_once_and_only_its_digest_is_kept(self, here):
        made = here.answer("token", "LAN", "--label", "máy quầy", "--days", 30)
        assert made["token"].startswith("gs_")
        assert (made["username"], made["days"]) == ("lan", 30)
        plain = here.run("token", "minh").stdout.strip()
        assert plain.startswith("gs_")
        assert plain != made["token"]
        done = here.run("token", "nobody", "--json")
        assert (done.returncode, done.stdout) == (1, "")

    def test_migrate_again_changes_nothing(self, here):
        before = here.answer("check")
        assert here.run("migrate").returncode == 0
        assert here.answer("check") == before


@pytest.mark.slow
def test_a_database_that_was_never_prepared_is_named_as_such(tmp_path):
    from tests.installations import Installation

    here = Installation(tmp_path)
    for words in (["check", "--json"], ["backup", str(tmp_path / "b.gsb"), "--json"], ["token", "lan", "--json"]):
        done = here.run(*words)
        assert (done.returncode, done.stdout) == (1, ""), words
        assert "guisach migrate" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "b.gsb").exists()


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    from tests.installations import Installation

    (tmp_path / "file").touch()
    done = Installation(tmp_path / "file" / "data").run("check", "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_memory_stays_flat_however_long_the_tables_are(installation, tmp_path):
    here, peaks = installation(), []
    for rows in (1_000, 100_000):
        here.work("many_rows", rows)
        peaks.append(here.work("peak_memory", tmp_path / f"{rows}.gsb")[0])
    assert peaks[1] - peaks[0] < 8_000, f"{peaks} KiB"


@pytest.mark.slow
def test_sqlite_keeps_what_it_acknowledged_when_the_plug_is_pulled(here):
    if here.database_url:
        pytest.skip("about SQLite")
    assert here.work("pragmas") == [["wal", 2]]  # 2 is FULL: each commit is on the disk before it is answered
