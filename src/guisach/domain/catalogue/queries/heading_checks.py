"""Proof that the lists of headings are what the records say; for `guisach check`."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from guisach.domain.catalogue.models import Change, FeedReader, Heading, Mention, Record
from guisach.domain.catalogue.queries.candidates import candidates_for
from guisach.domain.catalogue.rules.headings import belongs_to, keys_of, points_of_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_ONCE = 500


def headings_differ() -> Iterator[str]:
    """Yield a line for each record, heading or count that is not as it follows from the records.

    Records of which the lists have not heard yet (see `follow_headings`) are left out: their news is in the feed.
    """
    position = FeedReader.objects.filter(pk="headings").values_list("position", flat=True).first() or 0
    fresh = set(Change.objects.filter(pk__gt=position).values_list("record", flat=True))
    yield from _mentions_differ(fresh)
    yield from _rows_differ()


def _mentions_differ(fresh: set[int]) -> Iterator[str]:
    after = 0
    while rows := list(Record.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "marc")[:_AT_ONCE]):
        stored: dict[int, set[tuple[str, ...]]] = defaultdict(set)
        mentions = Mention.objects.filter(record__in=[id_ for id_, _ in rows])
        for record, *point in mentions.values_list(
            "record", "heading__use", "heading__kind", "heading__text", "heading__dates"
        ):
            stored[record].add(tuple(point))
        for id_, marc in rows:
            if id_ not in fresh and stored[id_] != {tuple(map(str, point)) for point in points_of_text(marc)}:
                yield f"record {id_}: its headings are not those that it says"
        after = rows[-1][0]
    gone = Mention.objects.exclude(record__in=Record.objects.values("pk")).values_list("record", flat=True)
    yield from (f"record {id_}: is gone and has headings" for id_ in sorted(set(gone) - fresh))


def _rows_differ() -> Iterator[str]:
    counts = Counter(Mention.objects.values_list("heading_id", flat=True).iterator(chunk_size=5000))
    after = 0
    while rows := list(Heading.objects.filter(pk__gt=after).order_by("pk")[:_AT_ONCE]):
        known = candidates_for((row.kind, row.text) for row in rows)
        for row in rows:
            if (row.key, row.twin, row.order) != keys_of(row.text):
                yield f"heading {row.pk}: its keys are of another text"
            if row.titles != counts[row.pk]:
                yield f"heading {row.pk}: counts {row.titles} titles and has {counts[row.pk]}"
            if row.authority_id != belongs_to(row.kind, row.text, row.dates, known.get((row.kind, row.text), ())):
                yield f"heading {row.pk}: belongs to another authority"
        after = rows[-1].pk
