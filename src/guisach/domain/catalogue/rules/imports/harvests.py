"""What is asked of a repository by OAI-PMH, what it gives, and how Dublin Core becomes a record."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from guisach.domain.catalogue.rules.drafts import RecordDraft
from guisach.domain.catalogue.rules.languages import find_language
from guisach.domain.catalogue.rules.marc.composing import compose
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, Reason, Unreadable
from guisach.domain.catalogue.rules.standard_numbers import isbn13, issn
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

DUBLIN_CORE: Final = "oai_dc"
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_DDC = re.compile(r"\d{3}(?:\.\d+)?")
_LANGUAGES: Final = {
    "vi": "vie", "en": "eng", "fr": "fre", "zh": "chi", "ru": "rus", "de": "ger", "ja": "jpn", "ko": "kor",
    "th": "tha", "lo": "lao", "km": "khm",
}  # fmt: skip
_KINDS: Final = {
    "image": "VISUAL", "stillimage": "VISUAL", "movingimage": "VIDEO", "sound": "SOUND", "software": "COMPUTER",
    "dataset": "COMPUTER", "collection": "KIT", "map": "MAP", "article": "ARTICLE",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a repository is asked for."""

    url: str
    prefix: str = "marc21"
    set_: str = ""
    from_: str = ""
    """An instant or a day, as the repository writes them; empty: everything."""

    def is_continued_by(self, other: Asked) -> bool:
        """Say whether the other asks for the same, perhaps from another day."""
        return replace(self, from_="") == replace(other, from_="")

    def as_json(self) -> dict[str, str]:
        """Return it as it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Asked:
        """Read what `as_json` gave."""
        return cls(**{name: str(values.get(name, "")) for name in ("url", "prefix", "set_", "from_")})


class Item(NamedTuple):
    """A record of a page: its name there, and its bytes, or that it is gone."""

    identifier: str
    datestamp: str
    is_deleted: bool
    metadata: bytes = b""
    """One XML element."""


class Page(NamedTuple):
    """One answer to ListRecords."""

    items: tuple[Item, ...]
    token: str
    """What to go on with; empty: this was the last."""
    answered_at: str
    """By the repository's clock, as it writes it."""


def name_print(asked: Asked, identifier: str) -> str:
    """Return the fingerprint under which is remembered which record a repository means by a name."""
    return sha256(f"oai\n{asked.url}\n{identifier}".encode("utf-8", "replace")).hexdigest()


def named_as(record: Incoming, identifier: str, source: str) -> Incoming:
    """Give a record without a number the repository's name for it, so that it is known again when it changes."""
    if any(field.tag == "001" for field in record.fields):
        return record
    own = [Field("001", "", (), identifier[:80])]
    if not any(field.tag == "003" for field in record.fields):
        own.append(Field("003", "", (), source[:40]))
    return record._replace(fields=(*own, *record.fields))


def dublin_core_record(pairs: Iterable[tuple[str, str]], on: date) -> Incoming | Unreadable:
    """Make a record of the elements of simple Dublin Core; `on` is the day it is entered.

    What has no place in a draft is kept as a note, addresses as links (856).
    """
    by: dict[str, list[str]] = {}
    for name, value in pairs:
        value = nfc(value)
        if value:
            by.setdefault(name, []).append(value)
    title, *others = by.pop("title", [""])
    if not title:
        return Unreadable(Reason.NO_TITLE, "Dublin Core without a title")
    authors = by.pop("creator", []) + by.pop("contributor", [])
    subjects = by.pop("subject", [])
    identifiers = by.pop("identifier", [])
    isbns = list(filter(None, map(isbn13, identifiers)))
    issns = list(filter(None, map(issn, (one for one in identifiers if not isbn13(one)))))
    dates, languages = by.pop("date", []), by.pop("language", [])
    year = next((match[0] for text in dates if (match := _YEAR.search(text))), "")
    codes = [_language(text) for text in languages]
    kinds = [_KINDS.get(text.lower().replace(" ", ""), "") for text in by.get("type", [])]
    publisher, *publishers = by.pop("publisher", [""])
    place, colon, name = publisher.partition(" : ")
    summary = "\n".join(by.pop("description", []))
    draft = RecordDraft(
        title=title[:1000],
        authors=tuple(dict.fromkeys(authors)),
        publisher=name if colon else publisher,
        published_at_place=place if colon else "",
        year=int(year) if year else None,
        language=next(filter(None, codes), ""),
        ddc=next((text for text in subjects if _DDC.fullmatch(text)), ""),
        kind=next(filter(None, kinds), "BOOK"),
        subjects=tuple(dict.fromkeys(text for text in subjects if not _DDC.fullmatch(text))),
        isbns=tuple(dict.fromkeys(isbns)),
        issns=tuple(dict.fromkeys(issns)),
        other_titles=tuple(others),
        extent=next(iter(by.pop("format", [])), ""),
        summary=summary,
    )
    record = compose(draft, on)
    links = [Field("856", "40", (("u", one),)) for one in identifiers if one.startswith(("http://", "https://"))]
    rest = [
        ("identifier", one) for one in identifiers if not one.startswith("http") and not isbn13(one) and not issn(one)
    ]
    rest += [("publisher", one) for one in publishers]
    rest += [("date", text) for text in dates if text != year]
    rest += [("language", text) for text, code in zip(languages, codes, strict=True) if not code]
    rest += [(name, value) for name, values in by.items() for value in values if name != "type" or not draft.kind]
    notes = [Field("590", "  ", (("a", f"{name}: {value}"),)) for name, value in rest]
    return record._replace(fields=(*record.fields, *notes, *links))


def _language(text: str) -> str:
    """Return the code of a language that is named by a code or by its name; empty for what is not known."""
    found = text.strip().lower()
    code = _LANGUAGES.get(found.partition("-")[0]) or find_language(found) or find_language(found.partition("-")[0])
    return code or (found if re.fullmatch("[a-z]{3}", found) else "")
