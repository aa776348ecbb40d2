"""Registering oneself on the portal: a note for the place where the card is made, and nothing more until then."""

from __future__ import annotations

import secrets
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.readers.actions.enrolment import ask
from guisach.domain.readers.actions.refusals import RegistrationGone, RegistrationsFull
from guisach.domain.readers.actions.tries import count_try, registration_keys_of
from guisach.domain.readers.models import Registration
from guisach.kernel.clock import local_date
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from guisach.domain.readers.rules.joining import Applicant
    from guisach.kernel.clock import Clock

VALID: Final = timedelta(days=30)
WAITING_MAX: Final = 300  # at one place
_ALPHABET: Final = "ACDEFHJKLMNPRTUVWXY3479"  # nothing that is read wrongly or said wrongly
_CODE_LENGTH: Final = 5


def register(*, applicant: Applicant, place: str, address: str, clock: Clock) -> str:
    """Note who wants a card at a place; returns the code to be said there. Nobody looks whether they are a reader.

    Raises the refusals of joining (what is asked at the desk is asked here), TooManyTries, RegistrationsFull.
    """
    ask(applicant, on=local_date(clock()))
    count_try(registration_keys_of(address), clock)
    return _keep(replace(applicant, household=None), place, clock)


@in_one_transaction
def _keep(applicant: Applicant, place: str, clock: Clock) -> str:
    now = clock()
    lock({f"registrations:{place}"})
    if Registration.objects.filter(place=place, expires_at__gt=now).count() >= WAITING_MAX:
        raise RegistrationsFull
    said = {name: value for name, value in asdict(applicant).items() if value}
    if applicant.birth_on is not None:
        said["birth_on"] = applicant.birth_on.isoformat()
    while True:
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
        _row, is_new = Registration.objects.get_or_create(
            code=code, defaults={"place": place, "said": said, "created_at": now, "expires_at": now + VALID}
        )
        if is_new:
            return code


@in_one_transaction
def end_registration(*, code: str) -> None:
    """The card is made, or is not to be made: forget what was said. Raises RegistrationGone."""
    if not Registration.objects.filter(pk=code).delete()[0]:
        raise RegistrationGone


@in_one_transaction
def forget_registrations(*, clock: Clock) -> int:
    """Delete those for which nobody came in time; returns how many."""
    return Registration.objects.filter(expires_at__lte=clock()).delete()[0]
