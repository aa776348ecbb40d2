"""Takes a fresh clone to a running site, and later starts it at once: `make run` and `make test` begin here.

Runs under whatever `python3` the machine has and uses only the standard library; it looks for a Python that
is new enough and makes `.venv` with it. Each step leaves a stamp when it is *done*, naming what it was done
for, so a start that was interrupted takes up where it stopped and a finished step is not repeated.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import IO, Iterable, NoReturn  # noqa: UP035  (this file must be readable by an older Python)

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
PYTHON = VENV / "bin" / "python"
GUISACH = VENV / "bin" / "guisach"
OLDEST = (3, 11)
DATABASE = "guisach.sqlite3"


class Failed(Exception):
    """A step failed; the message says in Vietnamese, then in English, what to do."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"\n✗ {vi}\n  {en}\n")


def say(vi: str, en: str) -> None:
    """Tell what happens now, in both languages, on one line."""
    print(f"• {vi} / {en}", flush=True)


def run(command: list[str | Path], vi: str, en: str, *, output: IO[str] | None = None, **environ: str) -> None:
    """Run a command from the root of the clone; raises Failed with the two hints if it fails."""
    line = [str(part) for part in command]
    try:
        status = subprocess.call(line, cwd=str(ROOT), env={**os.environ, **environ}, stdout=output)
    except OSError as error:
        status = error.errno or 1
    if status:
        raise Failed(f"{vi} (lệnh: {' '.join(line)})", f"{en} (command: {' '.join(line)})")


# Stamps ----------------------------------------------------------------------------------------------------


def fingerprint(*parts: object) -> str:
    """Give a short hash of anything printable."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:20]


def of_files(files: Iterable[Path]) -> str:
    """Give the fingerprint of files by name, size and time of change."""
    kept = sorted(file for file in files if file.is_file() and "__pycache__" not in file.parts)
    return fingerprint(*(f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in kept))


def is_done(stamp: Path, value: str) -> bool:
    """Say whether the step was finished for exactly this."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == value


