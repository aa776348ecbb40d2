"""Typst at work: a template of ours, data as JSON, a PDF (or, for looking at it, a picture of each page)."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE_S = 120
_SETTER = Path(__file__).parent / "setter.py"
# One document at a time in each serving process: a volume of a register takes some 400 MB while it is set.
_press = threading.Lock()

Form = Literal["pdf", "png"]


class PrintingFailed(RuntimeError):
    """A document could not be set: a fault of a template or of the machine, never of the person's."""


def typeset(template: str, data: Mapping[str, Any], *, form: Form = "pdf", ppi: float = 110) -> list[bytes]:
    """Set a template with its data: one PDF, or one PNG a page. Raises PrintingFailed.

    Texts arrive in the template as strings, which typst never reads as markup. Only the fonts that typst brings
    along are used (Libertinus Serif has every Vietnamese letter), so that paper looks the same from every machine.
    """
    task = json.dumps({"template": template, "data": data, "form": form, "ppi": ppi}, ensure_ascii=False).encode()
    command = [sys.executable, "-I", str(_SETTER)]
    with _press:
        try:
            done = subprocess.run(  # noqa: S603  (our own file, no words of a person)
                command, input=task, capture_output=True, timeout=PATIENCE_S, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise PrintingFailed(f"{template} took longer than {PATIENCE_S} s") from error
    if done.returncode:
        raise PrintingFailed(f"{template}: {done.stderr.decode(errors='replace')[-2000:]}")
    head, _line, rest = done.stdout.partition(b"\n")
    parts, start = [], 0
    for length in json.loads(head):
        parts.append(rest[start : start + length])
        start += length
    return parts
