"""Every template can be read, and keeps to the content security policy.

That each is also *rendered* by some test is checked at the end of a whole run (see tests/conftest.py).
"""

from __future__ import annotations

import re

import pytest
from django.template.loader import get_template

from tests.conftest import ROOT, all_templates

# The policy allows no script, style or handler inside a page: the browser would silently drop it.
INLINE = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "script without src": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*type=[\"']application/(ld\+)?json)", re.IGNORECASE
    ),
}
# A web page for print or mail that no browser of ours shows under the policy may say so in its name.
FREE = re.compile(r"(^|/)mail/")


def complaints(text: str) -> list[str]:
    """Say what in a template the policy would block."""
    bare = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", text, flags=re.DOTALL)
    return [what for what, pattern in INLINE.items() if pattern.search(bare)]


def test_every_template_can_be_read():
    for name in all_templates():
        get_template(name)


def test_no_template_holds_what_the_policy_blocks():
    found = [
        f"{file.relative_to(ROOT)}: {what}"
        for name, file in all_templates().items()
        if file.suffix == ".html" and not FREE.search(name)
        for what in complaints(file.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    ['<p style="color:red">', "<style>p{}</style>", '<a onclick="go()">', "<script>go()</script>", "<SCRIPT defer>"],
)
def test_what_the_policy_blocks_is_found(text):
    assert complaints(text)


@pytest.mark.parametrize(
    "text",
    [
        '<script src="/a.js" defer></script>',
        '<script type="application/json" id="x">{}</script>',
        '<p class="style">on = 1</p>',
        "{# <style> #}",
    ],
)
def test_what_the_policy_allows_is_fine(text):
    assert not complaints(text)
