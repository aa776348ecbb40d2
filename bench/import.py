"""How many records a second come in until they can be searched, beside programs that merely parse the same file.

    python bench/import.py [records] [million] [rounds]

Files of 10,000 records and of `records`, with million=1 also of 1,000,000, are imported into an empty catalogue by
`guisach import marc` in its own process, while the search index follows in another, as `guisach serve` lets it. A
record can be searched when both have come to their ends; `records` are brought in `rounds` times, and medians count.
Beside it in the same run: `yaz-marcdump -n` and pymarc, which only parse, and our own reader alone. Memory is the
largest that a process had, with the files of the index that the engine maps, and without (`own`). What a person waits
for is `per_s`; on a busy machine the CPU times are what can be compared, and `per_cpu_s` is of both processes together.

`change_found_s`: while another file comes in, a person changes a title every second, and asks until it is found.

The records are real ones where the shared data lies beside the clone, repeated with other numbers and other titles,
so that none is known already; else they are made.
"""

from __future__ import annotations

import io
import json
import lzma
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "marc" / "loc" / "loc_random_20000.mrc.xz"
GUISACH = Path(sys.executable).with_name("guisach")
AIM = 1_500  # records a second until they can be searched
ALPHABET = bytes(range(ord("a"), ord("z") + 1))
DIGITS = b"0123456789"

FOLLOW = """
import os, sys, time
from pathlib import Path
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guisach.site.settings")
import django
django.setup()
from guisach.site.indexing import Follower
from guisach.site.wiring import index_keeper
follower, end = Follower(index_keeper(), moves=False), Path(sys.argv[1])
while True:
    is_last = end.exists()
    if not follower.step():
        if is_last:
            break
        time.sleep(0.1)
"""
PERSON = """
import json, os, random, sys, time
from pathlib import Path
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guisach.site.settings")
import django
django.setup()
from guisach.domain.catalogue import actions
from guisach.domain.catalogue.rules.drafts import RecordDraft
from guisach.domain.catalogue.rules.search import Query
from guisach.kernel.clock import system_clock
from guisach.site.wiring import index_keeper
end, rng, saved, found = Path(sys.argv[1]), random.Random(), [], []
record = actions.add_record(draft=RecordDraft(title="Dế Mèn"), clock=system_clock)
while not index_keeper().search(Query("de men", facets=False)).total:
    time.sleep(0.1)
end.with_name("ready").touch()
while not end.exists():
    word = "".join(rng.choices("bcdghklmnpqrstvx", k=14))
    before = time.monotonic()
    actions.change_record(record=record, draft=RecordDraft(title=f"Nhan đề {word}"), clock=system_clock)
    after = time.monotonic()
    while not index_keeper().search(Query(f'"{word}"', facets=False)).total:
        time.sleep(0.02)
    saved.append(after - before)
    found.append(time.monotonic() - after)
    time.sleep(1)
print(json.dumps([saved, found]))
"""
READ = """
import sys
from pathlib import Path
from guisach.adapters.marc import MarcReader
print(sum(1 for _ in MarcReader().chunks(Path(sys.argv[1]))))
"""
PYMARC = """
import sys
from pymarc import MARCReader
with open(sys.argv[1], "rb") as file:
    print(sum(1 for _ in MARCReader(file)))
"""


