"""Read the copies that an incoming record announces, by a mapping that is data (`data/holdings.toml`)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming

Subfields = tuple[str, ...]
"""In order of preference; several codes in one are put together."""

_DETAILS = ("branch", "shelf", "call_no", "price", "note", "acquired")
_TAG = re.compile(r"[0-9A-Za-z]{3}")
_CODES = re.compile(r"[0-9a-z](\+[0-9a-z])*")
_FOREIGN = re.compile(r"[$€£¥]|\b(?:usd|eur|gbp|cny|rmb|fr|us)\b", re.IGNORECASE)
_DONG = re.compile(r"(?:vnđ|vnd|đồng|dong|đ|₫|d)\.?$", re.IGNORECASE)
_THOUSANDS = re.compile(r"(\d{1,3}(?P<mark>[., ])\d{3}(?:(?P=mark)\d{3})*)(?:[.,]\d{1,2})?")
_PLAIN = re.compile(r"\d{1,12}(?:[.,]\d{1,2})?")
_ISO_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_LOCAL_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


class MappingError(ValueError):
    """The mapping file does not have the form it must have; the message says where and what to write instead."""


@dataclass(frozen=True, slots=True)
class Source:
    """One way to write copies into a field."""

    tag: str
    name: str
    barcode: Subfields
    pattern: re.Pattern[str] | None
    details: dict[str, Subfields]


Mapping = tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """A copy as the record announces it; texts as they stand, empty when absent."""

    barcode: str
    branch: str = ""
    shelf: str = ""
    call_no: str = ""
    price: str = ""
    note: str = ""
    acquired: str = ""
    source: str = ""


class Unheld(NamedTuple):
    """A field that should announce copies and does not, so that nobody need wonder where they went."""

    tag: str
    reason: str
    """`no_barcode`, `barcode_pattern` or `repeated` (the same barcode twice in one record)."""
    text: str


class Holdings(NamedTuple):
    """What the fields of a record say about copies."""

    copies: tuple[Holding, ...]
    problems: tuple[Unheld, ...]


def describe_holdings(record: Incoming, mapping: Mapping) -> Holdings:
    """Return the copies of a record, and the fields of the mapped tags that gave none."""
    sources: dict[str, list[Source]] = {}
    for source in mapping:
        sources.setdefault(source.tag, []).append(source)
    copies: dict[str, Holding] = {}
    problems: list[Unheld] = []
    for field in record.fields:
        if field.tag not in sources:
            continue
        found, reason = _copies(field, sources[field.tag])
        if not found:
            problems.append(Unheld(field.tag, reason, _shown(field)))
        again = [copy.barcode for copy in found if copies.setdefault(copy.barcode, copy) is not copy]
        problems += [Unheld(field.tag, "repeated", barcode) for barcode in again]
    return Holdings(tuple(copies.values()), tuple(problems))


def _copies(field: Field, sources: list[Source]) -> tuple[list[Holding], str]:
    reason = "no_barcode"
    for source in sources:
        for code in source.barcode:
            barcodes = [barcode for value in field.all(code) if (barcode := nfc(value))]
            if not barcodes:
                continue
            if source.pattern is not None and not all(map(source.pattern.fullmatch, barcodes)):
                reason = "barcode_pattern"
                continue
            return _share_out(field, source, barcodes), ""
    return [], reason


def _share_out(field: Field, source: Source, barcodes: list[str]) -> list[Holding]:
    """Make a copy of each barcode; details that are repeated as often go one to each, others to all."""
    details = {name: _detail(field, choices, len(barcodes)) for name, choices in source.details.items()}
    return [
        Holding(barcode, source=source.name, **{name: values[index] for name, values in details.items()})
        for index, barcode in enumerate(barcodes)
    ]


def _detail(field: Field, choices: Subfields, count: int) -> list[str]:
    for choice in choices:
        codes = choice.split("+")
        if len(codes) > 1:
            joined = " ".join(filter(None, (nfc(field.first(code)) for code in codes)))
            values = [joined] if joined else []
        else:
            values = [text for value in field.all(choice) if (text := nfc(value))]
        if values:
            return values if len(values) == count else [values[0]] * count
    return [""] * count


def _shown(field: Field) -> str:
    text = "".join(f"${code}{value}" for code, value in field.subfields) or field.value
    return nfc(text)[:200]


def load_mapping(text: str) -> Mapping:
    """Read a mapping in the form of `data/holdings.toml`. Raises MappingError with what is wrong and where."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number or brackets without end
        raise MappingError(f"the mapping of copies is not TOML: {error}") from error
    unknown = set(data) - {"source", "branches"}
    if unknown:
        raise MappingError(f"unknown entry {min(unknown)!r}: a mapping has [[source]] tables and perhaps [branches]")
    sources = data.get("source")
    if not isinstance(sources, list) or not sources:
        raise MappingError("a mapping of copies needs at least one [[source]] table")
    return tuple(_source(number, table) for number, table in enumerate(sources, 1))


