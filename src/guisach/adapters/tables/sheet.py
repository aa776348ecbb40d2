"""A process of its own that writes the first filled sheet of a workbook as lines of JSON; run as a script.

A workbook of a thousand bytes can claim a billion cells, and the library would then take the whole process with it.
Here it takes only this one, whose memory and time are bounded.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime, time

from python_calamine import CalamineWorkbook

MEMORY = 2 << 30
CPU_S = 120


def shown(value: object) -> str:
    """Write a value as the sheet shows it: 2001 and not 2001.0, dates as year-month-day."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def main(path: str) -> None:
    """Write the rows to standard output; fails with a line on standard error."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    with open(path, "rb") as file:  # noqa: PTH123  (no more is imported here than needed)
        workbook = CalamineWorkbook.from_filelike(file)
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.height:
                for row in sheet.iter_rows():
                    sys.stdout.write(json.dumps([shown(value) for value in row]) + "\n")
                return


if __name__ == "__main__":
    main(sys.argv[1])
