"""A reader signs in to their own pages, and out again.

Whoever the card belongs to, if to anybody: one secret is hashed, and one answer given.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare, salted_hmac

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.readers import queries
from guisach.domain.readers.actions.refusals import CardOrPinWrong
from guisach.domain.readers.actions.tries import code_keys_of, count_try, forgive, keys_of, number_of
from guisach.domain.readers.models import ReaderCode, ReaderPin, ReaderSession
from guisach.domain.readers.rules.pins import CODE_TRIES, CODE_VALID, one_time_code, tidy_pin
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from datetime import datetime

    from guisach.domain.readers.rules.waits import Patience
    from guisach.kernel.clock import Clock

IDLE: Final = timedelta(minutes=20)
"""A tablet in a library is shared: who walks away is signed out."""
SESSION_MAX: Final = timedelta(hours=2)
_TOUCH_AFTER: Final = timedelta(minutes=1)  # a page looked at does not always write
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the device keeps, and whether the reader must now choose a PIN (they came with a start code)."""

    token: str
    must_choose_pin: bool


@dataclass(frozen=True, slots=True)
class OwnSession:
    """Who is signed in on this device."""

    digest: str
    reader: UUID
    must_choose_pin: bool


def sign_in(*, card: str, secret: str, address: str, clock: Clock) -> SignedIn:
    """Begin a session with card number and PIN, with the start code of a slip, or with a code that was sent.

    Raises TooManyTries, CardOrPinWrong; neither says whether anybody has the card.
    """
    keys = keys_of(card, address)
    count_try(keys, clock)
    holder, said = _holder(card), tidy_pin(secret)
    pin = ReaderPin.objects.filter(pk=holder).first()
    is_usable = pin is not None and (pin.expires_at is None or clock() < pin.expires_at)
    # An unusable secret costs Django one hash as well.
    kept = pin.secret if pin is not None and is_usable else UNUSABLE_PASSWORD_PREFIX
    is_pin = check_password(said, kept)
    code = ReaderCode.objects.filter(pk=holder, expires_at__gt=clock(), tries__lt=CODE_TRIES).first()
    is_code = constant_time_compare(_code_digest(holder, said), code.digest if code else "")
    if holder == _NOBODY or not (is_pin or is_code):
        ReaderCode.objects.filter(pk=holder).update(tries=F("tries") + 1)
        raise CardOrPinWrong
    return _begin(holder, kept if is_pin else None, keys, clock)


def ask_for_code(*, card: str, address: str, clock: Clock) -> tuple[UUID, str]:
    """Make a one-time code for whoever has the card; returns to whom it is to be sent, and the code.

    Nobody has this id where nobody has the card. An earlier code ends. Raises TooManyTries.
    """
    count_try(code_keys_of(card, address), clock)
    holder, code = _holder(card), one_time_code()
    _keep_code(holder, code, clock)
    return holder, code


@in_one_transaction
def _keep_code(holder: UUID, code: str, clock: Clock) -> None:
    now = clock()
    ReaderCode.objects.filter(expires_at__lte=now).delete()
    ReaderCode.objects.update_or_create(
        pk=holder, defaults={"digest": _code_digest(holder, code), "expires_at": now + CODE_VALID, "tries": 0}
    )


@in_one_transaction
def _begin(reader: UUID, secret: str | None, keys: dict[str, Patience], clock: Clock) -> SignedIn:
    """Let in whoever gave the right secret (None: the code), unless it was changed or used this moment."""
    lock({f"pin:{reader}"})
    if secret is None:
        is_good = bool(ReaderCode.objects.filter(pk=reader).delete()[0])
    else:
        is_good = ReaderPin.objects.filter(pk=reader, secret=secret).exists()
    if not is_good:
        raise CardOrPinWrong
    must_choose = secret is not None and ReaderPin.objects.filter(pk=reader, is_start_code=True).exists()
    now = clock()
    forgive(keys)
    _end_old(now)
    token = secrets.token_urlsafe(32)
    ReaderSession.objects.create(
        digest=_digest(token), reader=reader, begun_at=now, seen_at=now, must_choose_pin=must_choose
    )
    return SignedIn(token, must_choose)


@in_one_transaction
def end_sessions(*, clock: Clock) -> None:
    """Delete the sessions that are over; when somebody was last there concerns nobody afterwards."""
    _end_old(clock())


def _end_old(now: datetime) -> None:
    ReaderSession.objects.filter(Q(seen_at__lt=now - IDLE) | Q(begun_at__lt=now - SESSION_MAX)).delete()


def session_of(token: str, *, at: datetime) -> OwnSession | None:
    """Return who is signed in with this cookie, and note that they are still there; None where nobody is."""
    if not 0 < len(token) <= 100:
        return None
    found = ReaderSession.objects.filter(pk=_digest(token), seen_at__gte=at - IDLE, begun_at__gte=at - SESSION_MAX)
    row = found.values_list("digest", "reader", "must_choose_pin", "seen_at").first()
    if row is None:
        return None
    digest, reader, must_choose, seen_at = row
    if at - seen_at > _TOUCH_AFTER:
        ReaderSession.objects.filter(pk=digest).update(seen_at=at)
    return OwnSession(digest, reader, must_choose)


@in_one_transaction
def sign_out(*, token: str) -> None:
    """End a session; one that is over already stays so."""
    ReaderSession.objects.filter(pk=_digest(token[:100])).delete()


def _holder(card: str) -> UUID:
    return queries.reader_id_by_card(number_of(card)) or _NOBODY


def _code_digest(reader: UUID, code: str) -> str:
    return salted_hmac("guisach.readers.code", f"{reader}:{code}", algorithm="sha256").hexdigest()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
