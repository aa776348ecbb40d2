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


class TestDesk:
    @pytest.fixture
    def calls(self, build, tmp_path, monkeypatch) -> list[str]:
        source = tmp_path / "desk"
        for name in (
            "src/app/scan.ts",
            "src/app/scan.test.ts",
            "src/testing/fake.ts",
            "public/manifest.webmanifest",
            "package-lock.json",
        ):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_text(name)
        monkeypatch.setattr(build, "ROOT", tmp_path)
        monkeypatch.setattr(build, "DESK", source)
        monkeypatch.setattr(build, "DESK_BUILT", tmp_path / "web" / "built")
        monkeypatch.setattr(build, "DESK_SHARES", [])
        monkeypatch.setattr(build, "VECTORS", tmp_path / "vectors")
        monkeypatch.delenv("DESK_RUNS", raising=False)
        monkeypatch.setattr(build, "_draw_icons", lambda folder: None)
        calls = []

        def npm(*arguments: str, cwd: Path, **environ: str) -> None:
            calls.append(" ".join(arguments))
            if arguments[0] == "ci":
                (cwd / "node_modules").mkdir(exist_ok=True)
            elif arguments[1] == "build":
                Path(environ["GUISACH_DESK_OUT"]).mkdir()
                Path(environ["GUISACH_DESK_OUT"], "sw.js").write_text(environ["GUISACH_DESK_VERSION"])

        monkeypatch.setattr(build, "_npm", npm)
        return calls

    def test_is_built_once_and_again_when_a_source_changes(self, build, calls):
        assert build.build_desk() == [build.DESK_BUILT]
        first = (build.DESK_BUILT / "sw.js").read_text()
        assert build.build_desk() == []
        (build.DESK / "src" / "app" / "scan.ts").write_text("another")
        assert build.build_desk() == [build.DESK_BUILT]
        assert (build.DESK_BUILT / "sw.js").read_text() != first
        assert calls == ["ci", "run build", "run build"]

    def test_is_checked_again_when_a_source_a_test_or_a_vector_changes_and_when_asked(self, build, calls, monkeypatch):
        build.check_desk()
        build.check_desk()
        assert calls == ["ci", "run check", "run test"]
        calls.clear()
        vector = build.VECTORS / "due.json"
        vector.parent.mkdir()
        for changed in (build.DESK / "src" / "app" / "scan.ts", build.DESK / "src" / "app" / "scan.test.ts", vector):
            changed.write_text("another")
            build.check_desk()
            build.check_desk()
        assert calls == ["run check", "run test"] * 3
        build.check_desk(force=True)
        monkeypatch.setenv("DESK_RUNS", "2000")
        build.check_desk()
        assert calls == ["run check", "run test"] * 5

    def test_that_fails_is_checked_again(self, build, calls, monkeypatch):
        build.check_desk()
        (build.DESK / "src" / "app" / "scan.ts").write_text("wrong")

        def failing(*arguments: str, **_: object) -> None:
            calls.append(" ".join(arguments))
            raise SystemExit("npm run check failed")

        with monkeypatch.context() as broken:
            broken.setattr(build, "_npm", failing)
            with pytest.raises(SystemExit):
                build.check_desk()
        build.check_desk()
        assert calls == ["ci", "run check", "run test", "run check", "run check", "run test"]

    def test_is_not_built_again_for_a_test_or_a_touch(self, build, calls):
        build.build_desk()
        (build.DESK / "src" / "app" / "scan.test.ts").write_text("another")
        (build.DESK / "src" / "testing" / "fake.ts").write_text("another")
        os.utime(build.DESK / "src" / "app" / "scan.ts", (1, 1))
        assert build.build_desk() == []

    def test_that_fails_leaves_the_old_one(self, build, calls, monkeypatch):
        build.build_desk()
        before = (build.DESK_BUILT / "sw.js").read_text()
        (build.DESK / "src" / "app" / "scan.ts").write_text("broken")
        monkeypatch.setattr(build, "_npm", lambda *_arguments, **_more: (_ for _ in ()).throw(SystemExit("failed")))
        with pytest.raises(SystemExit):
            build.build_desk()
        assert (build.DESK_BUILT / "sw.js").read_text() == before
        assert [path.name for path in build.DESK_BUILT.parent.iterdir()] == ["built"]


@pytest.mark.parametrize("folder", ["tools/assets", "desk"])
def test_the_lock_holds_hashes_and_no_registry_host(folder):
    lock = json.loads((ROOT / folder / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for entry in packages.values():
        assert entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry
