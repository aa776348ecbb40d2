"""The documents tell the truth about what is there: files, functions, commands, settings, refusals, pictures.

A word in backticks is taken for a file of the repository when it ends like one or with a slash; `file.py:name` names
a function or class in it. Addresses (`/work/`), what a run makes (`var/…`) and blocks of code are left alone.
"""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

import guisach
from guisach.kernel.errors import DomainError
from guisach.site import cli
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_OURS = {".git", ".venv", "var", "node_modules", "__pycache__", ".hypothesis", ".mypy_cache", ".ruff_cache"}
SUFFIXES = ("py", "md", "toml", "csv", "html", "css", "js", "json", "po", "svg", "png", "txt", "yml")
PATH = re.compile(rf"[\w@.\-]+(?:/[\w@.\-]+)*(?:/|\.(?:{'|'.join(SUFFIXES)}))(?::(?P<name>[A-Za-z_]\w*))?")
BLOCK = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
QUOTED = re.compile(r"`([^`]+)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
MADE_BY_A_RUN = ("var/", ".venv/")
PICTURE_BYTES_MAX = 200_000
INSTALL = ROOT / "docs" / "admin" / "install.md"
REFUSALS = ROOT / "docs" / "user" / "tu-choi.md"


def documents() -> list[Path]:
    return sorted([ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")])


@cache
def files() -> frozenset[str]:
    """Give every file and folder of the repository, each also by its last parts: `models.py`, `network/models.py`, …"""
    found: set[str] = set()
    for folder, folders, names in os.walk(ROOT):
        folders[:] = set(folders) - NOT_OURS
        above = Path(folder).relative_to(ROOT).parts
        for name in (*names, *(f"{one}/" for one in folders)):
            parts = (*above, name)
            found |= {"/".join(parts[n:]) for n in range(len(parts))}
    return frozenset(found)


def quoted(text: str) -> list[str]:
    """Give what a document puts in backticks, outside blocks of code; a line may break in the middle of it."""
    return [" ".join(words.split()) for words in QUOTED.findall(BLOCK.sub("", text))]


def paths_in(text: str) -> Iterator[tuple[str, str]]:
    """Give the (path, name) that a document names; the name is often empty."""
    for words in quoted(text):
        match = PATH.fullmatch(words)
        if match and not words.startswith(MADE_BY_A_RUN):
            name = match["name"] or ""
            yield words.removesuffix(f":{name}") if name else words, name


@cache
def names_in(path: str) -> frozenset[str]:
    """Give the functions and classes of a module, given by its path from the root or from the product."""
    file = next(file for file in (ROOT / path, ROOT / "src" / "guisach" / path) if file.is_file())
    defined = (ast.FunctionDef, ast.ClassDef)
    return frozenset(node.name for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, defined))


def untrue(text: str) -> list[str]:
    """Name every path and every function that a text mentions and that is not there."""
    found = []
    for path, name in paths_in(text):
        if path not in files():
            found.append(f"{path}: there is no such file")
        elif name and name not in names_in(path):
            found.append(f"{path}: there is no {name} in it")
    return found


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_that_a_document_names_is_there(document):
    assert not untrue(document.read_text("utf-8"))


def test_a_file_or_function_that_is_not_there_is_found():
    assert untrue("see `kernel/locks.py` and `kernel/locks.py:lock`") == []
    assert len(untrue("`kernel/lock.py`, `kernel/locks.py:unlock`, `kernel/textual/`")) == 3
    assert untrue("`/work/`, `var/demo-accounts.txt`, `make run`\n```\n`nothing.py`\n```") == []


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_document_leads_somewhere(document):
    targets = [target.partition("#")[0] for target in LINK.findall(document.read_text("utf-8"))]
    near = [target for target in targets if target and "://" not in target]
    assert not [target for target in near if not (document.parent / target).exists()]


def test_every_page_of_the_decisions_is_in_their_list():
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text("utf-8")
    assert not [page.name for page in folder.glob("[0-9]*.md") if f"({page.name})" not in listed]


def test_the_pictures_of_the_readme_are_small():
    pictures = [ROOT / target for target in LINK.findall((ROOT / "README.md").read_text("utf-8")) if ".png" in target]
    assert len(pictures) == 4
    assert {p.name: p.stat().st_size for p in pictures if p.stat().st_size > PICTURE_BYTES_MAX} == {}


# Commands and settings -------------------------------------------------------------------------------------


def guides() -> str:
    """Give what somebody reads who installs and runs the product."""
    return "\n".join(page.read_text("utf-8") for page in [ROOT / "README.md", *(ROOT / "docs" / "admin").glob("*.md")])


def test_every_command_is_explained():
    known = [f"guisach {name}" for name in cli._COMMANDS]
    imports = cli.cli.get_command(click.Context(cli.cli), "import")
    assert isinstance(imports, click.Group)
    known += [f"guisach import {name}" for name in imports.commands]
    told = " ".join(guides().split())
    assert not [command for command in known if not re.search(rf"\b{command}\b", told)]


def test_no_command_is_explained_that_does_not_exist():
    typed = "\n".join([*quoted(guides()), *BLOCK.findall(guides())])
    named = set(re.findall(r"^(?:\.venv/bin/)?guisach ([a-z-]+)\b", typed, re.MULTILINE))
    assert "backup" in named
    assert not named - set(cli._COMMANDS)


def test_every_target_of_make_is_explained():
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert "run" in targets
    assert not [target for target in targets if not re.search(rf"\bmake {target}\b", guides())]


def test_every_environment_variable_is_explained():
    source = "".join(file.read_text("utf-8") for file in (ROOT / "src").rglob("*.py"))
    variables = set(re.findall(r"[\"'](GUISACH_[A-Z_]+)[\"']", source))
    assert "GUISACH_DATA" in variables
    assert variables == {
        words for words in quoted(INSTALL.read_text("utf-8")) if re.fullmatch("GUISACH_[A-Z_]+", words)
    }


def test_every_setting_is_explained():
    tree = ast.parse((ROOT / "src" / "guisach" / "site" / "settings.py").read_text("utf-8"))
    stored = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    settings = {name for name in stored if name.isupper()}
    assert "SECRET_KEY" in settings
    assert not settings - set(quoted(INSTALL.read_text("utf-8")))


# Refusals --------------------------------------------------------------------------------------------------


@cache
def refusals() -> frozenset[str]:
    """Give the code of every refusal of the product, wherever it is raised."""
    for module in pkgutil.walk_packages(guisach.__path__, "guisach."):
        if ".migrations" not in module.name and not module.name.endswith(".wsgi"):
            importlib.import_module(module.name)
    waiting, codes = [DomainError], set()
    while waiting:
        for refusal in waiting.pop().__subclasses__():
            waiting.append(refusal)
            if refusal.__module__.startswith("guisach."):
                codes.add(refusal.code)
    return frozenset(codes)


def problems() -> set[str]:
    """Give the codes that the API has for what is no refusal of a room: a missing token, no JSON."""
    source = (ROOT / "src" / "guisach" / "web" / "api" / "errors.py").read_text("utf-8")
    return set(re.findall(r"\"([a-z]+(?:_[a-z]+)*)\"(?= if| else|[,)\n])", source))


def explained() -> set[str]:
    rows = [line.split("|")[1] for line in REFUSALS.read_text("utf-8").splitlines() if line.startswith("| `")]
    return set(quoted("".join(rows)))


def test_every_refusal_is_explained_to_those_who_meet_it():
    assert {"over_limit", "consent_needed"} <= refusals()
    assert not refusals() - explained()


def test_no_refusal_is_explained_that_nobody_meets():
    assert not explained() - refusals() - problems()


def test_which_refusals_a_librarian_may_go_past_is_told():
    from guisach.domain.circulation.actions import REFUSALS as AT_THE_DESK

    marked = set(re.findall(r"^\| `(\w+)` ▸", REFUSALS.read_text("utf-8"), re.MULTILINE))
    assert marked == {refusal.code for refusal in AT_THE_DESK.values() if refusal.overridable}
