"""Keeps the rows of a place in step with the log and the catalogue: finds what may differ, and numbers what does."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from guisach.domain.catalogue.models import Copy
from guisach.domain.catalogue.queries import changes_after, last_change
from guisach.domain.circulation.models import Request, SetAside
from guisach.domain.circulation.queries import moved_copies
from guisach.domain.journal.models import Operation, PrivatePart
from guisach.domain.journal.queries import appended, log_end
from guisach.domain.readers.models import FormerCard, Reader
from guisach.domain.sync.models import FeedRow, FeedScope
from guisach.domain.sync.queries.feed_rows import barcodes_here, compute, in_chunks, readers_here, title_rows
from guisach.domain.sync.queries.feed_settings import settings_rows
from guisach.domain.sync.rules.feed import GENERATION_LENGTH, SETTINGS, TYPES, Row, Rows, digest_of
from guisach.kernel.clock import local_date
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from guisach.domain.journal.queries import Appended

MANY = 3000  # operations or changes since the last time: computing everything is quicker then
_OVERLAP = 200  # numbers at the end of the log of which some may still be on their way
MISSING_FOR = timedelta(minutes=10)
_MISSING_MOST = 2000
TOMBSTONE_DAYS = 90


@dataclass(slots=True)
class Touched:
    """What may differ since the last time."""

    barcodes: set[str] = field(default_factory=set)
    readers: set[UUID] = field(default_factory=set)
    records: set[int] = field(default_factory=set)


class Refreshed(NamedTuple):
    """How far the rows of a place are now, and the contents of those that every desk there has."""

    scope: FeedScope
    settings: Rows


class NumberedRow(NamedTuple):
    """What is known of a row without its contents."""

    rev: int
    type: str
    key: str
    digest: str
    part: str


def refresh(place: str, now: datetime) -> Refreshed:
    """Bring the rows of a place up to date, under its lock.

    Everything is computed the first time, once a day (ages and calendars have moved on), after very much happened, and
    when the log is shorter than it was; otherwise what the log and the catalogue's feed name since the last time.
    """
    lock([f"sync:feed:{place}"])
    scope, _is_new = FeedScope.objects.get_or_create(place=place, defaults={"generation": _generation()})
    before = _standing(scope)
    touched = _follow(scope, now)
    settings = settings_rows(place, now)
    _store_settings(scope, settings, now)
    if touched is None:
        _compute_all(scope, now)
    else:
        _compute_touched(scope, touched, now)
    if _standing(scope) != before:
        scope.save()
    return Refreshed(scope, settings)


def _generation() -> str:
    return secrets.token_hex(GENERATION_LENGTH // 2)


def _standing(scope: FeedScope) -> tuple[object, ...]:
    return (
        *(scope.last_rev, scope.log_position, dict(scope.missing), scope.catalogue_position, scope.computed_at),
        scope.settings,
    )


def _follow(scope: FeedScope, now: datetime) -> Touched | None:
    """Go on to the ends of both feeds and return what is between; None where all is to be computed."""
    end, changed = log_end(), last_change()
    is_other = scope.log_position > end or scope.catalogue_position > changed
    if is_other:  # the database is an older one than it was: desks begin anew
        FeedRow.objects.filter(place=scope.place).delete()
        scope.generation, scope.last_rev, scope.gone_rev, scope.missing = _generation(), 0, 0, {}
        scope.settings = {}
    is_stale = scope.computed_at is None or local_date(scope.computed_at) != local_date(now)
    if is_other or is_stale or max(end - scope.log_position, changed - scope.catalogue_position) > MANY:
        _start_after(scope, end, changed, now)
        return None
    rows = appended(scope.log_position, [int(number) for number in scope.missing], limit=2 * MANY)
    changes = changes_after(scope.catalogue_position, limit=2 * MANY)
    _note(scope, [row.number for row in rows], now)
    scope.catalogue_position = changes.position
    touched = _named_by(rows)
    touched.records |= set(changes.records)
    return touched


def _start_after(scope: FeedScope, end: int, changed: int, now: datetime) -> None:
    """Know everything up to here but for numbers near the end that are still missing: their acts may be under way."""
    begin = max(0, end - _OVERLAP)
    there = set(Operation.objects.filter(pk__gt=begin, pk__lte=end).values_list("pk", flat=True))
    scope.missing = {str(n): now.isoformat() for n in range(begin + 1, end) if n not in there}
    scope.log_position, scope.catalogue_position, scope.computed_at = end, changed, now


def _note(scope: FeedScope, numbers: Iterable[int], now: datetime) -> None:
    """Transactions end in another order than they began: a number that was skipped is waited for ten minutes."""
    missing = dict(scope.missing)
    for number in numbers:
        missing.pop(str(number), None)
        skipped = range(max(scope.log_position + 1, number - _MISSING_MOST), number)
        missing |= {str(n): now.isoformat() for n in skipped}
        scope.log_position = max(scope.log_position, number)
    recent = {n: since for n, since in missing.items() if now - datetime.fromisoformat(since) < MISSING_FOR}
    scope.missing = dict(sorted(recent.items(), key=lambda one: int(one[0]))[-_MISSING_MOST:])


def _named_by(rows: list[Appended]) -> Touched:
    """Say which copies and people the operations are about, those that they take back included."""
    if not rows:
        return Touched()
    found = Touched(barcodes=set(moved_copies(rows)))
    requests = {_uuid(row.subject.removeprefix("request:")) for row in rows if row.subject.startswith("request:")}
    for some in in_chunks(id_ for id_ in requests if id_ is not None):
        asked = Request.objects.filter(pk__in=some).exclude(barcode="")
        found.barcodes |= set(asked.values_list("barcode", flat=True))
        found.barcodes |= set(SetAside.objects.filter(request__in=some).values_list("barcode", flat=True))
    for numbers in in_chunks(row.number for row in rows):
        ops = list(Operation.objects.filter(pk__in=numbers).values_list("op", "target"))
        about = [op for op, _target in ops] + [target for _op, target in ops if target is not None]
        parts = PrivatePart.objects.filter(operation__op__in=about).values_list("reader", "operation__kind", "data")
        for reader, kind, data in parts:
            found.readers |= {reader} if reader is not None else set()
            if kind == "merge_readers" and (into := _uuid(json.loads(data).get("into"))) is not None:
                found.readers.add(into)
    return found


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _widen(touched: Touched, place: str) -> None:
    """Add what changes together with it although no operation names it."""
    stored = FeedRow.objects.filter(place=place)
    for piece in in_chunks(touched.records):
        touched.barcodes |= set(Copy.objects.filter(record__in=piece).values_list("barcode", flat=True))
        parts = stored.filter(type="copy", part__in=[str(record) for record in piece])
        touched.barcodes |= set(parts.values_list("key", flat=True))
    for barcodes in in_chunks(sorted(touched.barcodes)):
        subjects = [f"copy:{barcode}" for barcode in barcodes]
        named = PrivatePart.objects.filter(operation__subject__in=subjects, reader__isnull=False)
        touched.readers |= {id_ for id_ in named.values_list("reader", flat=True).distinct() if id_ is not None}
    # Whose card waits may have it now because of somebody else.
    waiting = stored.filter(type="reader", part="pending").exclude(digest="").values_list("key", flat=True)
    if touched.readers:
        touched.readers |= {UUID(key) for key in waiting}
        touched.readers |= set(Reader.objects.filter(is_card_pending=True, place=place).values_list("pk", flat=True))
    for people in in_chunks(list(touched.readers)):
        cards = stored.filter(type="card", part__in=[str(id_) for id_ in people]).values("key")
        former = FormerCard.objects.filter(card_no__in=cards, reader__isnull=False)
        touched.readers |= {id_ for id_ in former.values_list("reader", flat=True) if id_ is not None}
        asked = Request.objects.filter(reader__in=people, closed_at__isnull=True).exclude(barcode="")
        touched.barcodes |= set(asked.values_list("barcode", flat=True))


def _compute_touched(scope: FeedScope, touched: Touched, now: datetime) -> None:
    if not (touched.barcodes or touched.readers or touched.records):
        return
    _widen(touched, scope.place)
    found = compute(scope.place, touched.barcodes, touched.readers, local_date(now))
    people = {str(id_) for id_ in found.readers}
    asked = {"copy": found.barcodes, "loan": found.barcodes, "reader": people, "card": set()}
    records, stored = set(touched.records), FeedRow.objects.filter(place=scope.place)
    for piece in in_chunks(sorted(people)):
        asked["card"] |= set(stored.filter(type="card", part__in=piece).values_list("key", flat=True))
    asked["card"] |= {key for type_, key in found.rows if type_ == "card"}
    for piece in in_chunks(sorted(found.barcodes)):  # the titles that they were copies of until now
        known = stored.filter(type="copy", key__in=piece).exclude(part="")  # a tombstone does not say
        records |= {int(part) for part in known.values_list("part", flat=True)}
    records |= {int(part) for (type_, _key), part in found.parts.items() if type_ == "copy"}
    _store(scope, found.rows, found.parts, asked, now)
    _store_titles(scope, records, now)


def _compute_all(scope: FeedScope, now: datetime) -> None:
    found = compute(scope.place, barcodes_here(scope.place), readers_here(scope.place), local_date(now))
    _store(scope, found.rows, found.parts, None, now)
    _store_titles(scope, None, now)
    old = FeedRow.objects.filter(place=scope.place, gone_at__lt=now - timedelta(days=TOMBSTONE_DAYS))
    last = old.order_by("-rev").values_list("rev", flat=True).first()
    if last is not None:
        scope.gone_rev = last
        old.delete()


def _store(
    scope: FeedScope,
    rows: Rows,
    parts: Mapping[tuple[str, str], str],
    asked: Mapping[str, set[str]] | None,
    now: datetime,
) -> None:
    """Number the rows that differ; what was asked about (None: everything) and has no row is gone."""
    stored = FeedRow.objects.filter(place=scope.place)
    known: list[FeedRow] = []
    if asked is None:
        known += stored.exclude(type__in=[*SETTINGS, "title"])
    else:
        for type_, keys in asked.items():
            for piece in in_chunks(sorted(keys)):
                known += stored.filter(type=type_, key__in=piece)
    pending = {one: "pending" for one, row in rows.items() if one[0] == "reader" and row["is_pending"]}
    _number(scope, rows, {**parts, **pending}, known, now)


def _store_settings(scope: FeedScope, rows: Rows, now: datetime) -> None:
    """Number what differs of the rows that every desk has; of a type that is as it was none is looked at."""
    by_type: dict[str, Rows] = {type_: {} for type_ in SETTINGS}
    for one, row in rows.items():
        by_type[one[0]][one] = row
    digests = {type_: digest_of({key: row for (_, key), row in some.items()}) for type_, some in by_type.items()}
    changed = [type_ for type_ in SETTINGS if digests[type_] != scope.settings.get(type_)]
    if changed:
        known = list(FeedRow.objects.filter(place=scope.place, type__in=changed))
        _number(scope, {one: row for type_ in changed for one, row in by_type[type_].items()}, {}, known, now)
        scope.settings = digests


def _store_titles(scope: FeedScope, records: Collection[int] | None, now: datetime) -> None:
    """A title is there as long as a copy of it is."""
    stored = FeedRow.objects.filter(place=scope.place)
    copies = stored.filter(type="copy").exclude(digest="")
    if records is None:
        held = set(map(int, copies.values_list("part", flat=True)))
        known = list(stored.filter(type="title"))
    else:
        held, known = set(), []
        for piece in in_chunks(str(record) for record in records):
            held |= set(map(int, copies.filter(part__in=piece).values_list("part", flat=True)))
            known += stored.filter(type="title", key__in=piece)
    _number(scope, title_rows(held), {}, known, now)


def _number(
    scope: FeedScope, rows: Rows, parts: Mapping[tuple[str, str], str], known: list[FeedRow], now: datetime
) -> None:
    stored = {(row.type, row.key): row for row in known}
    fresh: list[FeedRow] = []
    for (type_, key), row in sorted(rows.items(), key=lambda one: (TYPES.index(one[0][0]), one[0][1])):
        digest, part, before = digest_of(row), parts.get((type_, key), ""), stored.get((type_, key))
        if before is None or (before.digest, before.part) != (digest, part):
            fresh.append(FeedRow(place=scope.place, type=type_, key=key, digest=digest, part=part))
    gone = [one for one, row in stored.items() if one not in rows and row.digest]
    fresh += [FeedRow(place=scope.place, type=type_, key=key, gone_at=now) for type_, key in sorted(gone)]
    _put(scope, fresh)


def number_as_sent(place: str, generation: str, rows: Sequence[tuple[NumberedRow, Row | None]], now: datetime) -> None:
    """Give new numbers to rows that were sent otherwise than they are numbered, with what was sent.

    Whatever they are when somebody looks again is then compared with what desks have: also where it is by then what it
    was before.
    """
    if not rows:
        return
    lock([f"sync:feed:{place}"])
    scope = FeedScope.objects.get(pk=place)
    if scope.generation != generation:
        return  # everybody begins anew
    sent = [
        FeedRow(place=place, type=row.type, key=row.key, part=row.part, digest=digest_of(now_there))
        if now_there is not None
        else FeedRow(place=place, type=row.type, key=row.key, gone_at=now)
        for row, now_there in rows
    ]
    _put(scope, sent)
    if any(row.type in SETTINGS for row, _sent in rows):
        scope.settings = {}  # they are looked at the next time, whatever they are then
    scope.save(update_fields=["last_rev", "settings"])


def _put(scope: FeedScope, fresh: list[FeedRow]) -> None:
    for rev, changed in enumerate(fresh, start=scope.last_rev + 1):
        changed.rev = rev
    scope.last_rev += len(fresh)
    FeedRow.objects.bulk_create(
        fresh,
        batch_size=1000,
        update_conflicts=True,
        update_fields=["rev", "digest", "part", "gone_at"],
        unique_fields=["place", "type", "key"],
    )
