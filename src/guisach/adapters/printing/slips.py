"""Slips that are handed to readers, eight to a sheet of A4, and the list that a keeper reads out at the market."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.adapters.printing.typesetting import typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.adapters.printing.typesetting import Form


def slips(place: str, texts: Sequence[str], *, form: Form = "pdf") -> list[bytes]:
    """Print one slip for each text (paragraphs divided by empty lines); letters shrink where a text is long."""
    made = [[part.split("\n") for part in text.split("\n\n")] for text in texts]
    return typeset("slips.typ", {"place": place, "slips": made}, form=form)


def aloud(place: str, texts: Sequence[str], *, form: Form = "pdf") -> list[bytes]:
    """Print the list to read out, in letters that one can read at arm's length: "name: titles" on each line."""
    lines = [list(text.partition(": "))[::2] for text in texts]
    return typeset("aloud.typ", {"place": place, "lines": lines}, form=form)
