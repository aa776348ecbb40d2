"""The programme's doors for writing."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from guisach.domain.programme.models import Target

_DATA = Path(__file__).parent / "data" / "targets.csv"


@transaction.atomic(durable=True)
def load_targets(file: Path = _DATA) -> int:
    """Enter the targets of the programme that are not there yet; returns how many were new."""
    with file.open(encoding="utf-8", newline="") as handle:
        rows = [
            Target(
                indicator=row["indicator"], year=int(row["year"]), percent=float(row["percent"]), source=row["source"]
            )
            for row in csv.DictReader(handle)
        ]
    before = Target.objects.count()
    Target.objects.bulk_create(rows, ignore_conflicts=True)
    return Target.objects.count() - before
