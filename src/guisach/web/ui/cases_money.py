"""Cases about what was taken from readers, in words: doubt never costs a reader money."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guisach.web.ui.cases_shape import CaseText

MONEY_CASES: dict[str, CaseText] = {
    "compensation_to_give_back": CaseText(
        _("A reader gave something for a book that is no longer lost"),
        _("The book turned up, or was never lost. What the reader gave for it is to be given back, whole."),
        (
            _("Tell the reader that the book was found."),
            _("Open the slip and give back what was given; then this case goes by itself."),
        ),
        ("GIVEN_BACK", "TALKED", "AS_IS"),
    ),
    "given_back_twice": CaseText(
        _("Given back twice to a reader"),
        _("Two desks wrote down that the same was given back. The first counts; the second changed nothing."),
        (
            _("Look at the slips on paper: was it handed out once or twice?"),
            _("If it was once, take the second back. The reader is asked for nothing."),
        ),
        ("WRONG_SCAN", "TALKED", "AS_IS"),
    ),
    "given_back_otherwise": CaseText(
        _("Another amount was given back than was taken"),
        _("It counts as given back. The slips show two different amounts."),
        (_("Compare both slips. If the reader got less, give them the rest."),),
        ("MENDED", "TALKED", "AS_IS"),
    ),
    "given_back_unknown": CaseText(
        _("Given back although nobody wrote down that it was taken"),
        _("It changed nothing. The slip of taking it may still be on its way, or was taken back."),
        (_("Ask the place for the slip on paper. If it arrives, this case goes by itself."),),
        ("PASSED_ON", "WRONG_SCAN", "AS_IS"),
    ),
}
