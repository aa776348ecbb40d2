"""What commands print: results on standard output, everything said to a person on standard error."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click
from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Mapping

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


def fail(message: str) -> NoReturn:
    """Say what went wrong and end with status 1."""
    click.echo(message, err=True)
    sys.exit(1)


def result(values: Mapping[str, Any], *, as_json: bool, text: str) -> None:
    """Print a result: for a script as JSON, for a person as text."""
    click.echo(json.dumps(values, ensure_ascii=False, default=str) if as_json else text)


def progress(total: int | None, description: str) -> tqdm[Any]:
    """Return a bar that shows itself on a terminal when something takes longer than two seconds."""
    return tqdm(total=total, desc=description, disable=None, delay=2, file=sys.stderr, unit="")
