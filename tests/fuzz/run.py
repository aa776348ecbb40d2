"""Fuzz one target, or all of them one after the other, each in a process of its own with bounded time and memory.

    python -m tests.fuzz.run all --seconds 600       # what `make soak` does: fourteen targets, more than two hours
    python -m tests.fuzz.run json --seconds 60       # one target, a minute

What fells a target is kept in tests/fuzz/found/ and printed; move it to tests/fuzz/crashers/TARGET-what-it-is once
it is mended, and it is a regression test. Needs atheris, which runs on Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
FOUND = HERE / "found"
MEMORY_MB = 1_500
INPUT_MAX = 1 << 15
RECORD_S = 1.0
"""CPU seconds that one input may take; instrumented code is several times slower than without."""
SLOWED = 4
NAMES = (
    *("marc", "xml", "json", "isis", "any", "table", "workbook"),
    *("oai", "sru", "question", "legacy", "words", "mapping", "lines"),
)


class TooSlow(Exception):
    """An input took longer than one may."""


def fuzz(name: str, seconds: int) -> None:
    """Fuzz a target in this process; does not return."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guisach.site.settings")
    import atheris

    with atheris.instrument_imports(include=["guisach", "tests.fuzz.targets"]):
        from tests.fuzz.targets import SLOW, TARGETS
    from tests.fuzz.seeds import seeds

    target = TARGETS[name]

    def one(data: bytes) -> None:
        begun = time.thread_time()
        target(data)
        spent = time.thread_time() - begun
        if spent > RECORD_S * SLOWED and name not in SLOW:
            raise TooSlow(f"{spent:.1f} s for {len(data)} bytes")

    with tempfile.TemporaryDirectory(prefix=f"guisach-fuzz-{name}-") as corpus:
        for number, seed in enumerate(seeds(name)):
            (Path(corpus) / f"{number:04}").write_bytes(seed)
        FOUND.mkdir(exist_ok=True)
        options = [
            f"-max_total_time={seconds}", f"-rss_limit_mb={MEMORY_MB}", f"-max_len={INPUT_MAX}", "-timeout=60",
            f"-artifact_prefix={FOUND}/{name}-", "-print_final_stats=1", "-verbosity=1",
        ]  # fmt: skip
        atheris.Setup([sys.argv[0], *options, corpus], one)
        atheris.Fuzz()


def all_of_them(names: tuple[str, ...], seconds: int) -> int:
    """Fuzz each in a process of its own; returns how many fell."""
    fallen = []
    for name in names:
        command = [sys.executable, "-m", "tests.fuzz.run", name, "--seconds", str(seconds), "--here"]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=seconds + 300)
        said = done.stdout + done.stderr
        runs = next((line.split()[-1] for line in said.splitlines() if "number_of_executed_units" in line), "?")
        print(f"{name:10} {'ok' if done.returncode == 0 else 'FELL'}  {runs} inputs", flush=True)
        if done.returncode:
            fallen.append(name)
            print("\n".join(said.splitlines()[-40:]), flush=True)
    return len(fallen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("target", choices=["all", *NAMES])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--here", action="store_true", help="in this process")
    asked = parser.parse_args()
    if asked.here:
        fuzz(asked.target, asked.seconds)
        return
    try:
        import atheris  # noqa: F401
    except ImportError:
        print("Không có atheris (chỉ chạy trên Linux): bỏ qua. / no atheris (Linux only): nothing was fuzzed.")
        return
    sys.exit(1 if all_of_them(NAMES if asked.target == "all" else (asked.target,), asked.seconds) else 0)


if __name__ == "__main__":
    main()
