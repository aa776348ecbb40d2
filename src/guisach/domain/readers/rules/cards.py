"""Card numbers: printed in advance or given out one after another, with a digit that catches a slip of the finger."""

from __future__ import annotations

CARD_LENGTH_MAX = 32
PREFIX = "BD"  # bạn đọc; cards of older systems keep whatever number they have
SERIAL_DIGITS = 7


def normalise_card(text: str) -> str:
    """Return the number as it is compared: no spaces, upper case. Raises ValueError where it cannot be one."""
    number = "".join(text.split()).upper()
    if not 0 < len(number) <= CARD_LENGTH_MAX or not number.isprintable():
        raise ValueError(text[:CARD_LENGTH_MAX])
    return number


def check_digit(digits: str) -> str:
    """Return the Luhn digit (ISO/IEC 7812-1, annex B): catches one wrong digit and most swapped neighbours."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def card_number(serial: int) -> str:
    """Return the card number with this serial, e.g. BD00004127 for 412."""
    digits = f"{serial:0{SERIAL_DIGITS}d}"
    return f"{PREFIX}{digits}{check_digit(digits)}"


def serial_of(number: str) -> int | None:
    """Return the serial of a number of our own making, or None for another's."""
    digits = number.removeprefix(PREFIX)
    if not number.startswith(PREFIX) or len(digits) != SERIAL_DIGITS + 1:
        return None
    if not (digits.isascii() and digits.isdecimal()):
        return None
    return int(digits[:-1])


def is_mistyped(number: str) -> bool:
    """Say whether it looks like one of our numbers but its check digit is wrong."""
    serial = serial_of(number)
    return serial is not None and card_number(serial) != number
