"""Staff come, are appointed, change their password, and go; nobody is ever deleted, since the log names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from guisach.domain.network.models import Appointment, Commune, Place, Role, Staff
from guisach.domain.network.queries.staff import staff as find_staff
from guisach.domain.network.rules.folder import username as read_username
from guisach.domain.network.rules.passwords import first_password
from guisach.domain.network.rules.sheets import BadCellError
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.utils.functional import _StrPromise


class StaffUnknown(DomainError):
    """Nobody signs in with that name."""

    code = "staff_unknown"
    status = 404
    text: ClassVar[str | _StrPromise] = _("Nobody signs in with the name “%(username)s”.")


class UsernameTaken(DomainError):
    """Somebody has the name already."""

    code = "username_taken"
    text: ClassVar[str | _StrPromise] = _("Somebody signs in with the name “%(username)s” already: choose another.")


class UsernameUnusable(DomainError):
    """The name cannot be used to sign in."""

    code = "username_unusable"
    text: ClassVar[str | _StrPromise] = _(
        "“%(username)s” cannot be used to sign in: take 3 to 40 letters without marks, digits, "
        "full stops, hyphens or underscores, beginning with a letter or a digit."
    )


class NameMissing(DomainError):
    """The person has no name."""

    code = "name_missing"
    text: ClassVar[str | _StrPromise] = _("Give the person's full name, in 80 characters at most.")


class PasswordTooWeak(DomainError):
    """The password would be guessed; `reasons` are in the language in force."""

    code = "password_too_weak"
    text: ClassVar[str | _StrPromise] = _("This password is too easy to guess: %(reasons)s")


class ScopeUnknown(DomainError):
    """The place or commune of an appointment does not exist, or both were named."""

    code = "scope_unknown"
    text: ClassVar[str | _StrPromise] = _(
        "Choose one place that exists, or one commune that exists, or neither for the whole province."
    )


class RoleUnknown(DomainError):
    """No such role."""

    code = "role_unknown"
    text: ClassVar[str | _StrPromise] = _("There is no role “%(role)s”.")


class AppointedAlready(DomainError):
    """The person holds the role there on that day."""

    code = "appointed_already"
    text: ClassVar[str | _StrPromise] = _("%(name)s holds this role there already.")


class AppointmentUnknown(DomainError):
    """No such appointment, or it has ended."""

    code = "appointment_unknown"
    status = 404
    text: ClassVar[str | _StrPromise] = _("This appointment does not exist or has ended already.")


class EndsBeforeStart(DomainError):
    """An appointment cannot end before it began."""

    code = "ends_before_start"
    text: ClassVar[str | _StrPromise] = _("An appointment cannot end before it began (%(start)s).")


@dataclass(frozen=True, slots=True)
class NewStaff:
    """Somebody new and their first password, which is told this once and kept nowhere."""

    staff: Staff
    password: str


@transaction.atomic(durable=True)
def add_staff(*, username: str, full_name: str, at: datetime, password: str | None = None) -> NewStaff:
    """Add somebody who may sign in; a password is made up when none is given.

    Raises UsernameUnusable, UsernameTaken, NameMissing or PasswordTooWeak.
    """
    try:
        name = read_username(username.strip().lower())
    except BadCellError:
        raise UsernameUnusable(username=username) from None
    full_name = " ".join(full_name.split())
    if not 0 < len(full_name) <= 80:
        raise NameMissing
    person = Staff(username=name, full_name=full_name, created_at=at)
    chosen = _give_password(person, password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        raise UsernameTaken(username=name) from None
    return NewStaff(person, chosen)


@transaction.atomic(durable=True)
def set_password(*, username: str, password: str | None = None) -> str:
    """Change a password and return it; one is made up when none is given. Other sessions end at once.

    Raises StaffUnknown or PasswordTooWeak.
    """
    person = _person(username)
    chosen = _give_password(person, password)
    person.save(update_fields=["password"])
    return chosen


@transaction.atomic(durable=True)
def set_active(*, username: str, is_active: bool) -> Staff:
    """Switch somebody off or on again; switched off they can neither sign in nor do anything."""
    person = _person(username)
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    return person


@transaction.atomic(durable=True)
def appoint(*, username: str, role: str, on: date, place: str | None = None, commune: str | None = None) -> Appointment:
    """Give somebody a role from that day: at a place, in a commune, or (neither) in the whole province.

    Raises StaffUnknown, RoleUnknown, ScopeUnknown or AppointedAlready.
    """
    person = _person(username)
    if role not in Role.values:
        raise RoleUnknown(role=role)
    place, commune = place or None, commune or None
    if (
        (place and commune)
        or (place and not Place.objects.filter(pk=place).exists())
        or (commune and not Commune.objects.filter(pk=commune).exists())
    ):
        raise ScopeUnknown
    held = person.appointments.filter(role=role, place_id=place, commune_id=commune)
    # An earlier one that has ended by that day is no obstacle; one that begins later would overlap.
    if any(one.active_to is None or one.active_to > on for one in held):
        raise AppointedAlready(name=person.full_name)
    return Appointment.objects.create(staff=person, role=role, place_id=place, commune_id=commune, active_from=on)


@transaction.atomic(durable=True)
def end_appointment(*, appointment: int, on: date) -> Appointment:
    """End an appointment: that day it no longer counts. Ended on its first day it never counted.

    Raises AppointmentUnknown or EndsBeforeStart.
    """
    held = Appointment.objects.select_for_update().filter(pk=appointment).first()
    if held is None or (held.active_to is not None and held.active_to <= on):
        raise AppointmentUnknown
    if on < held.active_from:
        raise EndsBeforeStart(start=f"{held.active_from:%d/%m/%Y}")
    held.active_to = on
    held.save(update_fields=["active_to"])
    return held


def _person(username: str) -> Staff:
    person = find_staff(username)
    if person is None:
        raise StaffUnknown(username=username)
    # Read again under the lock: two who change one person follow each other.
    return Staff.objects.select_for_update().get(pk=person.pk)


def _give_password(person: Staff, password: str | None) -> str:
    if password is not None:
        try:
            validate_password(password, person)
        except ValidationError as weak:
            raise PasswordTooWeak(reasons=" ".join(weak.messages)) from None
    chosen = password if password is not None else first_password()
    person.set_password(chosen)
    return chosen
