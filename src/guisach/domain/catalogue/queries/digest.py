"""The catalogue as lines: the same data gives the same lines on every machine, in whatever order it came in."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from guisach.domain.catalogue.models import Copy, ImportedChunk, Record, RecordVersion
from guisach.domain.catalogue.queries.digest_particulars import list_lines, particulars_by_record
from guisach.domain.catalogue.queries.feed import record_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

_RECORD = (
    "title", "subtitle", "title_key", "author", "authors", "publisher", "published_at_place", "year", "edition",
    "language", "ddc", "kind", "audience", "subjects", "series", "isbns", "issns", "other_titles", "extent",
    "summary", "control_source", "control_no", "changed_at_source", "is_filler", "marc",
)  # fmt: skip
_COPY = (
    "barcode", "owner_id", "base_id", "condition", "call_no", "shelf", "price_vnd", "acquired_on", "note",
    "collection_id", "state", "part",
)  # fmt: skip


def digest_rows() -> Iterator[str]:
    """Yield a line for each record: the SHA-256 of all that is known of it, its copies and its history; one a list.

    Neither ids nor the times of entry are in it. Memory: some 100 bytes a record, since the lines are sorted.
    """
    lines: list[str] = []
    for ids in record_ids(1000):
        lines += _lines(ids)
    lines += list_lines()
    lines.sort()
    return iter(lines)


def _lines(ids: list[int]) -> Iterator[str]:
    copies = _grouped(Copy.objects.filter(record__in=ids).values_list("record_id", *_COPY))
    chunks = _grouped(ImportedChunk.objects.filter(record__in=ids).values_list("record_id", "fingerprint"))
    versions = _grouped(
        RecordVersion.objects.filter(record__in=ids).order_by("pk").values_list("record_id", "reason", "marc")
    )
    particulars = particulars_by_record(ids)
    for id_, *record in Record.objects.filter(pk__in=ids).values_list("pk", *_RECORD):
        whole = [record, sorted(copies[id_], key=repr), versions[id_], sorted(chunks[id_])]
        whole += particulars.get(id_, [])
        text = json.dumps(whole, ensure_ascii=False, default=str)
        yield f"record|{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _grouped(rows: Any) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for record, *values in rows:
        found[record].append(tuple(values))
    return found
