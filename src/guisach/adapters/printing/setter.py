"""Sets one document: run as a process of its own, with JSON on standard input; knows nothing of the product.

Typst keeps what it has worked out for the next eleven documents, two hundred megabytes a volume of a register; a
process that ends gives it back. The answer is a line of JSON with the length of each part, then the parts.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import typst

# The same data gives the same bytes: nothing of the moment goes into a file.
TIMESTAMP = datetime(2020, 1, 1, tzinfo=UTC)


def main() -> None:
    """Read the task, set it, write the answer."""
    task = json.loads(sys.stdin.buffer.read())
    folder = Path(__file__).parent / "templates"
    made = typst.compile(
        folder / task["template"],
        root=folder,
        ignore_system_fonts=True,
        format=task["form"],
        ppi=task["ppi"],
        sys_inputs={"data": json.dumps(task["data"], ensure_ascii=False)},
        timestamp=TIMESTAMP,
        pdf_tags=False,
    )
    # The stubs say bytes; for pictures of several pages it is a list.
    pages = cast("bytes | list[bytes]", made)
    parts = pages if isinstance(pages, list) else [pages]
    sys.stdout.buffer.write(json.dumps([len(part) for part in parts]).encode() + b"\n")
    for part in parts:
        sys.stdout.buffer.write(part)


if __name__ == "__main__":
    main()