def run(records: int = 100_000, million: int = 0, rounds: int = 3) -> dict[str, Any]:
    """Measure 10,000 records, `records` so many times, and with `million` also 1,000,000."""
    sizes = sorted({10_000, records} | ({1_000_000} if million else set()))
    with tempfile.TemporaryDirectory(prefix="guisach-bench-") as folder:
        measured = {str(size): measure(Path(folder), size, rounds if size == records else 1) for size in sizes}
        found = change_found(Path(folder), max(records // 5, 10_000))
    first, last = str(sizes[0]), str(sizes[-1])
    return {
        "real_records": SHARED.exists(),
        "aim_records_per_s": AIM,
        "sizes": measured,
        "change_found_s": found,
        "memory_ratio": {
            stage: {
                part: round(measured[last][stage][part] / (measured[first][stage][part] or 1), 3)
                for part in ("memory_mb", "own_memory_mb")
            }
            for stage in ("import", "index")
        },
    }


def measure(folder: Path, size: int, rounds: int = 1) -> dict[str, Any]:
    """Import a file of so many records, and let others parse it."""
    file = _file(folder, size)
    all_rounds = sorted((_imported(folder, file, size) for _ in range(rounds)), key=itemgetter("to_searchable_per_s"))
    found = all_rounds[rounds // 2]
    per_cpu = sorted(one["to_searchable_per_cpu_s"] for one in all_rounds)
    found |= {
        "all_to_searchable_per_s": [one["to_searchable_per_s"] for one in all_rounds],
        "all_to_searchable_per_cpu_s": per_cpu,
        "to_searchable_per_cpu_s": per_cpu[rounds // 2],
        "parsing": _parsers(file, _environment(folder), size),
    }
    file.unlink()
    found["times_the_cpu_of"] = {
        name: round(size / found["to_searchable_per_cpu_s"] / one["cpu_s"], 1)
        for name, one in found["parsing"].items()
        if isinstance(one, dict)
    }
    return found


def change_found(folder: Path, size: int) -> dict[str, Any]:
    """Let a person change a title again and again while a file of so many records comes in."""
    file = _file(folder, size)
    with _installation(folder) as (env, is_done), tempfile.TemporaryFile() as said:
        follower = subprocess.Popen([sys.executable, "-c", FOLLOW, str(is_done)], env=env, stderr=subprocess.DEVNULL)
        is_enough = is_done.with_name("enough")
        person = subprocess.Popen([sys.executable, "-c", PERSON, str(is_enough)], env=env, stdout=said)
        while not is_done.with_name("ready").exists() and person.poll() is None:
            time.sleep(0.05)
        try:
            _timed([GUISACH, "import", "marc", file], env, size)
        finally:
            is_enough.touch()
            person.wait()
            is_done.touch()
            follower.wait()
        said.seek(0)
        saved, found = json.load(said)
    file.unlink()
    return {
        "records_coming_in": size,
        "changes": len(found),
        "median": round(statistics.median(found), 2),
        "worst": round(max(found), 2),
        "saving_median": round(statistics.median(saved), 2),
        "saving_worst": round(max(saved), 2),
    }


def _file(folder: Path, size: int) -> Path:
    """Make a file in a process of its own: what this one holds would count as the memory of its children."""
    file = folder / f"{size}.mrc"
    subprocess.run([sys.executable, str(Path(__file__)), "make", str(file), str(size)], check=True)
    return file


@contextmanager
def _installation(folder: Path) -> Iterator[tuple[dict[str, str], Path]]:
    """Set up an installation with an empty index, as everywhere but on the first day, and the sign to end."""
    data = folder / "data"
    data.mkdir()
    env = _environment(data)
    _timed([GUISACH, "migrate"], env, 1)
    is_done = data / "done"
    is_done.touch()
    _timed([sys.executable, "-c", FOLLOW, is_done], env, 1)
    is_done.unlink()
    yield env, is_done
    shutil.rmtree(data)


def _imported(folder: Path, file: Path, size: int) -> dict[str, Any]:
    with _installation(folder) as (env, is_done):
        begun = time.perf_counter()
        follower = subprocess.Popen([sys.executable, "-c", FOLLOW, str(is_done)], env=env, stderr=subprocess.DEVNULL)
        own = _OwnMemory(follower.pid)
        try:
            imported = _timed([GUISACH, "import", "marc", file, "--json"], env, size)
        finally:
            is_done.touch()
            indexed = _ended(follower, own, begun, size)
    told = json.loads(imported.pop("said"))
    whole = imported["cpu_s"] + indexed["cpu_s"]
    return {
        "file_mb": round(file.stat().st_size / 1e6, 1),
        "outcomes": {name: told[name] for name in ("read", "added", "merged", "waiting", "quarantined")},
        "import": imported,
        "index": indexed,
        "to_searchable_per_s": indexed["per_s"],
        "to_searchable_per_cpu_s": round(size / whole),
    }


def _parsers(file: Path, env: dict[str, str], size: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    yaz = shutil.which("yaz-marcdump")
    commands: dict[str, Sequence[object]] = {
        "ours": [sys.executable, "-c", READ, file],
        "pymarc": [sys.executable, "-c", PYMARC, file],
    }
    if yaz is None:
        found["yaz-marcdump"] = "not installed: sudo apt-get install yaz"
    else:
        commands["yaz-marcdump"] = [yaz, "-n", "-t", "utf-8", file]
    for name, command in commands.items():
        found[name] = _timed(command, env, size)
        found[name].pop("said")
    return found


def _timed(command: Sequence[object], env: dict[str, str], size: int) -> dict[str, Any]:
    """Run a program to its end; its wall and CPU time, and the most memory that it had."""
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        child = subprocess.Popen(list(map(str, command)), env=env, stdout=said, stderr=subprocess.DEVNULL)
        told = _ended(child, _OwnMemory(child.pid), begun, size)
        said.seek(0)
        return {**told, "said": said.read().decode("utf-8", "replace")}


class _OwnMemory(threading.Thread):
    """Looks four times a second how much memory a process has of its own (Linux): not the files that it maps."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._status = Path(f"/proc/{pid}/status")
        self.most_mb = 0.0
        self.start()

    def run(self) -> None:
        while True:
            try:
                found = re.search(r"^RssAnon:\s+(\d+) kB", self._status.read_text(), re.MULTILINE)
            except OSError:
                return
            if found is None:  # it has ended
                return
            self.most_mb = max(self.most_mb, round(int(found[1]) / 1024, 1))
            time.sleep(0.25)


def _ended(child: subprocess.Popen[bytes], own: _OwnMemory, begun: float, size: int) -> dict[str, Any]:
    """Wait for a program's end; what it used."""
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{child.args!r} ended with {child.returncode}")
    cpu = used.ru_utime + used.ru_stime
    return {
        "wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "per_s": round(size / wall), "per_cpu_s": round(size / cpu),
        "memory_mb": round(used.ru_maxrss / 1024, 1), "own_memory_mb": own.most_mb,
    }  # fmt: skip


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GUISACH_", "DJANGO_"))}
    own = {"GUISACH_DATA": str(folder), "GUISACH_SECRET_KEY": "only-for-a-benchmark", "LANG": "en_US.UTF-8"}
    return {**kept, **own}


# Records ---------------------------------------------------------------------------------------------------


def some(count: int) -> Iterator[bytes]:
    """Yield so many records with their terminators, no two of which are the same title."""
    from guisach.adapters.marc import iso2709

    if not SHARED.exists():
        yield from made(count)
        return
    with lzma.open(SHARED) as file:
        real = [piece.raw for piece in iso2709.pieces(io.BytesIO(file.read())) if piece.raw]
    for number in range(count):
        round_, at = divmod(number, len(real))
        yield (changed(real[at], number, round_) if round_ else real[at]) + b"\x1d"


def changed(raw: bytes, number: int, round_: int) -> bytes:
    """Write another number, another title and other ISBNs into a record, all as long as they were."""
    letters, digits = bytearray(ALPHABET), bytearray(DIGITS)
    dice = random.Random(round_)
    dice.shuffle(letters)
    dice.shuffle(digits)
    table = bytes.maketrans(ALPHABET + DIGITS, bytes(letters + digits))
    base = int(raw[12:17])
    whole = bytearray(raw)
    for at in range(24, base - 1, 12):
        tag, length, start = raw[at : at + 3], int(raw[at + 3 : at + 7]) - 1, int(raw[at + 7 : at + 12]) + base
        if tag == b"001":
            whole[start : start + length] = b"%0*d" % (length, number)
        elif tag in (b"245", b"020", b"010"):
            text = raw[start + 4 : start + length]
            parts = text.split(b"\x1f")
            whole[start + 4 : start + length] = b"\x1f".join(
                part[:1] + part[1:].translate(table) if at_part else part.translate(table)
                for at_part, part in enumerate(parts)
            )
    return bytes(whole)


def made(count: int) -> Iterator[bytes]:
    """Make records of spellable words where there are no real ones."""
    from guisach.adapters.marc import to_iso2709
    from guisach.domain.catalogue.rules.drafts import RecordDraft
    from guisach.domain.catalogue.rules.marc.composing import compose
    from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming
    from guisach.kernel.clock import local_date, system_clock
    from guisach.kernel.text import every_spelling

    dice = random.Random(2026)
    words = [spelling.written() for spelling in every_spelling()]
    on = local_date(system_clock())
    for number in range(count):
        title = " ".join(dice.choices(words, k=dice.randrange(3, 9))).capitalize()
        draft = RecordDraft(
            title=title,
            authors=(" ".join(dice.choices(words, k=3)).title(),),
            publisher="Kim Đồng",
            published_at_place="Hà Nội",
            year=dice.randrange(1975, 2027),
            language="vie",
            subjects=tuple(" ".join(dice.choices(words, k=2)) for _ in range(2)),
            extent=f"{dice.randrange(30, 900)} tr.",
            summary=" ".join(dice.choices(words, k=40)),
        )
        record = compose(draft, on)
        own = (Field("001", "", (), f"{number:09}"), Field("003", "", (), "BENCH"))
        yield to_iso2709(Incoming(record.leader, (*own, *record.fields)))


def main() -> None:
    """Measure; or, for the measuring process, make a file."""
    if sys.argv[1:2] == ["make"]:
        with Path(sys.argv[2]).open("wb") as out:
            for record in some(int(sys.argv[3])):
                out.write(record)
        return
    given = [int(text) for text in sys.argv[1:]]
    print(json.dumps(run(*given), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
