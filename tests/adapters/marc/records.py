"""Records made for tests: a small ISO 2709 builder that can also build what no cataloguer should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from guisach.domain.catalogue.rules.marc.incoming import Chunk

LEADER = "00000nam a2200000 a 4500"
MEN = "Dế Mèn phiêu lưu ký"


def control(tag: str, value: str) -> Field:
    return Field(tag, "", (), value)


def data(tag: str, *subfields: str, marks: str = "  ") -> Field:
    """Make a data field of subfields written as "aTitle", "bSubtitle"."""
    return Field(tag, marks, tuple((subfield[:1], subfield[1:]) for subfield in subfields))


def book(*more: Field, title: str = MEN, number: str = "cb-0001", leader: str = LEADER) -> Incoming:
    """Make an ordinary record with a title."""
    fields = [control("001", number), control("008", "240531s2024    vm a   j      000 1 vie d")]
    return Incoming(leader, (*fields, data("245", f"a{title}", marks="10"), *more))


def packed(
    record: Incoming,
    *,
    encoding: str = "utf-8",
    lengths: dict[int, int] | None = None,
    starts: dict[int, int] | None = None,
    base: int | None = None,
    total: int | None = None,
    bodies: dict[int, bytes] | None = None,
) -> bytes:
    """Write ISO 2709 with its terminator; the keywords make chosen numbers or fields wrong."""
    raw = [body(field, encoding) for field in record.fields]
    for index, other in (bodies or {}).items():
        raw[index] = other
    directory, position = "", 0
    for index, (field, one) in enumerate(zip(record.fields, raw, strict=True)):
        length = (lengths or {}).get(index, len(one) + 1)
        start = (starts or {}).get(index, position)
        directory += f"{field.tag}{length:04d}{start:05d}"
        position += len(one) + 1
    real_base = len(LEADER) + len(directory) + 1
    real_total = real_base + position + 1
    leader = f"{real_total if total is None else total:05d}{record.leader[5:12]}"
    leader += f"{real_base if base is None else base:05d}{record.leader[17:]}"
    return leader.encode() + directory.encode() + b"\x1e" + b"".join(one + b"\x1e" for one in raw) + b"\x1d"


def body(field: Field, encoding: str = "utf-8") -> bytes:
    if not field.indicators:
        return field.value.encode(encoding)
    subfields = "".join(f"\x1f{code}{value}" for code, value in field.subfields)
    return (field.indicators + subfields).encode(encoding)


def saved(folder: Path, content: bytes, name: str = "records") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def counted(content: bytes) -> int:
    """Count the chunks of ISO 2709 independently of the reader."""
    return sum(bool(chunk.strip()) for chunk in content.split(b"\x1d"))


def reasons(chunks: Sequence[Chunk]) -> list[str]:
    """Return "" for each record that was read and the reason for each that was not."""
    return [chunk.content.reason if isinstance(chunk.content, Unreadable) else "" for chunk in chunks]


def readable(chunk: Chunk) -> Incoming:
    assert isinstance(chunk.content, Incoming), chunk.content
    return chunk.content


def titles(chunks: Sequence[Chunk]) -> list[str]:
    """Return the title of each record that was read."""
    records = [chunk.content for chunk in chunks if isinstance(chunk.content, Incoming)]
    return [field.first("a") for record in records for field in record.fields if field.tag == "245"]
