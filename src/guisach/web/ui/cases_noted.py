"""The words of cases about what somebody wrote down: notes, and the logs of trips."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guisach.web.ui.cases_shape import CaseText

NOTED_CASES: dict[str, CaseText] = {
    "note": CaseText(
        _("A note from the desk"),
        _("Somebody wrote something down that a colleague should read. Nothing was changed by it."),
        (
            _("Read the note below."),
            _("Do what it asks for, or talk with who wrote it."),
        ),
        ("MENDED", "TALKED", "PASSED_ON", "AS_IS"),
    ),
    "odometer_differs": CaseText(
        _("Two readings of the odometer do not agree"),
        _("Two of the crew wrote down different kilometres for one trip. The later one holds meanwhile."),
        (
            _("Ask the driver, or look at the odometer."),
            _("Have the right number written down once more, where the later one is wrong."),
        ),
        ("MENDED", "AS_IS"),
    ),
}
