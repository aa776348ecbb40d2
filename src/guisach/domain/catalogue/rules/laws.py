"""What a record itself says of a legal document: its number and its issuer, offered to whoever fills in the form.

MARC 21 has no field for the number of a Vietnamese legal document. Libraries write it into 086 (number of a
government document), 088 (report number), 024, or into the title; so it is looked for there, and nothing is stored
before a person has seen it. Dates are never taken from anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from guisach.domain.catalogue.rules.marc.incoming import Incoming

# 46/2019/QH14, 93/2020/NĐ-CP, 01/2020/TT-BVHTTDL, 38/QĐ-UBND
_NUMBER: Final = re.compile(r"\b[0-9]{1,5}(?:/[12][0-9]{3})?/[A-ZĐ][A-ZĐ0-9]*(?:-[A-ZĐ]{2,12}[0-9]{0,3}){0,2}\b")
_TAGS: Final = (("086", "a"), ("088", "a"), ("024", "a"), ("245", "abnp"), ("246", "a"), ("500", "a"))
_AT_MOST: Final = 2000  # signs of a field that are looked at


@dataclass(frozen=True, slots=True)
class Offered:
    """What the form is filled with before a person has looked; empty where the record says nothing."""

    number: str = ""
    issuer: str = ""


def offered(record: Incoming) -> Offered:
    """Read number and issuer out of a record, the surest field first."""
    number = ""
    for tag, codes in _TAGS:
        texts = (nfc(" ".join(field.all(codes))[:_AT_MOST]) for field in record.fields if field.tag == tag)
        match = next(filter(None, map(_NUMBER.search, texts)), None)
        if match is not None:
            number = match[0]
            break
    bodies = (field.first("a") for tag in ("110", "710") for field in record.fields if field.tag == tag)
    return Offered(number, next((nfc(body).strip(" .,") for body in bodies if nfc(body).strip(" .,")), "")[:200])
