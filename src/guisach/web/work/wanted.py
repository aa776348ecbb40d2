"""For whom a book in hand is wanted, and the button that says what was done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from guisach.domain.network.queries import place as place_of
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.web.work.shell import fresh_op
from guisach.web.work.slips import Offer, person_name

if TYPE_CHECKING:
    from guisach.domain.circulation.queries import RequestView, Wanted
    from guisach.domain.readers.queries import ReaderView
    from guisach.web.ui.access import Duty


def who_waits(asked: RequestView, reader: ReaderView | None, duty: Duty) -> str:
    """Name the reader to who may know it; to others the number that stands on the slip in the book."""
    return person_name(reader, duty) or _("pick-up number %(number)s") % {"number": asked.number}


def for_whom(wanted: Wanted, duty: Duty) -> tuple[str, Offer]:
    """Say what a book that just came back is wanted for; a name that is shown leaves a trace."""
    asked = wanted.request
    reader = readers.reader(asked.reader) if asked.reader else None
    if reader is not None and person_name(reader, duty):
        note_access(staff_id=duty.person.pk, act="RETURN", at=duty.at, reader=reader.id, place=duty.here)
    who = who_waits(asked, reader, duty)
    hidden = (("op", fresh_op()), ("code", wanted.plan.barcode), ("request", str(asked.op)), ("to", asked.pickup))
    act = reverse("work:request_act")
    if asked.pickup == duty.here:
        note = _("A reader waits for it: set it aside for %(who)s.") % {"who": who}
        return note, Offer(act, _("Set aside"), (("do", "set_aside"), *hidden), key="Alt+G", is_quiet=False)
    there = place_of(asked.pickup)
    name = there.name if there else asked.pickup
    note = _("A reader waits for it at %(place)s: send it there for %(who)s.") % {"place": name, "who": who}
    label = _("Sent to %(place)s") % {"place": name}
    return note, Offer(act, label, (("do", "send"), *hidden), key="Alt+G", is_quiet=False)
