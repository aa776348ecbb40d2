"""How soon the offline desk is ready, and how soon it shows a lend as done, on a slowed processor.

    python bench/desk.py [--beside CLONE] [--waiting 1000]

Chromium with its processor slowed four times (the protocol's Emulation.setCPUThrottlingRate) and a profile on the disk
(one in memory would have nothing to flush) opens the built desk of this clone, and of another one where `--beside`
names it; the two take turns round by round. A lend counts from the submit of the scan box until its slip stands in the
page (`shown`), and until the frame with it was drawn (`drawn`). The slip comes after the transaction with strict
durability completed. The peer is that transaction alone, bare, on a database of its own in the same page (`floor`): one
read, two writes. `waiting` is how many acts lie in the outbox before. `ready` is the first load of all, over 400 kbit/s
with 400 ms of latency, until somebody can type the code that enrols the device. Times are milliseconds.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
SLOWED = 4
LIMIT_MS = 100  # p95, as promised
READY_MAX_MS = 6_000
LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # bytes a second
PAUSE_MS = 150  # a hand takes the next book

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import BrowserContext

    from tests.browser.desks import Server


def run(rounds: int = 3, lends: int = 24, waiting: int = 0, beside: str = "") -> dict[str, Any]:
    """Measure `lends` lends a round in this clone and, where one is named, in the clone `beside`."""
    import django

    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guisach.site.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop stays in this thread
    django.setup()
    from playwright.sync_api import sync_playwright

    from tests.browser.desks import TELEPHONE, Server
    from tools import browser

    trees = {"here": ROOT, **({"beside": Path(beside).resolve()} if beside else {})}
    found: dict[str, dict[str, list[float]]] = {name: {} for name in trees}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="guisach-bench-")))
        province = _province(folder / "province")
        servers: dict[str, Server] = {}
        for name, tree in trees.items():
            shutil.copytree(province, folder / name)
            servers[name] = Server(folder / name, tree)
            stack.callback(servers[name].kill)
            servers[name].start()
        playwright = stack.enter_context(sync_playwright())
        for at in range(rounds):
            for name, server in servers.items():
                context = playwright.chromium.launch_persistent_context(
                    folder / f"profile-{name}-{at}", executable_path=browser.find(), args=browser.flags(), **TELEPHONE
                )
                with closing(context):
                    for what, took in _one_round(context, server, lends, waiting).items():
                        found[name].setdefault(what, []).extend(took)
    return {
        "slowed": SLOWED,
        "waiting": waiting,
        "lends": rounds * lends,
        "limit_p95_ms": LIMIT_MS,
        "limit_ready_ms": READY_MAX_MS,
        **{name: {what: _told(took) for what, took in ways.items()} for name, ways in found.items()},
    }


def _one_round(context: BrowserContext, server: Server, lends: int, waiting: int) -> dict[str, list[float]]:
    """Enrol a fresh desk, let acts lie in its outbox, slow it, and lend."""
    from tests.browser.desks import DeskPage, fresh_code

    context.set_default_timeout(120_000)
    ready_ms = _first_load(context, server)
    desk = DeskPage(context.new_page())
    desk.enrol(server.url, fresh_code(server.data))
    desk.is_ready_for_days()
    desk.page.wait_for_load_state("networkidle")
    if waiting:
        context.set_offline(True)
        desk.go("note")
        desk.page.evaluate(FILLING, waiting)
    desk.go("lend")
    desk.scan(_a_card(server.data))
    desk.page.get_by_role("button", name="Đổi bạn đọc").wait_for()
    session = context.new_cdp_session(desk.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    codes = [f"CB{number:06}" for number in range(1, lends + 1)]
    took: dict[str, list[float]] = desk.page.evaluate(LENDING, [codes, PAUSE_MS])
    return {"ready": [ready_ms], **took, "floor": desk.page.evaluate(FLOOR, [lends, PAUSE_MS])}


def _first_load(context: BrowserContext, server: Server) -> float:
    """Open the desk for the first time over a slow line; milliseconds until it asks for the code."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    begin = time.perf_counter()
    page.goto(f"{server.url}/desk/", wait_until="commit")
    page.get_by_role("heading", name="Máy này chưa là quầy").wait_for()
    took_ms = (time.perf_counter() - begin) * 1000
    page.wait_for_load_state("networkidle")
    page.close()
    return took_ms


