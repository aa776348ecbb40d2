"""The way from a clone to a running site: each step once, taken up again after an interruption, and in plain words.

A shell script stands in for `guisach`, so that a step can be made to fail or to be cut short.
"""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from tools import start

# Notes what it was asked; `demo` makes a database, and stops half-way while a file named "cut" lies in the folder.
GUISACH = """#!/bin/sh
echo "$1" >> "{log}"
[ "$1" = demo ] || exit 0
mkdir -p "$GUISACH_DATA/index"
echo "$3" > "$GUISACH_DATA/index/part"
echo half > "$GUISACH_DATA/guisach.sqlite3"
[ -e "{cut}" ] && exit 1
echo whole > "$GUISACH_DATA/guisach.sqlite3"
echo "accounts in $GUISACH_DATA/accounts"
"""


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """An empty clone with a `guisach` of its own; `clone.asked()` tells what that was asked."""
    log, command = tmp_path / "asked", tmp_path / "guisach"
    command.write_text(GUISACH.format(log=log, cut=tmp_path / "cut"))
    command.chmod(0o755)
    (tmp_path / "src" / "guisach" / "migrations").mkdir(parents=True)
    for name, value in (("ROOT", tmp_path), ("GUISACH", command), ("STAMPS", tmp_path / "stamps")):
        monkeypatch.setattr(start, name, value)
    monkeypatch.setenv("GUISACH_DATA", str(tmp_path / "var"))
    monkeypatch.delenv("GUISACH_DATABASE_URL", raising=False)
    return tmp_path


def asked(clone):
    log = clone / "asked"
    return log.read_text().split() if log.exists() else []


def test_a_first_start_builds_the_demonstration_and_a_second_does_nothing(clone, capsys):
    start.prepare_database("7")
    assert f"accounts in {clone}/var/accounts\n" in capsys.readouterr().out
    assert asked(clone) == ["demo", "migrate"]
    assert (clone / "var" / "guisach.sqlite3").read_text() == "whole\n"
    assert (clone / "var" / "index" / "part").read_text() == "7\n"
    start.prepare_database("7")
    assert asked(clone) == ["demo", "migrate"]


def test_a_demonstration_that_was_cut_short_is_built_anew(clone):
    (clone / "cut").touch()
    with pytest.raises(start.Failed, match="chạy lại"):
        start.prepare_database("1")
    assert not (clone / "var" / "guisach.sqlite3").exists()
    (clone / "cut").unlink()
    start.prepare_database("1")
    assert (clone / "var" / "guisach.sqlite3").read_text() == "whole\n"
    assert not (clone / "var" / "demonstration.part").exists()


def test_a_database_of_ones_own_is_never_replaced(clone):
    (clone / "var").mkdir()
    (clone / "var" / "guisach.sqlite3").write_text("mine")
    start.prepare_database("1")
    assert asked(clone) == ["migrate"]
    assert (clone / "var" / "guisach.sqlite3").read_text() == "mine"


def test_a_new_migration_is_done_at_the_next_start(clone):
    start.prepare_database("1")
    (clone / "src" / "guisach" / "migrations" / "0002_more.py").touch()
    start.prepare_database("1")
    assert asked(clone) == ["demo", "migrate", "migrate"]


def test_another_database_is_migrated_and_gets_no_demonstration(clone, monkeypatch):
    monkeypatch.setenv("GUISACH_DATABASE_URL", "postgresql://127.0.0.1/guisach")
    start.prepare_database("1")
    assert asked(clone) == ["migrate"]


def test_a_port_that_is_taken_is_told_before_serving(clone):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with pytest.raises(start.Failed, match="PORT=8001 make run"):
            start.serve(port)
    with pytest.raises(start.Failed, match="PORT=8001 make run"):
        start.serve("many")


def test_a_failure_is_told_in_both_languages():
    with pytest.raises(start.Failed) as failure:
        start.run(["false"], "Hãy chạy lại.", "Run it again.")
    said = str(failure.value)
    assert "Hãy chạy lại. (lệnh: false)" in said
    assert "Run it again. (command: false)" in said


def test_a_python_without_venv_is_told_what_to_install(tmp_path, monkeypatch):
    bare = tmp_path / "python3"
    bare.write_text(f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    bare.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(bare))
    with pytest.raises(start.Failed, match=r"apt-get install -y python3\.\d+-venv"):
        start.find_python()


def test_the_file_can_be_read_by_an_older_python():
    """`make run` must reach its own message about the version; nothing newer than 3.8 is used at the top level."""
    import ast

    ast.parse((start.ROOT / "tools" / "start.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_the_help_is_given_without_an_environment():
    done = subprocess.run([sys.executable, start.__file__, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "prepare" in done.stdout
