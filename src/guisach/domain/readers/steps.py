"""The folds of the readers' room: who joined, whose card it is, and who may be the same person twice."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from guisach.domain.journal import kinds
from guisach.domain.journal.queries.histories import private_subjects
from guisach.domain.journal.rules.history import CaseDraft, Result
from guisach.domain.readers.models import Reader
from guisach.domain.readers.rules.cards import normalise_card
from guisach.domain.readers.rules.joining import (
    JoinBody,
    JoinPrivate,
    expiry,
    subject_of_join,
    tidy_name,
)
from guisach.kernel.clock import local_date
from guisach.kernel.text import fold as fold_text
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guisach.domain.journal.rules.history import Entry, History

# Written by the reader fold; `is_card_pending` belongs to the card fold.
_FIELDS = (
    "full_name", "folded_name", "card_no", "group", "birth_on", "phone", "address", "guardian_name",
    "guardian_phone", "has_guardian_consent", "has_assent", "place", "joined_op", "joined_at", "expires_on",
)  # fmt: skip


class ReaderFold:
    """A reader is what their first joining says, mended by later ones (SYNC rows 20-21)."""

    subject_type = "reader"
    reads_private = True
    is_private = True
    is_derived = False

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Build each reader's row, or None where no joining stands."""
        results: dict[str, Result] = {}
        rows: dict[str, Reader | None] = {}
        for subject, history in histories.items():
            joinings = history.entries
            for index, entry in enumerate(joinings):
                history.result.outcomes[entry.op] = "UPDATED" if index else "JOINED"
            results[f"reader:{subject}"] = history.result
            rows[subject] = _row(UUID(subject), joinings) if joinings else None
        before = {str(reader.pk): reader for reader in Reader.objects.filter(pk__in=list(histories))}
        changed = [row for row in (*rows.values(), *before.values()) if row is not None]
        touches = {
            "card": {row.card_no for row in changed if row.card_no},
            "likeness": {key for row in changed for key in _likenesses(row)},
            "borrowing": set(histories),
        }
        return kinds.Folding(results, {"rows": rows, "before": before}, _known_only(touches))

    def project(self, folding: kinds.Folding) -> None:
        """Write the rows that differ."""
        rows: dict[str, Reader | None] = folding.state["rows"]
        before: dict[str, Reader] = folding.state["before"]
        Reader.objects.bulk_create([row for id_, row in rows.items() if row and id_ not in before])
        for id_, stored in before.items():
            row = rows[id_]
            if row is None:
                stored.delete()
            elif _differs(row, stored):
                # Who has no number cannot wait for it; otherwise the mark is the card fold's.
                fields = _FIELDS if row.card_no else (*_FIELDS, "is_card_pending")
                row.save(force_update=True, update_fields=fields)

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Compare with the stored rows; says which reader, never who."""
        for id_, row in folding.state["rows"].items():
            stored = folding.state["before"].get(id_)
            if (row is None) != (stored is None) or (row and stored and _differs(row, stored)):
                yield f"reader {id_}: stored otherwise than the log says"

    def subjects(self) -> Iterable[str]:
        """Return every reader of the log or of the table."""
        return private_subjects(self.subject_type) | {str(id_) for id_ in Reader.objects.values_list("pk", flat=True)}

    def rows(self) -> Iterator[str]:
        """Return readers."""
        for reader in Reader.objects.iterator(chunk_size=2000):
            yield f"reader|{reader.pk}|{_values(reader)}|{reader.is_card_pending}"


class CardFold:
    """Who had a number first keeps it; the other's card is pending until a person gives a new one (SYNC row 14)."""

    subject_type = "card"
    reads_private = False
    is_private = False
    is_derived = True

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Order the claimants of each number by when they joined."""
        claimants: dict[str, list[Reader]] = defaultdict(list)
        for reader in Reader.objects.filter(card_no__in=list(histories)).order_by("joined_at", "joined_op"):
            claimants[reader.card_no].append(reader)
        results: dict[str, Result] = {}
        pending: dict[UUID, tuple[bool, bool]] = {}
        for number in histories:
            of_number = claimants[number]
            result = results[_subject("card", number)] = Result()
            if len(of_number) > 1:
                result.cases.append(_case("card_taken_twice", of_number))
            for index, reader in enumerate(of_number):
                pending[reader.pk] = (reader.is_card_pending, index > 0)
        return kinds.Folding(results, {"pending": pending}, {})

    def project(self, folding: kinds.Folding) -> None:
        """Mark the cards."""
        for value in (True, False):
            ids = [id_ for id_, (stored, computed) in folding.state["pending"].items() if stored != computed == value]
            if ids:
                Reader.objects.filter(pk__in=ids).update(is_card_pending=value)

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Compare the marks."""
        for id_, (stored, computed) in folding.state["pending"].items():
            if stored != computed:
                yield f"reader {id_}: card pending is {stored}, the log says {computed}"

    def subjects(self) -> Iterable[str]:
        """Return every card number in use."""
        return set(Reader.objects.exclude(card_no="").values_list("card_no", flat=True))

    def rows(self) -> Iterator[str]:
        """Nothing of its own: the mark is in the reader's row."""
        return iter(())


