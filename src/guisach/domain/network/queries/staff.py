"""Staff, their appointments, and what these let them do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q

from guisach.domain.network.models import Appointment, Place, Staff
from guisach.domain.network.queries.places import places
from guisach.domain.network.rules import roles
from guisach.domain.network.rules.roles import Appointed, Permission
from guisach.kernel.text import collation_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Grants:
    """What one person may do on one day; asking it costs no query.

    `reach` has every place within the scope of any of their roles, with its commune.
    """

    appointments: tuple[Appointed, ...]
    reach: Mapping[str, str]

    def may(self, permission: Permission, place: Place | str) -> bool:
        """Tell whether they may do it at this place (or place code)."""
        code = place if isinstance(place, str) else place.pk
        return code in self.reach and roles.may(self.appointments, permission, code, self.reach[code])

    def somewhere(self, permission: Permission) -> bool:
        """Tell whether they may do it at all: for menus, and for what belongs to no place (the catalogue)."""
        return roles.may_somewhere(self.appointments, permission)

    def everywhere(self, permission: Permission) -> bool:
        """Tell whether they may do it in the whole province; a list then needs no narrowing by place."""
        return roles.may_everywhere(self.appointments, permission)

    def places(self, permission: Permission) -> list[str]:
        """List the codes of the places where they may do it, in order of code."""
        return [code for code in self.reach if self.may(permission, code)]


NOBODY = Grants((), {})
"""What somebody without a role, or who has not signed in, may do."""


def staff(username: str) -> Staff | None:
    """Find somebody by the name that they sign in with, letters of either case."""
    return Staff.objects.filter(username=username.strip().lower()).first()


def staff_names(usernames: Iterable[str]) -> dict[str, str]:
    """Return the full names of those who sign in with these names, with one query."""
    return dict(Staff.objects.filter(username__in=set(usernames)).values_list("username", "full_name"))


def all_staff() -> list[Staff]:
    """List everybody by username, with their appointments already read (`.appointments.all()`)."""
    appointments = Appointment.objects.select_related("place", "commune").order_by("-active_from", "pk")
    return list(Staff.objects.order_by("username").prefetch_related(Prefetch("appointments", appointments)))


def appointments_of(person: Staff, on: date | None = None) -> list[Appointment]:
    """List a person's appointments in force that day (all of them without a day), newest first."""
    found = person.appointments.select_related("place", "commune").order_by("-active_from", "pk")
    return list(_in_force(found, on) if on else found)


def permissions_of(person: Staff, on: date) -> Grants:
    """Give what a person may do that day; two queries at most. Nobody who was switched off may do anything."""
    if not person.is_active:
        return NOBODY
    return _grants(_in_force(Appointment.objects.filter(staff_id=person.pk), on))


def places_of_staff(person: Staff, on: date, permission: Permission = Permission.LEND) -> list[Place]:
    """List the places in service that day where the person may do it, by name."""
    found = places(codes=permissions_of(person, on).places(permission), on=on)
    return sorted(found, key=lambda place: collation_key(place.name))


def standing_of(username: str, place_code: str, on: date) -> str:
    """Say what an operation of this person at this place is stamped with: LIBRARIAN, KEEPER or nothing."""
    return standings_of([(username, place_code)], on)[username, place_code]


def standings_of(acts: Collection[tuple[str, str]], on: date) -> dict[tuple[str, str], str]:
    """Say it for many (username, place code) at once, with two queries at most: every operation that comes in asks.

    Never refuses: somebody unknown, switched off, or without a role there simply has no standing. No place (an
    empty code) means the province: only a role held for all of it counts there.
    """
    held = _in_force(
        Appointment.objects.filter(staff__username__in={username for username, _ in acts}, staff__is_active=True), on
    )
    by_person: dict[str, list[Appointed]] = {}
    home: dict[str, str] = {}
    for username, role, place, commune, at_home in held.values_list(
        "staff__username", "role", "place_id", "commune_id", "place__commune_id"
    ):
        by_person.setdefault(username, []).append(Appointed(role, place or "", commune or ""))
        if place:
            home[place] = at_home
    # Most people act where they are appointed: only other places have to be looked up.
    elsewhere = {place for username, place in acts if place and place not in home and username in by_person}
    if elsewhere:
        home |= dict(Place.objects.filter(pk__in=elsewhere).values_list("pk", "commune_id"))
    return {
        (username, place): roles.standing(by_person.get(username, []), place, home.get(place, ""))
        if place in home or not place
        else ""
        for username, place in acts
    }


def _in_force(appointments: QuerySet[Appointment], on: date) -> QuerySet[Appointment]:
    return appointments.filter(Q(active_to__isnull=True) | Q(active_to__gt=on), active_from__lte=on)


def _grants(appointments: QuerySet[Appointment]) -> Grants:
    rows = appointments.order_by("pk").values_list("role", "place_id", "commune_id", "place__commune_id")
    held = tuple(Appointed(role, place or "", commune or "") for role, place, commune, _home in rows)
    if not held:
        return NOBODY
    if all(one.place for one in held):
        home = {place: at_home for _role, place, _commune, at_home in rows if place and at_home}
        return Grants(held, dict(sorted(home.items())))
    within = Place.objects.all()
    if not any(one.is_province_wide for one in held):
        within = within.filter(
            Q(pk__in=[one.place for one in held if one.place])
            | Q(commune__in=[one.commune for one in held if one.commune])
        )
    return Grants(held, dict(within.order_by("pk").values_list("pk", "commune_id")))
