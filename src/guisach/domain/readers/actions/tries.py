"""Tries to sign in are counted as wrong before the secret is compared: a thousand at once are a thousand tries."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.readers.actions.refusals import TooManyTries
from guisach.domain.readers.models import SignInTries
from guisach.domain.readers.rules.cards import normalise_card
from guisach.domain.readers.rules.waits import (
    OF_ADDRESS,
    OF_CARD,
    OF_CODES,
    OF_CODES_FROM_ADDRESS,
    OF_REGISTRATIONS,
    Patience,
)
from guisach.kernel.clock import LOCAL
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from guisach.kernel.clock import Clock


def number_of(card: str) -> str:
    """Return the card number as it is compared; empty for what cannot be one."""
    try:
        return normalise_card(card)
    except ValueError:
        return ""


def keys_of(card: str, address: str = "") -> dict[str, Patience]:
    """Return under which keys a try is counted, with how patient we are: the card as typed, and the address, if any."""
    keys = {SignInTries.key_of("card", number_of(card)): OF_CARD}
    return {**keys, SignInTries.key_of("address", _network(address)): OF_ADDRESS} if address else keys


def code_keys_of(card: str, address: str) -> dict[str, Patience]:
    """Return under which keys it is counted that somebody asks for a code to be sent."""
    return {
        SignInTries.key_of("code", number_of(card)): OF_CODES,
        SignInTries.key_of("codes from", _network(address)): OF_CODES_FROM_ADDRESS,
    }


def registration_keys_of(address: str) -> dict[str, Patience]:
    """Return under which keys it is counted that somebody registers."""
    return {SignInTries.key_of("registration", _network(address)): OF_REGISTRATIONS}


def enrolment_keys_of(address: str) -> dict[str, Patience]:
    """Return under which keys it is counted that a device wants to be enrolled."""
    return {SignInTries.key_of("enrolment", _network(address)): OF_ADDRESS}


def keeper_keys_of(username: str, address: str) -> dict[str, Patience]:
    """Return under which keys it is counted that somebody of the staff proves on a desk who they are."""
    return {
        SignInTries.key_of("keeper", username.strip().lower()): OF_CARD,
        SignInTries.key_of("keepers from", _network(address)): OF_ADDRESS,
    }


@in_one_transaction
def count_try(keys: dict[str, Patience], clock: Clock) -> None:
    """Count a try before it is made. Raises TooManyTries while one of the keys rests; that is not counted."""
    lock({f"tries:{key}" for key in keys})
    now = clock()
    rows = {row.key: row for row in SignInTries.objects.filter(pk__in=list(keys))}
    rests = [row.rests_until for row in rows.values() if row.rests_until is not None and row.rests_until > now]
    if rests:
        raise TooManyTries(until=f"{max(rests).astimezone(LOCAL):%H:%M %d/%m/%Y}")
    for key, patience in keys.items():
        row = rows.get(key) or SignInTries(key=key, failures=0, last_at=now)
        is_old = now - row.last_at > patience.forgets_after
        row.failures = 1 if is_old else row.failures + 1
        row.last_at = now
        wait = patience.wait_after(row.failures)
        row.rests_until = now + wait if wait else None
        row.save()
    SignInTries.objects.filter(last_at__lt=now - OF_CARD.forgets_after).delete()


def forgive(keys: dict[str, Patience]) -> None:
    """Take the try back that turned out right: with it all of the card's, one of the address's."""
    lock({f"tries:{key}" for key in keys})
    for row in SignInTries.objects.filter(pk__in=list(keys)):
        patience = keys[row.key]
        if patience is OF_CARD:
            row.delete()
            continue
        row.failures = max(row.failures - 1, 0)
        if not patience.wait_after(row.failures):
            row.rests_until = None
        row.save()


def _network(address: str) -> str:
    """Return what stands for one household or machine: an IPv4 address, the /64 of an IPv6 one."""
    try:
        read: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return ""
    if isinstance(read, IPv6Address) and read.ipv4_mapped is None:
        return str(ip_network((read, 64), strict=False))
    return str(read if isinstance(read, IPv4Address) else read.ipv4_mapped)
