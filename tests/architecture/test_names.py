"""Nothing in the repository leans on one machine: no absolute paths of somebody's folders, no registry's address."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.conftest import ROOT

FORBIDDEN = re.compile(
    r"""(?x)
    (?<![\w.}/])/work/(?:main|shared|\.library) | /root/ | /home/(?!you|user)\w+
    | \.\./shared
    | files\.python[h]osted\.org | \bpypi\.org\b | registry\.npm[j]s\.org | deb\.debian\.org
    """
)
BINARY = {".png", ".jpg", ".woff2", ".ico", ".mrc", ".bin", ".webp", ".mo"}


def complaints(name: str, text: str) -> list[str]:
    """Give every line that names a place outside the repository."""
    return [
        f"{name}:{n}: {line.strip()[:120]}" for n, line in enumerate(text.splitlines(), 1) if FORBIDDEN.search(line)
    ]


def test_no_file_names_a_machine_or_a_registry():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git clone")
    found: list[str] = []
    for name in listed.stdout.splitlines():
        file = ROOT / name
        if name != "tests/architecture/test_names.py" and file.is_file() and file.suffix not in BINARY:
            found += complaints(name, file.read_text(encoding="utf-8", errors="replace"))
    assert not found, "\n" + "\n".join(found[:50])


@pytest.mark.parametrize(
    "text", ["see /work/main/src", "cp ../shared/data x", "https://pypi.org/simple", "/root/.cache", "/home/lan/x"]
)
def test_a_place_outside_is_found(text):
    assert complaints("x", text)


@pytest.mark.parametrize("text", ['path("/work/loans")', "GET /work/", "/api/v1/shared", "/home/"])
def test_an_address_of_the_site_is_fine(text):
    assert not complaints("x", text)