def _a_card(data: Path) -> str:
    import sqlite3

    with closing(sqlite3.connect(data / "guisach.sqlite3")) as hub:
        return str(hub.execute("select card_no from readers_reader where card_no <> '' order by card_no").fetchone()[0])


def _province(folder: Path) -> Path:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("GUISACH_", "DJANGO_"))}
    environ |= {"GUISACH_DATA": str(folder), "GUISACH_SECRET_KEY": "only-for-tests"}
    subprocess.run([sys.executable, "-m", "tests.browser.province"], cwd=ROOT, env=environ, check=True)
    return folder


def _told(took: Sequence[float]) -> dict[str, float]:
    ordered = sorted(took)
    at = {"p50": 0.5, "p95": 0.95}
    return {name: round(ordered[int(len(ordered) * part)], 1) for name, part in at.items()} | {
        "max": round(ordered[-1], 1)
    }


# Scans as a hand does; each is timed to the slip in the page, and to the frame after it.
LENDING = """async ([codes, pause]) => {
  const shown = [], drawn = [];
  const box = document.querySelector("input[data-scan]");
  for (const code of codes) {
    const count = document.querySelectorAll(".slip").length;
    box.value = code;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    const from = performance.now();
    const stands = new Promise((yes) => {
      const watch = new MutationObserver(() => {
        if (document.querySelectorAll(".slip").length <= count) return;
        watch.disconnect();
        yes(performance.now());
      });
      watch.observe(document.querySelector("main"), { childList: true, subtree: true });
    });
    box.form.requestSubmit();
    shown.push((await stands) - from);
    await new Promise((yes) => requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => yes();
      after.port2.postMessage(0);
    }));
    drawn.push(performance.now() - from);
    await new Promise((yes) => setTimeout(yes, pause));
  }
  return { shown, drawn };
}"""

# The one transaction that must be on the disk, with nothing around it.
FLOOR = """async ([times, pause]) => {
  const asked = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
  const opening = indexedDB.open("floor", 1);
  opening.onupgradeneeded = () => {
    const ops = opening.result.createObjectStore("ops", { keyPath: "seq" });
    for (const index of ["op", "shown", "stored"]) ops.createIndex(index, index);
    opening.result.createObjectStore("head", { keyPath: "key" });
  };
  const base = await asked(opening);
  const took = [];
  for (let seq = 1; seq <= times; seq++) {
    const record = { seq, op: crypto.randomUUID(), shown: 1, stored: 0, body: { said: "x".repeat(500) },
      sealed: { iv: new Uint8Array(12), data: new ArrayBuffer(120) } };
    const from = performance.now();
    await new Promise((yes, no) => {
      const transaction = base.transaction(["ops", "head"], "readwrite", { durability: "strict" });
      transaction.oncomplete = yes;
      transaction.onabort = () => no(transaction.error);
      transaction.objectStore("head").get("head").onsuccess = () => {
        transaction.objectStore("ops").add(record);
        transaction.objectStore("head").put({ key: "head", seq });
      };
    });
    took.push(performance.now() - from);
    await new Promise((yes) => setTimeout(yes, pause));
  }
  base.close();
  return took;
}"""

# Notes, as quickly as the desk takes them.
FILLING = """async (times) => {
  const till = async (holds) => { while (!holds()) await new Promise((yes) => setTimeout(yes, 5)); };
  await till(() => document.querySelector("#note"));
  const field = document.querySelector("#note");
  for (let number = 1; number <= times; number++) {
    field.value = `ghi chú ${number}`;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.form.requestSubmit();
    await till(() => field.value === "" && !field.form.querySelector("button[type=submit]").disabled);
  }
}"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--beside", default="", help="another clone, built, measured in turns with this one")
    parser.add_argument("--waiting", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    words = parser.parse_args()
    print(json.dumps(run(rounds=words.rounds, waiting=words.waiting, beside=words.beside), indent=1))
    print("load", os.getloadavg())
