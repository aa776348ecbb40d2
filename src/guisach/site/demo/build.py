"""Builds the demonstration province in an empty database."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue import actions as catalogue
from guisach.domain.catalogue import queries as catalogue_queries
from guisach.domain.catalogue.actions.following import follow_headings
from guisach.domain.journal import actions as journal
from guisach.domain.journal.queries.checking import count_operations
from guisach.domain.network import actions as network
from guisach.domain.network import queries
from guisach.kernel.clock import LOCAL
from guisach.kernel.errors import DomainError
from guisach.site.demo import particulars
from guisach.site.demo.people import villagers
from guisach.site.demo.stock import DATA, stocked
from guisach.site.demo.vouchers import receive_vouchers
from guisach.site.demo.year import END, write_year

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from guisach.domain.network.models import Place


class NotEmpty(DomainError):
    """The demonstration is for an empty database: it must never mix with a province that works."""

    code = "database_not_empty"
    text = _("There is a province in this database already. For the demonstration, point GUISACH_DATA elsewhere.")


@dataclass(frozen=True, slots=True)
class Built:
    """What was made, and the passwords of the staff, told this once."""

    places: int
    titles: int
    copies: int
    readers: int
    operations: int
    passwords: Mapping[str, str]


def build(seed: int, progress: Callable[[str, int, int], object]) -> Built:
    """Build the province of this seed. Raises NotEmpty. `progress` is told (step, done, of how many)."""
    if count_operations() or catalogue_queries.count_records() or queries.province():
        raise NotEmpty
    rng = random.Random(f"guisach-{seed}")  # noqa: S311  (a demonstration, not a secret)
    began = datetime.combine(END - timedelta(days=400), time(8), tzinfo=LOCAL)
    progress("network", 0, 1)
    network.load_province(network.DATA / "cao-bang", at=began)
    passwords = network.load_province(DATA, at=began).passwords
    places = queries.places(on=END)
    titles, shelves = stocked(rng, places)
    titles = [*particulars.titles(), *titles]
    ids: list[int] = []
    for start in range(0, len(titles), 500):
        progress("catalogue", start, len(titles))
        ids += catalogue.add_many(titles=titles[start : start + 500], clock=lambda: began)
    particulars.fill(random.Random(f"guisach-particulars-{seed}"), titles, ids, places)  # noqa: S311  (as above)
    follow_headings()
    people = villagers(rng, places, END)
    open_days = {place.code: frozenset(queries.open_weekdays(place.code)) for place in places}
    operations = write_year(rng, places, people, shelves, open_days, _actors(places))
    _record(operations, progress)
    copies = sum(len(title.copies) for title in titles)
    copies += receive_vouchers(random.Random(f"guisach-vouchers-{seed}"), ids)  # noqa: S311  (as above)
    return Built(len(places), len(titles), copies, len(people), len(operations), passwords)


def _actors(places: Sequence[Place]) -> dict[str, str]:
    """Return who keeps each place: the person appointed there, else the provincial librarian."""
    actors = {place.code: "hoa" for place in places}
    for person in queries.all_staff():
        for appointment in person.appointments.all():
            if appointment.place_id is not None:
                actors[appointment.place_id] = person.username
    return actors


def _record(operations: Sequence[dict[str, object]], progress: Callable[[str, int, int], object]) -> None:
    """Hand the year to the journal's own door, in batches, each received when its last operation happened."""
    hub = queries.staff("hoa")
    if hub is None:
        raise NotEmpty
    source = journal.workbench_source(staff=hub, at=datetime.fromisoformat(str(operations[0]["wall"])))
    for start in range(0, len(operations), journal.BATCH_MAX):
        progress("journal", start, len(operations))
        batch = operations[start : start + journal.BATCH_MAX]
        received_at = datetime.fromisoformat(str(batch[-1]["wall"])) + timedelta(minutes=5)
        journal.record(operations=batch, by=source, clock=lambda at=received_at: at)  # type: ignore[misc]
