"""How Vietnamese readers write numbers, dates and times; one place, so that every page agrees."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import gettext

_MINUS = "\u2212"


def number(value: object, places: int | None = None) -> str:
    """Write 1234.5 as ``1.234,5``; `places` fixes the decimals, without it trailing zeros go.

    What is not a number comes back as text, and None as an empty string: a page is never lost for a figure.
    """
    if value is None or value == "":
        return ""
    try:
        # Nine places hide what binary fractions leave behind (0.1 + 0.2) and no figure of ours has more.
        exact = Decimal(str(round(value, 9) if isinstance(value, float) else value))
    except InvalidOperation:
        return str(value)
    if not exact.is_finite():
        return str(value)
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    whole, _, fraction = f"{abs(exact):,f}".partition(".")
    if places is None:
        fraction = fraction.rstrip("0")
    text = whole.replace(",", ".") + ("," + fraction if fraction else "")
    return _MINUS + text if exact < 0 else text


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def day(value: date | None) -> str:
    """Write a date, or the local day of an instant, as ``22/11/2026``."""
    return f"{_local(value):%d/%m/%Y}" if value else ""


def weekday(value: date | None) -> str:
    """Write a date with its weekday: ``Chủ nhật 22/11/2026``."""
    if not value:
        return ""
    names = (
        gettext("Monday"),
        gettext("Tuesday"),
        gettext("Wednesday"),
        gettext("Thursday"),
        gettext("Friday"),
        gettext("Saturday"),
        gettext("Sunday"),
    )
    return f"{names[_local(value).weekday()]} {day(value)}"


def moment(value: datetime | None) -> str:
    """Write an instant in local time as ``22/11/2026 07:05``."""
    return f"{_local(value):%d/%m/%Y %H:%M}" if value else ""


def month(value: datetime) -> str:
    """Write of an instant only its month, in local time, as ``tháng 11/2026``."""
    return gettext("in %(month)s") % {"month": f"{_local(value):%m/%Y}"}
