"""What only some records have, and the lists of books, as data that is the same on every machine."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from guisach.domain.catalogue.models import BookList, BookListEntry, Cover, Issue, LegalDocument, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterator

_LAW = ("number", "issuer", "issued_on", "valid_from", "valid_to", "replaced_by__title")
_TERMS = ("place_id", "frequency", "weekdays", "active_from", "active_to", "copies", "note")
_ISSUE = ("number", "issued_on", "received_on", "copies", "note")


def particulars_by_record(ids: list[int]) -> dict[int, list[Any]]:
    """Return for each of the records that has any: cover, law, subscriptions with their issues. Ids are not in it."""
    found: dict[int, list[Any]] = defaultdict(list)
    for record, print_ in Cover.objects.filter(pk__in=ids).values_list("pk", "file_print"):
        found[record].append(["cover", print_])
    for record, *law in LegalDocument.objects.filter(pk__in=ids).values_list("pk", *_LAW):
        found[record].append(["law", *law])
    issues: dict[int, list[str]] = defaultdict(list)
    for sub, *issue in Issue.objects.filter(subscription__record__in=ids).values_list("subscription", *_ISSUE):
        issues[sub].append(json.dumps(issue, ensure_ascii=False, default=str))
    terms: dict[int, list[Any]] = defaultdict(list)
    for pk, record, *said in Subscription.objects.filter(record__in=ids).values_list("pk", "record_id", *_TERMS):
        terms[record].append([json.dumps(said, ensure_ascii=False, default=str), sorted(issues[pk])])
    for record, several in terms.items():
        found[record].append(["subscriptions", sorted(several)])
    return found


def list_lines() -> Iterator[str]:
    """Yield a line for each list: its name, what it says, and the titles on it in their order."""
    entries: dict[int, list[Any]] = defaultdict(list)
    rows = BookListEntry.objects.order_by("list", "rank", "pk").values_list("list_id", "record__title", "note")
    for list_, *entry in rows:
        entries[list_].append(entry)
    for pk, *said in BookList.objects.values_list("pk", "name", "note", "is_public"):
        text = json.dumps([said, entries[pk]], ensure_ascii=False)
        yield f"list|{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
