"""Rows are written only by `actions`, by the `steps` that they share, and by migrations.

Read from the source, without types, so it goes by how a call looks:

* names that only the ORM has (`bulk_create`, `get_or_create`, …) count wherever they stand;
* `.save()` and `.delete()` count when they have no positional argument (`document.save(path)` has one);
* `.update(name=…)` counts when it has only named arguments, or when what it is called on looks like a queryset;
  a mapping or a hash is updated with a positional one;
* `.create(…)`, and `.add/.set/.remove/.clear` of a relation, count on what looks like a queryset or a manager;
* raw SQL counts when it starts with a verb that writes.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

import pytest
from django.apps import apps

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PRODUCT = ROOT / "src" / "guisach"
ALWAYS = {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "save_base"}
BARE = {"save", "delete"}
ON_QUERYSETS = {"create", "update", "delete", "add", "set", "remove", "clear"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
CHAINING = {
    "all", "filter", "exclude", "order_by", "select_for_update", "select_related", "prefetch_related", "annotate",
    "using", "distinct", "get_queryset", "defer", "only",
}  # fmt: skip
WRITING_SQL = ("insert", "update", "delete", "replace", "truncate", "drop", "alter", "create")
# Files outside the domain that write rows all the same, and why.
EXCEPTED = {"site/backups.py": "a restore puts whole tables back as they were; no rule may judge them again"}
SPARED = {"cache", "session"}  # Django's cache and session are not tables of ours


@cache
def relations() -> frozenset[str]:
    """Give the names under which our models reach many rows of another."""
    models = [model for model in apps.get_models() if model.__module__.startswith("guisach.")]
    backward = {r.get_accessor_name() for m in models for r in m._meta.related_objects if r.multiple}
    return frozenset(backward | {field.name for m in models for field in m._meta.many_to_many})


class Writes(ast.NodeVisitor):
    """Collects the lines of a module on which rows are written."""

    def __init__(self) -> None:
        self.lines: list[int] = []
        self.querysets: set[str] = set()  # local names that stand for a queryset

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        outside, self.querysets = self.querysets, set(self.querysets)
        self.generic_visit(node)
        self.querysets = outside

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_arg(self, node: ast.arg) -> None:
        if node.annotation and any(word in ast.unparse(node.annotation) for word in ("QuerySet", "Manager")):
            self.querysets.add(node.arg)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        if self.is_queryset(node.value):
            self.querysets |= names
        else:
            self.querysets -= names
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute) and self.is_write(node, node.func):
            self.lines.append(node.lineno)
        self.generic_visit(node)

    def is_queryset(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.querysets
        if isinstance(node, ast.Attribute):
            return node.attr in MANAGERS or node.attr in relations()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return node.func.attr in CHAINING or self.is_queryset(node.func.value)
        return isinstance(node, ast.Subscript) and self.is_queryset(node.value)

    def is_write(self, call: ast.Call, method: ast.Attribute) -> bool:
        name = method.attr
        if name in ALWAYS or name.removeprefix("a") in ALWAYS:
            return True
        if name in {"execute", "executemany"}:
            return bool(call.args) and _first_words(call.args[0]).startswith(WRITING_SQL)
        spared = isinstance(method.value, ast.Name | ast.Attribute) and _last(method.value) in SPARED
        verb = name if name in BARE | ON_QUERYSETS else name.removeprefix("a")
        if verb not in BARE | ON_QUERYSETS or spared:
            return False
        if verb in BARE and not call.args:
            return True
        only_named = not call.args and bool(call.keywords) and all(word.arg for word in call.keywords)
        return self.is_queryset(method.value) or (verb == "update" and only_named)


def _last(node: ast.Name | ast.Attribute) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id


def _first_words(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    return node.value.lstrip().lower() if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def writes(text: str) -> list[int]:
    """Give the lines on which a module writes rows."""
    found = Writes()
    found.visit(ast.parse(text))
    return found.lines


def may_write(file: Path) -> bool:
    """Say whether the file belongs to a room's actions or steps, is a migration, or is excepted above."""
    parts = file.relative_to(PRODUCT).with_suffix("").parts
    if file.relative_to(PRODUCT).as_posix() in EXCEPTED:
        return True
    return "migrations" in parts or (parts[0] == "domain" and len(parts) > 2 and parts[2] in {"actions", "steps"})


def test_rows_are_written_only_by_actions_and_steps():
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in sorted(PRODUCT.rglob("*.py"))
        if not may_write(file)
        for line in writes(file.read_text(encoding="utf-8"))
    ]
    assert not found, "rows are written here; move it to an action: " + ", ".join(found)


def test_the_exceptions_are_still_needed():
    assert all(writes((PRODUCT / name).read_text(encoding="utf-8")) for name in EXCEPTED)


def test_the_actions_are_seen_to_write():
    """Otherwise the test above would be blind."""
    seen = [file for file in PRODUCT.rglob("*.py") if may_write(file) and "migrations" not in file.parts]
    assert any(writes(file.read_text(encoding="utf-8")) for file in seen)


@pytest.mark.parametrize(
    "text",
    [
        "Copy.objects.create(barcode=b)",
        "Copy.objects.bulk_create(rows)",
        "models.Copy.objects.filter(pk=1).update(status='LOST')",
        "copies = Copy.objects.filter(pk=1)\ncopies.update(**values)",
        "copies = Copy.objects.filter(pk=1)\ncopies.delete()",
        "def f(found: QuerySet[Copy]):\n    found.update(**values)",
        "queries.open_loans(reader).update(state='OPEN')",
        "place.opening_hours.all().delete()",
        "place.opening_hours.create(weekday=1)",
        "copy.save(update_fields=['status'])",
        "copy.save()",
        "loan.delete()",
        "await loan.asave()",
        "Copy.objects.select_for_update().get_or_create(barcode=b)",
        "cursor.execute('UPDATE catalogue_copy SET status = 1')",
        "cursor.execute(f'DELETE FROM {table}')",
    ],
)
def test_a_write_is_found(text):
    assert writes(text)


@pytest.mark.parametrize(
    "text",
    [
        "totals.update(other)",
        "totals.update({'a': 1})",
        "hashlib.sha256().update(data)",
        "names = set()\nnames.update(others)\nnames.add(1)\nnames.clear()",
        "rows = Copy.objects.all()\nrows = dict(rows)\nrows.update(other)",
        "document.save(path)",
        "picture.save(buffer, format='PNG')",
        "cursor.execute('SELECT 1')",
        "cache.delete('a')",
        "client.delete('/api/v1/holds/1')",
        "progress.update(1)",
        "request.session.save()",
    ],
)
def test_what_is_no_write_raises_no_alarm(text):
    assert not writes(text)