@cache
def default_mapping() -> Mapping:
    """Return the mapping that the product comes with."""
    return load_mapping((files("guisach.domain.catalogue") / "data" / "holdings.toml").read_text("utf-8"))


def _source(number: int, table: object) -> Source:
    where = f"[[source]] {number}"
    if not isinstance(table, dict):
        raise MappingError(f"{where}: write [[source]], then one entry on each line")
    unknown = set(table) - {"tag", "name", "barcode", "pattern", *_DETAILS}
    if unknown:
        raise MappingError(
            f"{where}: unknown entry {min(unknown)!r}; known are tag, name, barcode, pattern, {', '.join(_DETAILS)}"
        )
    tag = table.get("tag")
    if not isinstance(tag, str) or not _TAG.fullmatch(tag):
        raise MappingError(f'{where}: tag must be three letters or digits in quotes, such as "952"; it is {tag!r}')
    if tag < "010":
        raise MappingError(f"{where}: field {tag} is a control field and has no subfields")
    name = table.get("name", tag)
    if not isinstance(name, str):
        raise MappingError(f"{where}: name must be text in quotes")
    if "barcode" not in table:
        raise MappingError(f'{where}: barcode is missing; write for example barcode = ["p"]')
    details = {detail: _choices(where, detail, table[detail]) for detail in _DETAILS if detail in table}
    return Source(tag, name, _barcode(where, table["barcode"]), _pattern(where, table.get("pattern")), details)


def _barcode(where: str, value: object) -> Subfields:
    choices = _choices(where, "barcode", value)
    if any(len(choice) > 1 for choice in choices):
        raise MappingError(f"{where}: a barcode stands in one subfield; it cannot be put together with +")
    return choices


def _choices(where: str, name: str, value: object) -> Subfields:
    if not isinstance(value, list) or not value:
        raise MappingError(f'{where}: {name} must be a list of subfields, such as ["a", "b"]')
    for one in value:
        if not isinstance(one, str) or not _CODES.fullmatch(one):
            raise MappingError(
                f'{where}: {name} has {one!r}; a subfield is one small letter or digit, or several joined as "h+i"'
            )
    return tuple(value)


def _pattern(where: str, value: object) -> re.Pattern[str] | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise MappingError(f"{where}: pattern must be a regular expression in quotes")
    try:
        return re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:  # the last two: repeats, brackets without measure
        raise MappingError(f"{where}: pattern is no regular expression: {error}") from error


def price_vnd(text: str) -> int | None:
    """Return a price in đồng, or None when there is none or it is in another currency.

    >>> price_vnd("45.000đ"), price_vnd("45000.00"), price_vnd("$7.99")
    (45000, 45000, None)
    """
    text = nfc(text)[:40]
    if _FOREIGN.search(text):
        return None
    text = _DONG.sub("", text).strip()
    match = _THOUSANDS.fullmatch(text)
    if match is not None:
        return int(re.sub(r"\D", "", match[1]))
    return int(re.split("[.,]", text)[0]) if _PLAIN.fullmatch(text) else None


def acquired_on(text: str) -> date | None:
    """Return the day of acquisition: 2024-05-31, 20240531 or 31/5/2024; None for anything else."""
    text = text.strip()
    match = _ISO_DATE.match(text)
    numbers = match.groups() if match else (local.groups()[::-1] if (local := _LOCAL_DATE.match(text)) else None)
    if numbers is None:
        return None
    year, month, day = map(int, numbers)
    try:
        return date(year, month, day)
    except ValueError:
        return None
