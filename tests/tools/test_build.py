"""The build step: right once, and nothing to do the second time."""

from __future__ import annotations

import gettext
import importlib.util
import json
import os
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def build(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("build_of_a_clone", ROOT / "tools" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "LOCALE", tmp_path / "locale")
    monkeypatch.setattr(module, "FONTS", tmp_path / "fonts")
    monkeypatch.setattr(module, "STAMP", tmp_path / "fonts" / ".lock-sha256")
    return module


@pytest.fixture
def source(build) -> Path:
    path = build.LOCALE / "vi" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Find"\nmsgstr "Tìm"\n', "utf-8"
    )
    return path


class TestMessages:
    def test_are_compiled_once(self, build, source):
        assert build.compile_messages() == [source.with_suffix(".mo")]
        with source.with_suffix(".mo").open("rb") as file:
            assert gettext.GNUTranslations(file).gettext("Find") == "Tìm"
        assert build.compile_messages() == []

    def test_are_compiled_again_when_they_change(self, build, source):
        (compiled,) = build.compile_messages()
        source.write_text(source.read_text("utf-8").replace("Tìm", "Tìm sách"), "utf-8")
        later = compiled.stat().st_mtime_ns + 1_000_000_000
        os.utime(source, ns=(later, later))
        assert build.compile_messages() == [compiled]

    def test_that_are_broken_leave_the_old_catalogue(self, build, source):
        (compiled,) = build.compile_messages()
        before = compiled.read_bytes()
        source.write_text('msgid "Find"\nnonsense\n', "utf-8")
        with pytest.raises(PoFileError):
            build.compile_messages(force=True)
        assert compiled.read_bytes() == before
        assert [p.name for p in compiled.parent.iterdir() if p.suffix not in {".po", ".mo"}] == []


class TestFonts:
    def fake_npm(self, build, monkeypatch) -> list[str]:
        calls = []

        def npm(*arguments: str, cwd: Path) -> None:
            calls.append(" ".join(arguments))
            files = cwd / "node_modules" / build.PACKAGE / "files"
            files.mkdir(parents=True)
            for name in [*build.FONT_FILES, "be-vietnam-pro-latin-900-italic.woff2"]:
                (files / name).write_bytes(b"wOF2")
            (files.parent / "LICENSE").write_text("OFL")

        monkeypatch.setattr(build, "_npm", npm)
        return calls

    def test_are_fetched_once_and_only_those_that_are_used(self, build, monkeypatch):
        calls = self.fake_npm(build, monkeypatch)
        assert len(build.fetch_fonts()) == len(build.FONT_FILES)
        assert build.fetch_fonts() == []
        assert calls == ["ci"]
        assert {p.name for p in build.FONTS.glob("*.woff2")} == set(build.FONT_FILES)

    def test_are_fetched_again_when_one_is_missing(self, build, monkeypatch):
        calls = self.fake_npm(build, monkeypatch)
        build.fetch_fonts()
        (build.FONTS / build.FONT_FILES[0]).unlink()
        build.fetch_fonts()
        assert len(calls) == 2

    def test_are_those_that_the_style_sheet_names(self, build):
        sheet = (ROOT / "src/guisach/web/ui/static/ui/staff.css").read_text("utf-8")
        assert all(f'url("fonts/{name}")' in sheet for name in build.FONT_FILES)
        assert sheet.count("@font-face") == len(build.FONT_FILES)


def test_the_lock_holds_hashes_and_no_registry_host():
    lock = json.loads((ROOT / "tools" / "assets" / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for entry in packages.values():
        assert entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry
