"""The fold of readers: who they are now, which cards they had, and who of them are one person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from guisach.domain.journal import kinds
from guisach.domain.journal.queries.histories import Histories, histories_of, private_subjects
from guisach.domain.journal.steps import forget_words
from guisach.domain.readers.models import FormerCard, Merge, Reader
from guisach.domain.readers.rules.editing import EMPTY, said
from guisach.domain.readers.rules.people import People, fold_people, is_wordless
from guisach.domain.readers.steps.naming import likenesses
from guisach.kernel.locks import lock
from guisach.kernel.text import fold as fold_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from guisach.domain.journal.rules.history import Entry, History
    from guisach.domain.readers.rules.people import Person

# Written by the reader fold; `is_card_pending` belongs to the card fold.
_PUBLIC = ("group", "kind", "place", "joined_op", "joined_at", "expires_on", "erased_at")
_FIELDS = (
    *_PUBLIC, "full_name", "folded_name", "card_no", "birth_on", "phone", "address", "guardian_name",
    "guardian_phone", "has_guardian_consent", "consent_at", "consent_to", "has_assent", "assent_at", "assent_to",
    "email", "language", "channel", "papers", "household", "card_at", "card_op", "survivor",
)  # fmt: skip


@dataclass(slots=True)
class _State:
    """What is computed and what is stored, by reader."""

    people: People
    entries: list[Entry]
    rows: dict[UUID, Reader | None] = field(default_factory=dict)
    stored: dict[UUID, Reader] = field(default_factory=dict)
    former: dict[tuple[UUID | None, str], FormerCard] = field(default_factory=dict)
    stored_former: dict[tuple[UUID | None, str], FormerCard] = field(default_factory=dict)
    merges: dict[UUID, Merge] = field(default_factory=dict)
    stored_merges: dict[UUID, Merge] = field(default_factory=dict)


class ReaderFold:
    """A reader is what joining and edits say (SYNC rows 20-21), together with whoever is the same person (row 11)."""

    subject_type = "reader"
    reads_private = True
    is_private = True
    is_derived = False

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Build each reader's row, or None where no joining stands; those who are one person come along."""
        known = _with_kin(histories)
        entries = [entry for history in known.values() for entry in history.entries]
        state = _compare(fold_people(entries), entries, [UUID(subject) for subject in known])
        for subject, history in known.items():
            own = {entry.op for entry in history.entries}
            history.result.outcomes.update({op: state.people.outcomes[op] for op in own})
            history.result.cases.extend(state.people.cases.get(UUID(subject), []))
        results = {f"reader:{subject}": history.result for subject, history in known.items()}
        kin = set(known) - set(histories)
        return kinds.Folding(results, {"state": state, "kin": kin, "subjects": set(histories)}, _touches(state))

    def project(self, folding: kinds.Folding) -> None:
        """Write the rows that differ, and forget what is said of those who were erased."""
        self._again_under_lock(folding)
        state: _State = folding.state["state"]
        self._write_readers(state)
        _replace(FormerCard, state.stored_former, state.former)
        _replace(Merge, state.stored_merges, state.merges)
        if erased := {id_ for id_, person in state.people.persons.items() if person.erased is not None}:
            _retire_cards(state, erased)
            words = [e.op for e in state.entries if e.reader in erased and not is_wordless(e)]
            forget_words(words, keep=("reader", "into"), at=max(entry.received_at for entry in state.entries))

    def _again_under_lock(self, folding: kinds.Folding) -> None:
        """Readers who came along were read before anybody kept others from them: look again once they are held."""
        held = set(folding.state["subjects"])
        while kin := set(folding.state["kin"]) - held:
            lock({f"{self.subject_type}:{id_}" for id_ in kin})
            held |= kin
            again = self.fold(histories_of(self.subject_type, sorted(held)))
            folding.results, folding.state, folding.touches = again.results, again.state, again.touches

    def _write_readers(self, state: _State) -> None:
        # Whose joining an operation is can change with what is known of merges: rows that go or get another go first.
        moved = {id_ for id_, stored in state.stored.items() if _joining(state.rows[id_]) != stored.joined_op}
        Reader.objects.filter(pk__in=moved).delete()
        fresh = {id_: row for id_, row in state.rows.items() if row and (id_ in moved or id_ not in state.stored)}
        for id_, new in fresh.items():
            new.is_card_pending = id_ in moved and state.stored[id_].is_card_pending and _claims_card(new)
        Reader.objects.bulk_create(fresh.values())
        for id_, stored in state.stored.items():
            row = state.rows[id_]
            if row is not None and id_ not in moved and _differs(row, stored):
                # Who waits for no number is not pending; otherwise the mark is the card fold's.
                fields = _FIELDS if _claims_card(row) else (*_FIELDS, "is_card_pending")
                row.save(force_update=True, update_fields=fields)

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Compare with the stored rows; says which reader, never who."""
        state: _State = folding.state["state"]
        for id_, row in state.rows.items():
            stored = state.stored.get(id_)
            if (row is None) != (stored is None) or (row and stored and _differs(row, stored)):
                yield f"reader {id_}: stored otherwise than the log says"
        if not _alike(state.former, state.stored_former):
            yield "former cards: stored otherwise than the log says"
        if not _alike(state.merges, state.stored_merges):
            yield "merges of readers: stored otherwise than the log says"

    def subjects(self) -> Iterable[str]:
        """Return every reader of the log or of the table."""
        return private_subjects(self.subject_type) | {str(id_) for id_ in Reader.objects.values_list("pk", flat=True)}

    def rows(self) -> Iterator[str]:
        """Return readers without what is erased with them: to erase changes no hash, and the log has the rest."""
        for reader in Reader.objects.iterator(chunk_size=2000):
            yield f"reader|{'|'.join(str(getattr(reader, name)) for name in _PUBLIC)}"


def _with_kin(histories: Mapping[str, History]) -> dict[str, History]:
    """Add the histories of all who were ever said to be one person with these."""
    known = dict(histories)
    level = set(known)
    while level:
        ids = [UUID(subject) for subject in level]
        merges = Merge.objects.filter(Q(old__in=ids) | Q(into__in=ids)).values_list("old", "into")
        near = {str(id_) for pair in merges for id_ in pair}
        near |= {
            str(entry.private.into)
            for subject in level
            for entry in known[subject].entries
            if entry.kind == "merge_readers"
        }
        level = near - set(known)
        more = histories_of("reader", sorted(level)) if level else Histories()
        known |= more
        if isinstance(histories, Histories):
            histories.known |= more.known
    return known


def _compare(people: People, entries: list[Entry], ids: Collection[UUID]) -> _State:
    state = _State(people, entries)
    state.stored = Reader.objects.in_bulk(list(ids))
    state.stored_former = {(one.reader, one.card_no): one for one in FormerCard.objects.filter(reader__in=list(ids))}
    state.stored_merges = {one.op: one for one in Merge.objects.filter(old__in=list(ids))}
    for id_ in ids:
        person = people.persons.get(id_)
        state.rows[id_] = _row(person, person.joined) if person is not None and person.joined is not None else None
        if person is not None and person.erased is None:
            for number, entry in person.former_cards.items():
                state.former[id_, number] = FormerCard(
                    card_no=number, reader=id_, ended_at=entry.eff_at, ended_op=entry.op
                )
    state.merges = {
        entry.op: Merge(op=entry.op, old=entry.reader, into=entry.private.into)
        for entry in entries
        if entry.kind == "merge_readers" and entry.reader is not None
    }
    return state


def _row(person: Person, joined: Entry) -> Reader:
    values, set_by = person.values, person.set_by
    erased_at = person.erased.eff_at if person.erased else None
    if erased_at is not None:
        values, set_by = EMPTY, {}
    consent, assent, card = (set_by.get(name) for name in ("consent", "assent", "card"))
    return Reader(
        id=person.id,
        full_name=values["name"],
        folded_name=fold_text(values["name"])[:80],
        card_no=values["card"],
        group=person.group,
        birth_on=values["birth"],
        phone=values["phone"],
        address=values["address"],
        guardian_name=values["guardian"],
        guardian_phone=values["guardian_phone"],
        has_guardian_consent=values["consent"],
        consent_at=consent.eff_at if consent and values["consent"] else None,
        consent_to=consent.actor if consent and values["consent"] else "",
        has_assent=values["assent"],
        assent_at=assent.eff_at if assent and values["assent"] else None,
        assent_to=assent.actor if assent and values["assent"] else "",
        email=values["email"],
        language=values["language"],
        channel=values["channel"],
        kind=person.kind,
        papers=values["papers"],
        household=values["household"],
        place=person.place,
        joined_op=joined.op,
        joined_at=joined.eff_at,
        expires_on=person.expires_on,
        card_at=card.eff_at if card and values["card"] else None,
        card_op=card.op if card and values["card"] else None,
        survivor=person.survivor,
        erased_at=erased_at,
    )


def _values(reader: Reader) -> tuple[Any, ...]:
    return tuple(getattr(reader, field) for field in _FIELDS)


def _claims_card(reader: Reader) -> bool:
    return bool(reader.card_no) and reader.survivor is None


def _differs(computed: Reader, stored: Reader) -> bool:
    return _values(computed) != _values(stored) or (stored.is_card_pending and not _claims_card(computed))


def _alike(computed: Mapping[Any, Any], stored: Mapping[Any, Any]) -> bool:
    return _contents(computed) == _contents(stored)


def _contents(rows: Mapping[Any, Any]) -> dict[Any, tuple[Any, ...]]:
    return {
        key: tuple(getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname != "id")
        for key, row in rows.items()
    }


def _replace(model: type[FormerCard] | type[Merge], stored: Mapping[Any, Any], computed: Mapping[Any, Any]) -> None:
    was, now = _contents(stored), _contents(computed)
    if stale := [row.pk for key, row in stored.items() if was[key] != now.get(key)]:
        model._default_manager.filter(pk__in=stale).delete()
    if fresh := [row for key, row in computed.items() if was.get(key) != now[key]]:
        model._default_manager.bulk_create(fresh)


def _retire_cards(state: _State, erased: set[UUID]) -> None:
    """Keep the numbers of those erased, and nothing else: nobody must get a card that somebody still carries."""
    held = {row.card_no for id_, row in state.stored.items() if id_ in erased and row.card_no}
    held |= {number for (id_, number) in state.stored_former if id_ in erased}
    for entry in state.entries:  # told only now: from the next time on its words are gone
        if entry.reader in erased and entry.kind in {"join", "edit_reader"}:
            words = entry.private if entry.kind == "join" else entry.private.set
            held |= {value for name, value in said(words) if name == "card" and value}
    if new := held - set(FormerCard.objects.filter(card_no__in=held, reader=None).values_list("card_no", flat=True)):
        FormerCard.objects.bulk_create([FormerCard(card_no=number) for number in sorted(new)])


def _joining(row: Reader | None) -> UUID | None:
    return None if row is None else row.joined_op


def _person(row: Reader | None) -> UUID | None:
    """Return under which other id this reader is known, if under any."""
    return None if row is None else row.survivor


def _touches(state: _State) -> dict[str, set[str]]:
    changed = [row for row in (*state.rows.values(), *state.stored.values()) if row is not None]
    kin = {row.survivor for row in changed} - {None}
    touches = {
        "card": {row.card_no for row in changed if row.card_no},
        "likeness": {key for row in changed for key in likenesses(row)},
        "borrowing": {str(id_) for id_ in (*state.rows, *kin)},
        "kinship": {str(id_) for id_, row in state.rows.items() if _person(row) != _person(state.stored.get(id_))},
    }
    # This room stands below circulation and works without it: folds that no room registered are left out.
    known = {fold.subject_type for fold in kinds.folds()}
    return {subject_type: subjects for subject_type, subjects in touches.items() if subject_type in known}
