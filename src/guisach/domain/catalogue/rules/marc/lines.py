"""A MARC record as text that a person types, one field per line, and back; nothing is lost on the way.

    LDR 00000nam a2200000 a 4500
    008 260101s2026####vm ...
    245 10 $aDế Mèn phiêu lưu ký$cTô Hoài

In the leader and in 006 to 008, and among the indicators, a blank is written `#`, because there every place counts.
What would be mistaken for a sign of this notation has a backslash before it (`\\$` is a dollar sign in a title).
Subfields whose code is not one letter or digit, which only broken records have, are written `${code}`. A line that
would be read otherwise says what it is: `=` before the text of a control field whose tag does not begin with 00,
`~` before the indicators of a data field whose tag does.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming

LEADER_TAG = "LDR"
BLANK = "#"
_COUNTED = frozenset({"006", "007", "008"})
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNESCAPES = {"n": "\n", "r": "\r", "t": "\t", "s": " "}
_ESCAPE = r"\\u\{[0-9a-fA-F]{1,6}\}|\\."
_ESCAPED = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|(.))", re.DOTALL)
_SIGN = re.compile(rf"{_ESCAPE}|.", re.DOTALL)
_SUBFIELD = re.compile(rf"\$(?:\{{((?:{_ESCAPE}|[^\\}}])*)\}}|({_ESCAPE}|[^\\{{]))((?:{_ESCAPE}|[^\\$])*)", re.DOTALL)
# Blanks typed as blanks: "500    $a…", "245 1  $a…". What is written here never looks so.
_SLOPPY_MARKS = re.compile(r"(?:  ?(?= \$)|  (?=\$)|[0-9] (?= \$))")
_TAG = re.compile(rf"(?:{_ESCAPE}|[^\\ ])*", re.DOTALL)


class LineFault(NamedTuple):
    """A line that cannot be read: counted from 1, and why (`no_tag`, `no_subfield`, `code_missing`)."""

    line: int
    code: str
    text: str


class Read(NamedTuple):
    """What the lines say; where there are faults, the lines at fault are left out of the record."""

    record: Incoming
    faults: tuple[LineFault, ...]
    lines: tuple[int, ...]
    """The line of each field, in the order of the fields."""


def write_lines(record: Incoming) -> str:
    """Write the whole record, the leader first."""
    return "\n".join([f"{LEADER_TAG} {_blanks_shown(record.leader)}", *map(write_field, record.fields)])


def write_field(field: Field) -> str:
    """Write one field as one line."""
    tag = _escaped(field.tag, " ") or "\\e"
    if tag == LEADER_TAG:
        tag = f"\\{tag}"
    is_control_tag = field.tag.startswith("00")
    if not field.subfields and not field.indicators:
        if field.tag in _COUNTED:
            return f"{tag} {_blanks_shown(field.value)}"
        if is_control_tag:
            text = _escaped(field.value, "")
            return f"{tag} \\{text}" if text.startswith("~") else f"{tag} {text}"
        return f"{tag} ={_escaped(field.value, '')}"
    marks = "".join("#" if mark == " " else _escaped(mark, "#$=~") for mark in field.indicators)
    body = "".join(_subfield(code, value) for code, value in field.subfields)
    return f"{tag} {'~' if is_control_tag else ''}{marks} {body}"


def read_lines(text: str) -> Read:
    """Read what a person wrote or left as it was; blank lines are passed over."""
    leader = " " * 24
    fields: list[Field] = []
    places: list[int] = []
    faults: list[LineFault] = []
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if not line.strip():
            continue
        tag_text, rest = _split_tag(line)
        if tag_text == LEADER_TAG:
            leader = _blanks_read(rest)
            continue
        field = _read_field(tag_text, rest)
        if isinstance(field, Field):
            fields.append(field)
            places.append(number)
        else:
            faults.append(LineFault(number, field, line[:200]))
    return Read(Incoming(leader, tuple(fields)), tuple(faults), tuple(places))


def write_text(text: str) -> str:
    """Write a value, a tag or a code for a box of one line: what a browser would drop or change is named."""
    return _escaped(text, "")


def read_text(text: str) -> str:
    """Read what `write_text` wrote, or what a person typed in its place; a line break typed is a blank."""
    return _unescaped(" ".join(text.splitlines()) if "\n" in text or "\r" in text else text)


def write_marks(text: str) -> str:
    """Write indicators, a leader or coded data, with blanks as `#`."""
    return _blanks_shown(text)


def read_marks(text: str) -> str:
    """Read what `write_marks` wrote."""
    return _blanks_read(text)


def _split_tag(line: str) -> tuple[str, str]:
    match = _TAG.match(line)
    end = match.end() if match else 0
    return line[:end], line[end + 1 :]


def _read_field(tag_text: str, rest: str) -> Field | str:
    if not tag_text:
        return "no_tag"
    tag = "" if tag_text == "\\e" else _unescaped(tag_text)
    if tag.startswith("00"):
        if not rest.startswith("~"):
            return Field(tag, "", (), _blanks_read(rest) if tag in _COUNTED else _unescaped(rest))
        rest = rest[1:]
    elif rest.startswith("="):
        return Field(tag, "", (), _unescaped(rest[1:]))
    elif rest.startswith("~"):
        rest = rest[1:]
    marks_text, rest = _split_marks(rest)
    marks = "".join(" " if sign == "#" else _unescaped(sign) for sign in _signs(marks_text))
    subfields: list[tuple[str, str]] = []
    at = 0
    while at < len(rest):
        match = _SUBFIELD.match(rest, at)
        if match is None:
            return "code_missing" if rest[at] == "$" else "no_subfield"
        braced, code, value = match.groups()
        subfields.append((_unescaped(braced if braced is not None else code), _unescaped(value)))
        at = match.end()
    if not marks and not subfields:
        return "no_subfield"
    return Field(tag, marks, tuple(subfields))


def _split_marks(rest: str) -> tuple[str, str]:
    """Part the indicators from the subfields: by a blank, or where the first subfield begins."""
    sloppy = _SLOPPY_MARKS.match(rest)
    if sloppy is not None:
        return sloppy[0].ljust(2)[:2].replace(" ", BLANK), rest[sloppy.end() :].lstrip(" ")
    at = 0
    for sign in _signs(rest):
        if sign in {" ", "$"}:
            break
        at += len(sign)
    # A person may write "245 10$aTitle", or no indicators at all where there are none to give.
    return rest[:at], rest[at + 1 :] if rest[at : at + 1] == " " else rest[at:]


def _signs(text: str) -> list[str]:
    return _SIGN.findall(text)


def _subfield(code: str, value: str) -> str:
    is_plain = len(code) == 1 and code.isascii() and code.isalnum()
    name = code if is_plain else "{" + _escaped(code, "}").replace("$", "\\$") + "}"
    return f"${name}{_escaped(value, '$')}"


def _escaped(text: str, signs: str) -> str:
    return "".join(
        _ESCAPES.get(sign)
        or ("\\s" if sign == " " and " " in signs else f"\\{sign}" if sign in signs else _visible(sign))
        for sign in text
    )


def _visible(sign: str) -> str:
    """Keep what a browser sends back as it is; name what it would drop or change."""
    return sign if sign.isprintable() else f"\\u{{{ord(sign):x}}}"


def _unescaped(text: str) -> str:
    def read(match: re.Match[str]) -> str:
        number, sign = match.groups()
        if number is not None:
            code = int(number, 16)
            return chr(code) if code <= 0x10FFFF else match[0]
        return _UNESCAPES.get(sign, sign)

    return _ESCAPED.sub(read, text)


def _blanks_shown(text: str) -> str:
    return "".join("#" if sign == " " else _escaped(sign, "#~") for sign in text)


def _blanks_read(text: str) -> str:
    return "".join(" " if sign == "#" else _unescaped(sign) for sign in _signs(text))
