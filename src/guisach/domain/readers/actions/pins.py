"""PINs of readers: a keeper who sees the reader hands over a start code, and the reader alone chooses the PIN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.readers import queries
from guisach.domain.readers.actions.access import note_access
from guisach.domain.readers.actions.refusals import OF_PIN, CardOrPinWrong, GuardianWishNeeded, ReaderGone
from guisach.domain.readers.actions.tries import count_try, keys_of
from guisach.domain.readers.models import ReaderCode, ReaderPin, ReaderSession, SignInTries
from guisach.domain.readers.rules.joining import ADULT_AGE_YEARS, CHILD_GROUPS, years_between
from guisach.domain.readers.rules.pins import START_CODE_VALID, refusal_of_pin, start_code, tidy_pin
from guisach.kernel.clock import local_date
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from datetime import date, datetime

    from guisach.domain.readers.actions.signing_in import OwnSession
    from guisach.domain.readers.queries import ReaderView
    from guisach.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class FaceToFace:
    """A reader who stands before a keeper at a place."""

    reader: UUID
    staff_id: int
    place: str


def is_minor(reader: ReaderView, *, on: date) -> bool:
    """Tell whether the guardian decides: under 16, or of the children's group where no birth date is known."""
    if reader.birth_on is None:
        return reader.group in CHILD_GROUPS
    return years_between(reader.birth_on, on) < ADULT_AGE_YEARS


@in_one_transaction
def give_start_code(*, met: FaceToFace, guardian_wishes: bool, clock: Clock) -> str:
    """Give a reader who stands at the desk a code to sign in with once; it is told now and kept nowhere.

    A PIN they had ends with it, as do their sessions, and signing in no longer rests. Raises ReaderGone,
    GuardianWishNeeded.
    """
    known = _known(met.reader)
    now = clock()
    if is_minor(known, on=local_date(now)) and not guardian_wishes:
        raise GuardianWishNeeded
    _take_away(known)
    code = start_code()
    ReaderPin.objects.create(
        reader=met.reader,
        secret=make_password(code),
        is_start_code=True,
        expires_at=now + START_CODE_VALID,
        set_at=now,
        has_guardian_wish=guardian_wishes,
    )
    _note(met, "START_CODE", now)
    return code


@in_one_transaction
def let_try_again(*, met: FaceToFace, clock: Clock) -> None:
    """Open signing in again that rests after wrong tries; the PIN stays. Raises ReaderGone."""
    known = _known(met.reader)
    _forget_tries(known)
    _note(met, "UNLOCK", clock())


@in_one_transaction
def take_pin_away(*, met: FaceToFace, clock: Clock) -> None:
    """End a reader's signing in, because they or the guardian wish so. Raises ReaderGone."""
    _take_away(_known(met.reader))
    _note(met, "NO_PIN", clock())


def choose_pin(*, session: OwnSession, pin: str, present: str = "", clock: Clock) -> None:
    """Set the PIN that the signed-in reader chose; the start code is used up, their other sessions end.

    Who has a PIN already says the `present` one; to guess it is throttled as signing in is. Raises ReaderGone,
    CardOrPinWrong, TooManyTries, PinNotDigits, PinEasy.
    """
    known, row = queries.reader(session.reader), ReaderPin.objects.filter(pk=session.reader).first()
    if known is None or row is None:  # taken away at a desk meanwhile
        raise ReaderGone
    chosen = tidy_pin(pin)
    phones = (known.phone, known.guardian_phone)
    code = refusal_of_pin(chosen, card_no=known.card_no, birth_on=known.birth_on, phones=phones)
    if code is not None:
        raise OF_PIN[code]
    if not row.is_start_code:
        count_try(keys_of(known.card_no), clock)
        if not check_password(tidy_pin(present), row.secret):
            raise CardOrPinWrong
    _set_pin(session, row.secret, make_password(chosen), clock)


@in_one_transaction
def _set_pin(session: OwnSession, before: str, secret: str, clock: Clock) -> None:
    known = _known(session.reader)
    row = ReaderPin.objects.filter(pk=known.id, secret=before).first()
    if row is None:
        raise ReaderGone
    row.secret, row.is_start_code, row.expires_at, row.set_at = secret, False, None, clock()
    row.save()
    _forget_tries(known)
    ReaderSession.objects.filter(reader=known.id).exclude(pk=session.digest).delete()
    ReaderSession.objects.filter(pk=session.digest).update(must_choose_pin=False)


def _note(met: FaceToFace, act: str, at: datetime) -> None:
    note_access(staff_id=met.staff_id, act=act, at=at, reader=met.reader, place=met.place)


def _known(reader: UUID) -> ReaderView:
    lock({f"pin:{reader}"})
    known = queries.reader(reader)
    if known is None:
        raise ReaderGone
    return known


def _take_away(reader: ReaderView) -> None:
    ReaderPin.objects.filter(pk=reader.id).delete()
    ReaderCode.objects.filter(pk=reader.id).delete()
    ReaderSession.objects.filter(reader=reader.id).delete()
    _forget_tries(reader)


def _forget_tries(reader: ReaderView) -> None:
    key = SignInTries.key_of("card", reader.card_no)
    lock({f"tries:{key}"})
    SignInTries.objects.filter(pk=key).delete()
