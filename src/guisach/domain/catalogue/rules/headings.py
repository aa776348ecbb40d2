"""Headings: the keys that they are found and sorted by, and which authority a heading belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import AccessPoint, Description, PointKind
from guisach.domain.catalogue.rules.marc.incoming import from_json
from guisach.domain.catalogue.rules.marc.isbd import direct_name, sentence
from guisach.domain.catalogue.rules.marc.points import SUBDIVISION
from guisach.kernel.text import collation_key, exact_syllables, folded_syllables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TEXT_LENGTH, DATES_LENGTH, KEY_LENGTH, ORDER_LENGTH = 300, 60, 300, 400
HIGHEST = "\U0010ffff"  # sorts behind everything that a key has


class Keys(NamedTuple):
    """What a heading is looked up by; see the columns of the same names."""

    key: str
    twin: str
    order: str


def keys_of(text: str) -> Keys:
    """Work out the keys of a heading.

    >>> keys_of("Nguyễn, Nhật Ánh")[:2]
    ('nguyen nhat anh', 'anh nguyen nhat')
    """
    words = folded_syllables(text)
    return Keys(" ".join(words)[:KEY_LENGTH], " ".join(sorted(words))[:KEY_LENGTH], collation_key(text)[:ORDER_LENGTH])


def key_of(text: str) -> str:
    """Work out only the folded key."""
    return " ".join(folded_syllables(text))[:KEY_LENGTH]


def as_kept(points: Iterable[AccessPoint]) -> tuple[AccessPoint, ...]:
    """Cut access points to what the columns hold, each once."""
    return tuple(
        dict.fromkeys(
            point
            if len(point.text) <= TEXT_LENGTH and len(point.dates) <= DATES_LENGTH
            else point._replace(text=point.text[:TEXT_LENGTH].rstrip(), dates=point.dates[:DATES_LENGTH].rstrip())
            for point in points
        )
    )


def points_of_text(marc: str) -> tuple[AccessPoint, ...]:
    """Read the access points out of a stored record; none where it cannot be read."""
    try:
        described = describe(from_json(marc))
    except ValueError:
        return ()
    return as_kept(described.points) if isinstance(described, Description) else ()


def settled_form(kind: str, text: str) -> str:
    """Return a heading in the form in which it would be read out of a record, so that nothing is changed for ever."""
    parts = text.split(SUBDIVISION) if kind not in (PointKind.PERSON, PointKind.BODY, PointKind.SERIES) else [text]
    text = SUBDIVISION.join(filter(None, map(_settled, parts)))
    if kind == PointKind.PERSON:
        text = _settled(direct_name(text, is_vietnamese=False))
    return text[:TEXT_LENGTH].rstrip()


def _settled(text: str) -> str:
    while (shorter := sentence(text)) != text:
        text = shorter
    return text


def main_part(text: str) -> str:
    """Return a heading without its subdivisions."""
    return text.partition(SUBDIVISION)[0]


def exact_form(text: str) -> str:
    """Return what two ways of writing one heading share: neither case, punctuation nor the tone's place count."""
    return " ".join(exact_syllables(text))


def same_dates(one: str, other: str) -> bool:
    """Say whether dates do not contradict each other: one of them is missing, or both are the same."""
    return not one or not other or _bare(one) == _bare(other)


def _bare(dates: str) -> str:
    return "".join(sign for sign in dates if sign.isalnum() or sign in "-–").replace("–", "-")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An authority that a heading may belong to."""

    id: int
    kind: str
    heading: str
    dates: str
    variants: tuple[str, ...]


def belongs_to(kind: str, text: str, dates: str, candidates: Sequence[Candidate]) -> int | None:
    """Return the one authority whose heading or variant this is; None where none is, or it is not certain which.

    A form of the whole heading goes before one of its main part, a heading before a variant, equal dates before
    missing ones. Marks count: "Hòa" and "Hoa" are different names, "Hòa" and "Hoà" are not.
    """
    fitting = [one for one in candidates if one.kind == kind and same_dates(one.dates, dates)]
    for form in dict.fromkeys((exact_form(text), exact_form(main_part(text)))):
        for found in (
            [one for one in fitting if exact_form(one.heading) == form],
            [one for one in fitting if any(exact_form(variant) == form for variant in one.variants)],
        ):
            if len(found) > 1:
                found = [one for one in found if dates and one.dates] or [one for one in found if not one.dates]
            if len(found) == 1:
                return found[0].id
            if found:
                return None
    return None


def looks_alike(one: str, other: str) -> bool:
    """Say whether two headings with the same folded syllables may be one, so that a person should look.

    Marks that differ make two names ("Trường Chinh", "Trương Chính") unless one of them was written without any;
    another order makes one only where the end was put before the beginning ("Ánh, Nguyễn Nhật").

    >>> looks_alike("Nguyễn Nhật Ánh", "Ánh, Nguyễn Nhật"), looks_alike("Thanh Hải", "Hải Thanh")
    (True, False)
    """
    these, those = exact_syllables(one), exact_syllables(other)
    if folded_syllables(one) == these or folded_syllables(other) == those:  # no marks at all
        these, those = folded_syllables(one), folded_syllables(other)
    if these == those:
        return True
    is_turned = any(these[i:] + these[:i] == those for i in range(1, len(these)))
    return is_turned and (len(these) > 2 or "," in one or "," in other)


def form_wanted(text: str, dates: str, candidate: Candidate) -> tuple[str, str]:
    """Return the text and dates that a heading of this authority should have."""
    main = main_part(text)
    is_whole = exact_form(text) in {exact_form(one) for one in (candidate.heading, *candidate.variants)}
    wanted = candidate.heading if is_whole else candidate.heading + text[len(main) :]
    return wanted[:TEXT_LENGTH].rstrip(), candidate.dates or dates


def is_as_wanted(kind: str, text: str, dates: str, candidate: Candidate) -> bool:
    """Say whether a heading already has the form of its authority."""
    wanted, wanted_dates = form_wanted(text, dates, candidate)
    turned = direct_name(wanted, is_vietnamese=True) if kind == PointKind.PERSON else wanted
    return text in {wanted, turned} and dates == wanted_dates