class LikenessFold:
    """Suggests, never decides, that two readers are one: same name and birth date, or same phone (SYNC row 13)."""

    subject_type = "likeness"
    reads_private = False
    is_private = False
    is_derived = True

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Find the readers who share each likeness."""
        names = {key[1:].rpartition("|")[0] for key in histories if key[0] == "n"}
        phones = {key[1:] for key in histories if key[0] == "p"}
        alike: dict[str, dict[UUID, Reader]] = defaultdict(dict)
        by_name = Reader.objects.filter(folded_name__in=names) if names else Reader.objects.none()
        by_phone = Reader.objects.filter(phone__in=phones) if phones else Reader.objects.none()
        for reader in (*by_name, *by_phone):
            for key in _likenesses(reader):
                alike[key][reader.pk] = reader
        results: dict[str, Result] = {}
        for key in histories:
            result = results[_subject("likeness", key)] = Result()
            found = sorted(alike[key].values(), key=lambda reader: (reader.joined_at, str(reader.joined_op)))
            if len(found) > 1:
                result.cases.append(_case("same_phone" if key[0] == "p" else "same_name_and_birth", found))
        return kinds.Folding(results, {}, {})

    def project(self, folding: kinds.Folding) -> None:
        """Nothing to keep but the cases."""

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Nothing to compare but the cases."""
        return iter(())

    def subjects(self) -> Iterable[str]:
        """Return every likeness of every reader."""
        return {key for reader in Reader.objects.iterator(chunk_size=2000) for key in _likenesses(reader)}

    def rows(self) -> Iterator[str]:
        """Nothing of its own."""
        return iter(())


def _row(id_: UUID, joinings: list[Entry]) -> Reader:
    first, latest = joinings[0], joinings[-1]
    private: JoinPrivate = latest.private
    body: JoinBody = latest.body
    name = tidy_name(private.name)
    return Reader(
        id=id_,
        full_name=name,
        folded_name=fold_text(name)[:80],
        card_no=normalise_card(private.card) if private.card else "",
        group=body.group,
        birth_on=private.birth,
        phone=_tidy_phone(private.phone),
        address=nfc(private.address)[:200],
        guardian_name=tidy_name(private.guardian),
        guardian_phone=_tidy_phone(private.guardian_phone),
        has_guardian_consent=private.consent,
        has_assent=private.assent,
        place=first.place,
        joined_op=first.op,
        joined_at=first.eff_at,
        expires_on=body.expires or expiry(local_date(latest.eff_at)),
    )


def _tidy_phone(text: str) -> str:
    return nfc(text).replace(" ", "")[:20]


def _values(reader: Reader) -> tuple[Any, ...]:
    return tuple(getattr(reader, field) for field in _FIELDS)


def _differs(computed: Reader, stored: Reader) -> bool:
    return _values(computed) != _values(stored) or (stored.is_card_pending and not computed.card_no)


def _likenesses(reader: Reader) -> Iterator[str]:
    if reader.birth_on is not None:
        yield f"n{reader.folded_name}|{reader.birth_on}"
    if reader.phone:
        yield f"p{reader.phone}"


def _case(kind: str, readers: list[Reader]) -> CaseDraft:
    latest = readers[-1]
    return CaseDraft(kind, tuple(reader.joined_op for reader in readers), latest.place, latest.joined_at)


def _subject(subject_type: str, key: str) -> str:
    """Name a subject in the table of cases without the card number, name or phone that it stands for."""
    return f"{subject_type}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def _known_only(touches: dict[str, set[str]]) -> dict[str, set[str]]:
    """Leave out folds that no room registered: this room stands below circulation and works without it."""
    known = {fold.subject_type for fold in kinds.folds()}
    return {subject_type: subjects for subject_type, subjects in touches.items() if subject_type in known}


def _join_subject(body: JoinBody, private: JoinPrivate, _place: str, _eff_at: Any) -> str:
    return subject_of_join(body, private)


def register() -> None:
    """Make the room's kinds and folds known to the journal."""
    kinds.register_kind(
        kinds.Kind("join", "reader", JoinBody, _join_subject, JoinPrivate, reader=lambda private: private.reader)
    )
    kinds.register_fold(ReaderFold())
    kinds.register_fold(CardFold())
    kinds.register_fold(LikenessFold())
