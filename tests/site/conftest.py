"""Commands run in this process, as a person types them; the index starts empty."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.installations import installation, postgresql  # noqa: F401  (fixtures)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result


@pytest.fixture
def empty_index() -> Iterator[Any]:
    """This machine's search index, without anything that earlier tests put into it."""
    from django.conf import settings

    from guisach.site.wiring import index_keeper

    shutil.rmtree(settings.DATA / "index", ignore_errors=True)
    yield index_keeper()
    shutil.rmtree(settings.DATA / "index", ignore_errors=True)


@pytest.fixture
def guisach() -> Callable[..., Result]:
    """Run a command: `guisach("import", "marc", path, "--json")`; what it prints is in stdout and stderr."""
    from click.testing import CliRunner

    from guisach.site.cli import cli

    def run(*words: object) -> Result:
        return CliRunner().invoke(cli, [str(word) for word in words], prog_name="guisach")

    return run


@pytest.fixture
def answer(guisach: Callable[..., Result]) -> Callable[..., dict[str, Any]]:
    """Run a command with --json, expect it to end well, and return its answer."""

    def run(*words: object) -> dict[str, Any]:
        result = guisach(*words, "--json")
        assert result.exit_code == 0, (result.stderr, result.exception)
        document: dict[str, Any] = json.loads(result.stdout)
        return document

    return run
