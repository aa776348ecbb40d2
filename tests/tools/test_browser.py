"""The browser of the tests is found wherever it is installed, and started as its surroundings demand."""

from __future__ import annotations

import pytest

from tools import browser


@pytest.fixture
def path(tmp_path, monkeypatch):
    """The only folder in which programs are looked for."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", browser.NAMES)
def test_a_browser_of_the_system_is_found_by_any_of_its_names(path, name):
    program = path / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert browser.find() == str(program)


def test_only_root_starts_it_without_its_sandbox(monkeypatch):
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
    assert "--no-sandbox" in browser.flags()
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000)
    assert "--no-sandbox" not in browser.flags()


def test_root_installs_the_systems_browser_with_fonts_for_vietnamese(path, monkeypatch):
    (path / "apt-get").write_text(f'#!/bin/sh\necho "$@" >> {path}/asked\n')
    (path / "apt-get").chmod(0o755)
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
    browser.install()
    update, install = (path / "asked").read_text().splitlines()
    assert update.startswith("update")
    assert "-y --no-install-recommends chromium-headless-shell fonts-" in install


def test_where_the_system_has_no_chromium_without_windows_it_is_the_one_with(path, monkeypatch):
    (path / "apt-get").write_text(f'#!/bin/sh\necho "$@" >> {path}/asked\ncase "$*" in *headless*) exit 100;; esac\n')
    (path / "apt-get").chmod(0o755)
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
    browser.install()
    _update, _refused, install = (path / "asked").read_text().splitlines()
    assert "-y --no-install-recommends chromium fonts-" in install
