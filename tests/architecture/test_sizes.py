"""A file fits in one head: modules, functions and classes stay small.

`ledger.toml` lists what is larger, with its present size and the reason. A size there may be lowered and never
raised: an entry that has become too generous, or is no longer needed, fails too.
"""

from __future__ import annotations

import ast
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LEDGER = Path(__file__).with_name("ledger.toml")
MODULE_LINES_MAX = {"src": 400, "bench": 400, "tools": 400, "tests": 600}
FUNCTION_LINES_MAX = 60
PUBLIC_METHODS_MAX = 20
ADVICE = "make it smaller, or (with a good reason) enter it in tests/architecture/ledger.toml"


@dataclass(frozen=True)
class Size:
    """One measured thing: `name` is a path, or path::qualified.name."""

    name: str
    what: str
    size: int
    limit: int


def sizes_of(name: str, text: str, lines_max: int) -> Iterator[Size]:
    """Measure a module and everything in it."""
    yield Size(name, "lines", text.count("\n"), lines_max)
    yield from _sizes_in(ast.parse(text), f"{name}::")


def _sizes_in(node: ast.AST, prefix: str) -> Iterator[Size]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (child.end_lineno or child.lineno) - child.lineno + 1
            yield Size(prefix + child.name, "lines", lines, FUNCTION_LINES_MAX)
            yield from _sizes_in(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.ClassDef):
            functions = [n for n in child.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
            public = {function.name for function in functions if not function.name.startswith("_")}
            yield Size(prefix + child.name, "public methods", len(public), PUBLIC_METHODS_MAX)
            yield from _sizes_in(child, f"{prefix}{child.name}.")
        elif not isinstance(child, ast.expr):  # in an expression no function has a name
            yield from _sizes_in(child, prefix)


def complaints(sizes: Iterable[Size], ledger: Mapping[str, int]) -> list[str]:
    """Say what is too large for its limit or its entry, and which entries could shrink or go."""
    found = []
    open_entries = dict(ledger)
    for size in sizes:
        entry = open_entries.pop(size.name, None)
        if entry is None and size.size > size.limit:
            found.append(f"{size.name}: {size.size} {size.what}, limit {size.limit}: {ADVICE}")
        elif entry is not None and size.size <= size.limit:
            found.append(f"{size.name}: needs no entry in the ledger any more: remove it")
        elif entry is not None and size.size > entry:
            found.append(f"{size.name}: grew to {size.size} {size.what}; the ledger allows {entry}")
        elif entry is not None and size.size < entry:
            found.append(f"{size.name}: is down to {size.size} {size.what}: lower its entry in the ledger")
    found += [f"{name}: is in the ledger but not in the code: remove it" for name in open_entries]
    return found


def measured() -> Iterator[Size]:
    """Measure every Python file of the project; migrations are written by Django."""
    for folder, lines_max in MODULE_LINES_MAX.items():
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts and ".cache" not in file.parts:
                name = file.relative_to(ROOT).as_posix()
                yield from sizes_of(name, file.read_text(encoding="utf-8"), lines_max)


def read_ledger() -> dict[str, int]:
    """Read the exceptions: name → size; each must give a reason."""
    entries = tomllib.loads(LEDGER.read_text(encoding="utf-8"))
    for name, entry in entries.items():
        assert set(entry) == {"size", "reason"}, f"{name}: an entry has a size and a reason"
        assert entry["reason"].strip(), f"{name}: says no reason"
    return {name: entry["size"] for name, entry in entries.items()}


def test_everything_is_small_or_in_the_ledger():
    found = complaints(measured(), read_ledger())
    assert not found, "\n" + "\n".join(found)


def test_what_is_too_large_is_reported():
    body = "\n".join(f"    a{i} = {i}" for i in range(60))
    methods = "\n".join(f"    def m{i}(self): ..." for i in range(21))
    text = f"def long():\n{body}\n\nclass Wide:\n{methods}\n" + "\n" * 400
    found = complaints(sizes_of("a.py", text, 400), {})
    assert [line.split(":")[0] for line in found] == ["a.py", "a.py", "a.py"]
    assert "a.py::long: 61 lines" in found[1]
    assert "a.py::Wide: 21 public methods" in found[2]


def test_the_ledger_may_only_shrink():
    size = Size("a.py::f", "lines", 70, 60)
    assert complaints([size], {"a.py::f": 70}) == []
    assert "grew" in complaints([size], {"a.py::f": 69})[0]
    assert "lower" in complaints([size], {"a.py::f": 71})[0]
    assert "no entry" in complaints([Size("a.py::f", "lines", 60, 60)], {"a.py::f": 70})[0]
    assert "not in the code" in complaints([], {"a.py::f": 70})[0]
