"""PINs that a reader chooses, and the start code that a keeper hands over on a slip."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

PIN_LENGTH_MIN: Final = 6
PIN_LENGTH_MAX: Final = 12
START_CODE_LENGTH: Final = 8
START_CODE_VALID: Final = timedelta(days=7)
"""Long enough to carry the slip home and come to a telephone with a network."""

CODE_LENGTH: Final = 6
CODE_VALID: Final = timedelta(minutes=10)
CODE_TRIES: Final = 5

_DIGITS: Final = re.compile(r"[0-9]+")
_DATE_FORMS: Final = ("%d%m%Y", "%d%m%y", "%Y%m%d", "%y%m%d", "%m%d%Y", "%m%d%y", "%m%Y", "%Y%m")


def start_code() -> str:
    """Make the code of a slip: random digits, so that the keypad of any telephone will do."""
    return f"{secrets.randbelow(10**START_CODE_LENGTH):0{START_CODE_LENGTH}d}"


def one_time_code() -> str:
    """Make a code that is sent to a reader's telephone or mailbox."""
    return f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}d}"


def tidy_pin(text: str) -> str:
    """Take out what people put between digits to read them; what is no PIN comes back as it was, cut to length."""
    return re.sub(r"[\s.\-]", "", text[: 4 * PIN_LENGTH_MAX])


def refusal_of_pin(pin: str, *, card_no: str, birth_on: date | None, phones: tuple[str, ...] = ()) -> str | None:
    """Say why a PIN cannot be taken, by the code of the refusal; None means it can.

    Refused is what somebody who knows the reader, or has found the card, tries first.
    """
    if not _DIGITS.fullmatch(pin) or not pin.isascii() or not PIN_LENGTH_MIN <= len(pin) <= PIN_LENGTH_MAX:
        return "pin_not_digits"
    if _is_pattern(pin) or (birth_on is not None and _is_date(pin, birth_on)):
        return "pin_easy"
    known = ["".join(re.findall(r"[0-9]", text)) for text in (card_no, *phones)]
    return "pin_easy" if any(pin in number or (number and number in pin) for number in known) else None


def _is_pattern(pin: str) -> bool:
    """Tell whether it is one or two digits, a run up or down, or a piece said over and over."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    is_run = len(steps) == 1
    is_repeated = any(pin == (pin[:n] * len(pin))[: len(pin)] for n in range(1, len(pin) // 2 + 1))
    pairs = {pin[n : n + 2] for n in range(0, len(pin), 2)}
    is_doubled = all(len(set(pair)) == 1 for pair in pairs)  # 112233
    return len(set(pin)) <= 2 or is_run or is_repeated or is_doubled


def _is_date(pin: str, day: date) -> bool:
    return any(pin in {written, written[::-1]} for written in (day.strftime(form) for form in _DATE_FORMS))
