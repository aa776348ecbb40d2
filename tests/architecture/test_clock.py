"""The domain reads no clock: an instant or a Clock is handed to it, so that a year can be replayed in a second."""

from __future__ import annotations

import ast

import pytest

from tests.conftest import ROOT

DOMAIN = ROOT / "src" / "guisach" / "domain"
# Names that give the present, by the module that they come from.
PRESENT = {
    "datetime": {"now", "utcnow", "today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "monotonic", "perf_counter"},
    "django.utils.timezone": {"now", "localdate", "localtime"},
    "django.db.models.functions": {"Now"},
    "guisach.kernel.clock": {"system_clock"},
}
WITH_A_VALUE = {"localdate", "localtime", "gmtime", "ctime"}  # given an instant, these only convert it
AUTOMATIC = {"auto_now", "auto_now_add"}


def readings(text: str) -> list[int]:
    """Give the lines on which a clock is read, or handed to something that will read it."""
    nodes = list(ast.walk(ast.parse(text)))
    sources: dict[str, str] = {}  # local name → module, or module.name, that it stands for
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                sources[alias.asname or alias.name.split(".")[0]] = alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                sources[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    converting = {
        id(node.func) for node in nodes if isinstance(node, ast.Call) and node.args and _last(node.func) in WITH_A_VALUE
    }
    lines = []
    for node in nodes:
        if isinstance(node, ast.keyword) and node.arg in AUTOMATIC:
            lines.append(node.value.lineno)
        elif isinstance(node, ast.Attribute | ast.Name) and id(node) not in converting:
            module, _, name = _full_name(node, sources).rpartition(".")
            # datetime.datetime.now and datetime.date.today hang on a class of their module.
            module = "datetime" if module in {"datetime.datetime", "datetime.date"} else module
            if name in PRESENT.get(module, ()):
                lines.append(node.lineno)
    return sorted(lines)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _full_name(node: ast.expr, sources: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return sources.get(node.id, "")
    if isinstance(node, ast.Attribute):
        return f"{_full_name(node.value, sources)}.{node.attr}"
    return ""


def test_the_domain_reads_no_clock():
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in sorted(DOMAIN.rglob("*.py"))
        for line in readings(file.read_text(encoding="utf-8"))
    ]
    assert not found, "a clock is read here; let the caller pass the instant: " + ", ".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime, UTC\ndatetime.now(UTC)",
        "import datetime as dt\ndt.date.today()",
        "import time\ntime.time()",
        "from time import monotonic\nmonotonic()",
        "from django.utils import timezone\ntimezone.now()",
        "from django.utils import timezone\ntimezone.localdate()",
        "from django.utils.timezone import now\nx = Field(default=now)",
        "from django.db.models.functions import Now\nq.filter(at=Now())",
        "from guisach.kernel import clock\nclock.system_clock()",
        "from guisach.kernel.clock import system_clock\nlend(clock=system_clock)",
        "x = DateTimeField(auto_now_add=True)",
    ],
)
def test_a_clock_that_is_read_is_found(text):
    assert readings(text)


@pytest.mark.parametrize(
    "text",
    [
        "def lend(clock):\n    return clock()",
        "from datetime import datetime\ndatetime.fromisoformat(x).time()",
        "from django.utils import timezone\ntimezone.localdate(at)",
        "self.now = now",
    ],
)
def test_an_instant_that_was_handed_over_is_fine(text):
    assert not readings(text)
