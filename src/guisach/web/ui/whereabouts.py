"""Why a copy that nobody has cannot be had, in a few words for readers and staff alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from guisach.domain.circulation.queries import Availability


def away_text(copy: Availability) -> str:
    """Say why a copy is not to be had although it is not on loan; empty where it is."""
    if copy.trouble == "DAMAGED":
        return _("damaged, waits to be mended")
    if copy.trouble:
        return _("being looked for")
    if copy.going_to:
        return _("on its way to another place")
    return _("set aside for a reader") if copy.is_set_aside else ""
