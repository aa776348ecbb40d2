"""Authorities that headings may belong to, found by their folded keys."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from guisach.domain.catalogue.models import Authority, HeadingKind, Variant
from guisach.domain.catalogue.rules.headings import Candidate, belongs_to, key_of, main_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_AT_ONCE = 5000  # values in one question to the database


def candidates_for(headings: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], list[Candidate]]:
    """Return for headings (kind, text) the authorities with such a form, of the whole or its main part.

    One query where there is no authority at all, else three for every 5,000 keys.
    """
    if not Authority.objects.exists():
        return {}
    keys = {(kind, text): {key_of(text), key_of(main_part(text))} for kind, text in headings}
    every = list({key for found in keys.values() for key in found})
    ids_by_key: dict[tuple[str, str], set[int]] = defaultdict(set)
    for start in range(0, len(every), _AT_ONCE):
        part = every[start : start + _AT_ONCE]
        rows = Authority.objects.filter(key__in=part).values_list("pk", "kind", "key")
        for id_, kind, key in rows:
            ids_by_key[kind, key].add(id_)
        seen = Variant.objects.filter(key__in=part).values_list("authority_id", "authority__kind", "key")
        for id_, kind, key in seen:
            ids_by_key[kind, key].add(id_)
    known = candidates({id_ for ids in ids_by_key.values() for id_ in ids})
    found: dict[tuple[str, str], list[Candidate]] = {}
    for (kind, text), its_keys in keys.items():
        ids = sorted({id_ for key in its_keys for id_ in ids_by_key.get((kind, key), ())})
        if ids:
            found[kind, text] = [known[id_] for id_ in ids]
    return found


def candidates(ids: Iterable[int]) -> dict[int, Candidate]:
    """Return authorities with their variants; two queries for every 5,000."""
    wanted = list(ids)
    found: dict[int, Candidate] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        variants: dict[int, list[str]] = defaultdict(list)
        for id_, text in Variant.objects.filter(authority__in=part).order_by("pk").values_list("authority_id", "text"):
            variants[id_].append(text)
        for id_, kind, heading, dates in Authority.objects.filter(pk__in=part).values_list(
            "pk", "kind", "heading", "dates"
        ):
            found[id_] = Candidate(id_, kind, heading, dates, tuple(variants[id_]))
    return found


_NAMES = (HeadingKind.PERSON.value, HeadingKind.BODY.value)
_SUBJECTS = (HeadingKind.SUBJECT.value, HeadingKind.PLACE_NAME.value, *_NAMES)


def other_forms(named: Iterable[tuple[int, Iterable[str], Iterable[str]]]) -> dict[int, tuple[str, ...]]:
    """Return for records (id, authors, subjects) the other forms of their headings (see from); few queries for all.

    Read from what the records say now, so that search need not wait for the lists of headings.
    """
    rows = list(named)
    known = candidates_for(pair for _id, authors, subjects in rows for pair in _kinds_of(authors, subjects))
    if not known:
        return {}
    forms: dict[tuple[str, str], tuple[str, ...]] = {}
    for (kind, text), fitting in known.items():
        owner = belongs_to(kind, text, "", fitting)
        if owner is not None:
            one = next(candidate for candidate in fitting if candidate.id == owner)
            forms[kind, text] = tuple(form for form in (one.heading, *one.variants) if form != text)
    return {
        id_: tuple(dict.fromkeys(form for pair in _kinds_of(authors, subjects) for form in forms.get(pair, ())))
        for id_, authors, subjects in rows
    }


def _kinds_of(authors: Iterable[str], subjects: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield what the headings may be: (kind, text)."""
    yield from ((kind, text) for text in authors for kind in _NAMES)
    yield from ((kind, text) for text in subjects for kind in _SUBJECTS)
