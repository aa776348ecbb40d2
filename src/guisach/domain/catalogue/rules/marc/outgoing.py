"""Records as they leave the house: MARC with a control number, Dublin Core, and a print to know them again by."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from guisach.domain.catalogue.rules.drafts import RecordDraft
from guisach.domain.catalogue.rules.marc.composing import compose
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, from_json
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries import RecordView


OWN_SOURCE: Final = "guisach."
"""How the names of all provinces' catalogues begin, in MARC 003."""

# Types of DCMI (Dublin Core's own list) by kind of material; everything else is text.
_DCMI = {
    "MAP": "Image",
    "VISUAL": "StillImage",
    "VIDEO": "MovingImage",
    "SOUND": "Sound",
    "COMPUTER": "Software",
    "KIT": "Collection",
}
# Whatever one of the two formats cannot carry and the other can: control characters, lone surrogates, U+FFFD.
_LOST = re.compile("[\0-\x1f\x7f\ud800-\udfff\ufffd\ufffe\uffff]+")


def readable(record: RecordView, marc: str) -> Incoming:
    """Return the stored MARC, or where that cannot be read one made of what is known."""
    try:
        found = from_json(marc)
    except ValueError:
        found = Incoming("", ())
    return found if found.fields else compose(draft_from(record), local_date(record.created_at))


def draft_from(record: RecordView) -> RecordDraft:
    """Return the words of a stored record as a draft."""
    return RecordDraft(
        title=record.title,
        subtitle=record.subtitle,
        authors=tuple(record.authors or filter(None, [record.author])),
        publisher=record.publisher,
        published_at_place=record.published_at_place,
        year=record.year,
        edition=record.edition,
        language=record.language,
        ddc=record.ddc,
        kind=record.kind,
        audience=record.audience,
        subjects=tuple(record.subjects),
        series=record.series,
        isbns=tuple(record.isbns),
        issns=tuple(record.issns),
        other_titles=tuple(record.other_titles),
        extent=record.extent,
        summary=record.summary,
    )


def named(marc: Incoming, repository: str, id_: int) -> Incoming:
    """Give a record without control number ours, so that whoever takes it can tell it from others later.

    One that says whose it is (003), but not its number there, stays as it is: it is not ours to say more.
    """
    if any(field.tag in {"001", "003"} for field in marc.fields):
        return marc
    own = (Field("001", "", (), str(id_)), Field("003", "", (), repository))
    return Incoming(marc.leader, (*own, *marc.fields))


def print_of(marc: Incoming) -> str:
    """Return a SHA-256 of what a record says, the same whether it travelled as ISO 2709 or as MARCXML.

    Left out is what writing it out changes: lengths and character set in the leader, control characters, and a
    control number that one of our own catalogues gave it. Two records with the same print say the same.
    """
    is_ours = any(field.tag == "003" and field.value.startswith(OWN_SOURCE) for field in marc.fields)
    leader = marc.leader.ljust(24)
    parts = [leader[5:9] + leader[17:20]]
    for tag, indicators, subfields, value in marc.fields:
        if is_ours and tag in {"001", "003"}:
            continue
        mark = tag[:3].rjust(3, "0")
        if not subfields and not indicators:
            parts.append(f"{mark}={value}")
            continue
        parts.append(mark + indicators.ljust(2)[:2])
        parts += [f"{code}‡{text}" for code, text in subfields if code or text]
    said = "¶".join(parts)
    if not said.isprintable() or "\ufffd" in said:  # the look is fast, and needed for few
        said = _LOST.sub(" ", said)
    return sha256(said.encode("utf-8", "replace")).hexdigest()


def print_of_text(marc: str) -> str:
    """Return the print of a stored record; empty, which is nobody's, where it cannot be read."""
    try:
        return print_of(from_json(marc))
    except ValueError:
        return ""


def dublin_core(record: RecordView, address: str) -> list[tuple[str, str]]:
    """Return a record as pairs of Dublin Core element and value; `address` is that of its page."""
    title = f"{record.title}: {record.subtitle}" if record.subtitle else record.title
    authors = record.authors or [record.author]
    publisher = " : ".join(filter(None, (record.published_at_place, record.publisher)))
    pairs = [
        ("title", title),
        *(("creator" if i == 0 else "contributor", name) for i, name in enumerate(authors)),
        *(("subject", subject) for subject in record.subjects),
        ("subject", record.ddc),
        ("description", record.summary),
        ("publisher", publisher),
        ("date", str(record.year or "")),
        ("type", _DCMI.get(record.kind, "Text")),
        ("format", record.extent),
        *(("identifier", f"urn:isbn:{isbn}") for isbn in record.isbns),
        ("identifier", address),
        ("language", record.language),
        ("relation", record.series),
    ]
    return [(name, value) for name, value in pairs if value]


def schema_org(record: RecordView, address: str, publisher_of_page: str = "") -> dict[str, object]:
    """Return a record as schema.org describes books and the like, for search engines."""
    kinds = {
        "MAP": "Map", "MUSIC": "SheetMusic", "SOUND": "AudioObject", "VIDEO": "VideoObject",
        "VISUAL": "VisualArtwork", "SERIAL": "Periodical", "ARTICLE": "Article", "LAW": "Legislation",
        "MANUSCRIPT": "Manuscript",
    }  # fmt: skip
    language = {"vie": "vi", "eng": "en", "fre": "fr", "fra": "fr", "chi": "zh", "zho": "zh", "rus": "ru"}
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": kinds.get(record.kind, "Book"),
        "@id": address,
        "url": address,
        "name": record.title,
        "alternativeHeadline": record.subtitle,
        "author": [{"@type": "Person", "name": name} for name in record.authors or filter(None, [record.author])],
        "publisher": {"@type": "Organization", "name": record.publisher} if record.publisher else None,
        "datePublished": str(record.year or ""),
        "bookEdition": record.edition if record.kind not in kinds else "",
        "inLanguage": language.get(record.language, record.language),
        "about": list(record.subjects),
        "isbn": list(record.isbns) if record.kind not in kinds else [],
        "description": record.summary,
        "provider": {"@type": "Library", "name": publisher_of_page} if publisher_of_page else None,
    }
    return {name: value for name, value in found.items() if value}