def mark_done(stamp: Path, value: str) -> None:
    """Leave the stamp of a finished step: whole or not at all."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    draft = stamp.with_name(stamp.name + ".part")
    draft.write_text(value, encoding="utf-8")
    draft.replace(stamp)


# Steps -----------------------------------------------------------------------------------------------------


def find_python() -> str:
    """Give a Python that is new enough and can make environments; raises Failed with the line to type."""
    found = None
    for name in [sys.executable, "python3", "python3.14", "python3.13", "python3.12", "python3.11"]:
        path = shutil.which(name)
        if path and _answers(path, f"import sys; sys.exit(sys.version_info < {OLDEST!r})"):
            found = found or path
            if _answers(path, "import venv, ensurepip"):
                return path
    if found:
        version = subprocess.check_output([found, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
        line = f"sudo apt-get update && sudo apt-get install -y python{version.decode().strip()}-venv"
        raise Failed(
            f"Python thiếu phần venv. Hãy gõ: {line}   rồi chạy lại lệnh này.",
            f"Python lacks its venv part. Type: {line}   then run this again.",
        )
    line = "sudo apt-get update && sudo apt-get install -y python3 python3-venv"
    raise Failed(
        f"Cần Python {OLDEST[0]}.{OLDEST[1]} trở lên. Trên Debian 12 hoặc Ubuntu 24.04, hãy gõ: {line}",
        f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed. On Debian 12 or Ubuntu 24.04, type: {line}",
    )


def _answers(python: str, code: str) -> bool:
    return not subprocess.call([python, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_environment() -> None:
    """Make `.venv`, anew when it is half-made or the clone has been moved; one made by hand is kept."""
    stamp, value = STAMPS / "environment", str(ROOT)
    ours = stamp.is_file()
    usable = f"import pip, sys; sys.exit(sys.version_info < {OLDEST!r} or sys.prefix != {str(VENV)!r})"
    if PYTHON.exists() and (is_done(stamp, value) or (not ours and _answers(str(PYTHON), usable))):
        mark_done(stamp, value)
        return
    python = find_python()
    say("Tạo môi trường Python riêng (.venv)", "making the Python environment (.venv)")
    run(
        [python, "-m", "venv", "--clear", VENV],
        "Không tạo được .venv: kiểm tra quyền ghi và dung lượng đĩa.",
        "Could not make .venv: check that the folder is writable and the disk is not full.",
    )
    mark_done(stamp, value)


def install(lock: str) -> None:
    """Install what `requirements/<lock>.txt` pins, and the project itself in place."""
    file = ROOT / "requirements" / f"{lock}.txt"
    stamp = STAMPS / lock
    about = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("\n[tool.")[0]  # the rest is for checkers
    value = fingerprint(file.read_text(encoding="utf-8"), about)
    if is_done(stamp, value) and GUISACH.exists():
        return
    say("Cài các thư viện (vài phút ở lần đầu)", "installing packages (a few minutes the first time)")
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "-q",
    ]
    hint = (
        "Không cài được thư viện: kiểm tra đường mạng hoặc proxy rồi chạy lại; phần đã tải được giữ.",
        "Packages could not be installed: check the network or proxy and run again; downloads are kept.",
    )
    os.environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    run([*pip, "--require-hashes", "-r", file], *hint)
    run([*pip, "--no-deps", "--no-build-isolation", "-e", ROOT], *hint)
    mark_done(stamp, value)


def build() -> None:
    """Build what is not kept in git: compiled translations, fonts. Quick when there is nothing to build."""
    run(
        [PYTHON, ROOT / "tools" / "build.py"],
        "Không dựng được giao diện: xem lỗi ở trên, rồi chạy lại.",
        "The assets could not be built: see the error above, then run again.",
    )


def prepare_database(seed: str) -> None:
    """Migrate the database; where there is none, build the demonstration province first."""
    data = Path(os.environ.get("GUISACH_DATA") or ROOT / "var").expanduser().absolute()
    elsewhere = os.environ.get("GUISACH_DATABASE_URL", "")
    data.mkdir(parents=True, exist_ok=True)
    database = data / DATABASE
    if not elsewhere and not database.exists():
        _build_demonstration(data, seed)
    # What `guisach migrate` does rests on migrations, the network's data, static files and the packages' own.
    product = ROOT / "src" / "guisach"
    files = [file for name in ("migrations", "data", "static") for file in product.rglob(f"{name}/**/*")]
    lock = STAMPS / "run" if (STAMPS / "run").is_file() else STAMPS / "dev"
    value = fingerprint(of_files([*files, lock]), elsewhere or database.stat().st_ino)
    stamp = data / ".migrated"
    if is_done(stamp, value):
        return
    run(
        [GUISACH, "migrate"],
        "Không cập nhật được cơ sở dữ liệu: xem lỗi ở trên; dữ liệu cũ vẫn còn nguyên.",
        "The database could not be migrated: see the error above; your data is as it was.",
    )
    mark_done(stamp, value)


def _build_demonstration(data: Path, seed: str) -> None:
    # Built beside, moved into place when whole, the database last: an interrupted build leaves no half
    # database behind, and nothing of the user's is ever deleted.
    part = data / "demonstration.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    say("Dựng tỉnh mẫu (dữ liệu trình diễn)", "building the demonstration province")
    told = part / "told"
    with told.open("w", encoding="utf-8") as output:
        run(
            [GUISACH, "demo", "--seed", seed],
            "Không dựng được tỉnh mẫu: xem lỗi ở trên, rồi chạy lại.",
            "The demonstration could not be built: see the error above, then run again.",
            output=output,
            GUISACH_DATA=str(part),
        )
    # What it tells names the folder that is about to be moved.
    print(told.read_text(encoding="utf-8").replace(str(part), str(data)), end="", flush=True)
    told.unlink()
    if not (part / DATABASE).is_file():
        raise Failed(
            f"`guisach demo` không tạo ra {part / DATABASE}. Hãy báo lỗi này cho nhóm phát triển.",
            f"`guisach demo` made no {part / DATABASE}. Please report this to the developers.",
        )
    for child in sorted(part.iterdir(), key=lambda child: child.name == DATABASE):
        target = data / child.name
        if target.is_dir():
            shutil.rmtree(target)
        child.replace(target)
    part.rmdir()


def serve(port: str) -> NoReturn:
    """Become the server; Ctrl-C ends it."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", int(port)))
        except (OSError, ValueError, OverflowError):
            raise Failed(
                f"Cổng {port} không dùng được (có chương trình khác đang dùng?). Hãy thử: PORT=8001 make run",
                f"Port {port} cannot be used (another program has it?). Try: PORT=8001 make run",
            ) from None
    say(f"Mở http://127.0.0.1:{port}/ bằng trình duyệt; Ctrl-C để dừng", "open in a browser; Ctrl-C stops")
    os.execv(str(GUISACH), [str(GUISACH), "serve", "--port", port])


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="prepare everything, then serve")
    running.add_argument("--port", default="8000")
    running.add_argument("--seed", default="1")
    preparing = commands.add_parser("prepare", help="make the environment and build, no more")
    preparing.add_argument("lock", choices=["run", "dev"])
    choice = parser.parse_args()
    try:
        # Two starts at once in one clone take turns at the steps.
        with Path(__file__).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            make_environment()
            install("run" if choice.command == "run" else choice.lock)
            build()
            if choice.command == "run":
                prepare_database(choice.seed)
        if choice.command == "run":
            serve(choice.port)
    except Failed as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit("\nĐã dừng; chạy lại sẽ làm tiếp. / Stopped; the next run goes on from here.")


if __name__ == "__main__":
    main()
