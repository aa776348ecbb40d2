"""What the machine says of a line of paper that it does not understand, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_PROBLEMS: dict[str, _StrPromise] = {
    "day_missing": _("Which day? Write it once; the lines below follow it."),
    "day_unreadable": _("This is no day. Write it as 5/11 or 05/11/2026."),
    "day_to_come": _("This day has not come yet. Please compare it with the sheet."),
    "day_too_old": _("This day is more than two years ago. Please compare it with the sheet."),
    "book_missing": _("Which book? Write its number or its title."),
    "book_unknown": _("No book of this place has this number or these words. Fewer words of the title may do."),
    "book_several": _("Which of these books?"),
    "who_missing": _("Who took it? Write the name or the card number."),
    "who_unknown": _("No reader of this place has this name or number."),
    "who_several": _("Which of these readers?"),
    "line_used_up": _("This line was taken back several times. Please write the loan down at the desk."),
    "visits_recorded": _("Visitors of this sheet are written down: %(n)s."),
    "uses_recorded": _("Documents read here, of this sheet, are written down: %(n)s."),
}


def problem(code: str) -> str:
    """Say a problem in the language in force."""
    return str(_PROBLEMS[code])
