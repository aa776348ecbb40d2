"""Running the benchmarks of a clone: how fast, beside what, on which machine."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import sqlite3
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _

from guisach.site.cli.output import fail, json_option, result
from guisach.site.env import CLONE

if TYPE_CHECKING:
    from types import ModuleType

_FOLDER = CLONE / "bench"
_PACKAGES = ("django", "django-ninja", "granian", "msgspec", "psycopg", "tantivy")


@click.command()
@click.argument("name", required=False)
@click.option("--list", "as_list", is_flag=True, help="Name the benchmarks.")
@click.option("--set", "settings", multiple=True, metavar="NAME=NUMBER", help="A size other than the usual one.")
@json_option
def bench(name: str | None, as_list: bool, settings: tuple[str, ...], as_json: bool) -> None:
    """Run the benchmark NAME and print medians and ratios; works in a clone only."""
    names = sorted(file.stem for file in _FOLDER.glob("*.py"))
    if not names:
        fail(_("Benchmarks are part of a clone of the source, not of an installed package."))
    if as_list:
        result({"benchmarks": names}, as_json=as_json, text="\n".join(names))
        return
    if name not in names:
        fail(_("There is no benchmark of that name. There are: %(names)s") % {"names": ", ".join(names)})
    measured = _load(_FOLDER / f"{name}.py").run(**_sizes(settings))
    whole = {"benchmark": name, "machine": machine(), "versions": versions(), **measured}
    result(whole, as_json=as_json, text=json.dumps(whole, ensure_ascii=False, indent=1, default=str))


def machine() -> dict[str, Any]:
    """Say on what the figures were taken: figures of two machines cannot be compared, their ratios can."""
    return {"system": platform.system(), "processor": _processor(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}


def versions() -> dict[str, str]:
    """Name the versions of what does the work."""
    found = {package: metadata.version(package) for package in _PACKAGES}
    return {"guisach": metadata.version("guisach"), "python": platform.python_version(), **found} | {
        "sqlite": sqlite3.sqlite_version
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _sizes(settings: tuple[str, ...]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for setting in settings:
        key, _equals, value = setting.partition("=")
        if not key.isidentifier() or not value.isdecimal():
            fail(_("NAME=NUMBER expected, not %(text)s") % {"text": setting})
        sizes[key] = int(value)
    return sizes


def _load(file: Path) -> ModuleType:
    if str(file.parent) not in sys.path:
        sys.path.insert(0, str(file.parent))  # a large benchmark has parts in a folder beside it
    spec = importlib.util.spec_from_file_location(f"bench_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise ImportError(file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look for their module there
    spec.loader.exec_module(module)
    return module
