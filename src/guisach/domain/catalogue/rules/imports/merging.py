"""Two descriptions of one book made into one: theirs over ours, chosen fields of theirs, or only what we lack.

What belongs to this house stays in every case: where copies stand (852, 9xx), links (856), local notes (59x).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.rules.imports.policies import FIELD_GROUPS
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming
from guisach.domain.catalogue.rules.standard_numbers import isbn13, issn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_IDENTITY = frozenset({"001", "003", "005"})
_LOCAL = frozenset({"090", "099", "852", "856", "876", "877", "878"})
_COPIES = frozenset({"852", "876", "877", "878"})
# Numbers and notes of the other house about its own record, and fields that lean on others by number.
_NOT_OURS = frozenset({"010", "016", "029", "035", "040", "042", "049", "090", "099", "880"})
_GROUP_OF = {tag: name for name, tags in FIELD_GROUPS.items() for tag in tags}


def is_local(tag: str) -> bool:
    """Tell whether a field says something about this house rather than about the book."""
    return tag[:1] == "9" or tag[:2] == "59" or tag in _LOCAL


def overlaid(
    ours: Incoming, theirs: Incoming, chosen: tuple[str, ...] = (), *, keeps_identity: bool = True
) -> Incoming:
    """Take theirs, or the chosen fields of theirs and what we lack; local fields of ours always stay.

    `keeps_identity`: whose number the record has stays ours. Records of different formats are not mixed.
    """
    if _is_unimarc(ours) != _is_unimarc(theirs):
        return ours if keeps_identity or chosen else theirs
    if chosen:
        taken = {field.tag for field in theirs.fields if _is_chosen(field.tag, chosen) and not is_local(field.tag)}
        kept = [field for field in ours.fields if field.tag not in taken]
        mixed = _with(kept, [field for field in theirs.fields if field.tag in taken])
        return completed(Incoming(ours.leader, mixed), theirs)
    superseded = {(field.tag, value) for field in theirs.fields for value in field.all("p")}
    there = set(theirs.fields)
    staying = [
        field
        for field in ours.fields
        if is_local(field.tag)
        and field not in there
        and not any((field.tag, value) in superseded for value in field.all("p"))
    ]
    if not keeps_identity:
        return theirs if not staying else Incoming(theirs.leader, _with(theirs.fields, staying))
    own = [field for field in ours.fields if field.tag in _IDENTITY]
    rest = [field for field in theirs.fields if field.tag not in _IDENTITY]
    return Incoming(theirs.leader, _with([*own, *rest], staying))


def completed(ours: Incoming, theirs: Incoming) -> Incoming:
    """Keep ours, and add of theirs what we have nothing of; returns ours itself where that is nothing."""
    if _is_unimarc(ours) != _is_unimarc(theirs):
        return ours
    groups = {_group(field.tag) for field in ours.fields}
    numbers = {number for field in ours.fields for number in _numbers(field)}
    there = set(ours.fields)
    added = []
    for field in theirs.fields:
        tag = field.tag
        if tag < "010" or tag in _NOT_OURS or tag in _COPIES or tag[:1] == "9" or field in there:
            continue
        if _group(tag) == "numbers" and "numbers" in groups:
            wanted = bool(set(_numbers(field)) - numbers)
        else:
            wanted = is_local(tag) or _group(tag) not in groups
        if wanted:
            added.append(field._replace(subfields=tuple(pair for pair in field.subfields if pair[0] != "6")))
    return Incoming(ours.leader, _with(ours.fields, added)) if added else ours


def _is_unimarc(record: Incoming) -> bool:
    tags = {field.tag for field in record.fields}
    return "200" in tags and "245" not in tags


def _group(tag: str) -> str:
    return _GROUP_OF.get(tag, tag)


def _is_chosen(tag: str, chosen: tuple[str, ...]) -> bool:
    return any(
        tag in FIELD_GROUPS.get(one, ()) or tag == one or (one[1:] == "xx" and tag[0] == one[0]) for one in chosen
    )


def _numbers(field: Field) -> Iterable[str]:
    read: Callable[[str], str] | None = {"020": isbn13, "022": issn}.get(field.tag)
    return filter(None, map(read, field.all("a"))) if read else ()


def _with(fields: Iterable[Field], more: Iterable[Field]) -> tuple[Field, ...]:
    """Put fields among others, each behind those with a tag not above its own."""
    found = list(fields)
    for field in more:
        at = next((i for i in range(len(found), 0, -1) if found[i - 1].tag <= field.tag), 0)
        found.insert(at, field)
    return tuple(found)
