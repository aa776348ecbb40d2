"""What a revoked device brings: which of it was certainly made before the revocation.

The answer depends on which operations of the device are here and on nothing else: not on their order of arrival.
docs/decisions/0049-revoked-devices.md says why it is so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

QUARANTINED = "QUARANTINED"  # kept, not applied: somebody must look at it
LEFT_OUT = "LEFT_OUT"  # looked at, and left out
HELD = (QUARANTINED, LEFT_OUT)
APPLY = "APPLY"  # decisions of a person
LEAVE = "LEAVE"


@dataclass(frozen=True, slots=True)
class Link:
    """An operation as a link of its device's chain in one epoch; `prev` is None where it does not say."""

    op: UUID
    seq: int
    hash: str
    prev: str | None
    eff_at: datetime
    is_sound: bool  # it counts already


def proven(links: Sequence[Link], *, epoch: int, revoked_at: datetime) -> set[UUID]:
    """Return those that do not count yet and were made before the revocation, of one chain in order of its numbers.

    Proof forward: it names the hash of its predecessor, which counts, and its time (bounded from below by what the
    device had seen) lies before the revocation. The first of the first epoch follows the enrolment. Proof backward:
    its successor counts, and names its hash.
    """
    sound = {link.op for link in links if link.is_sound}
    before = len(sound)
    while True:
        for previous, link in zip([None, *links[:-1]], links, strict=True):
            is_next = _follows(previous, link) and previous is not None and previous.op in sound
            is_first = link.seq == 1 and epoch == 1 and link.prev in {"", None}
            if (is_next or is_first) and link.eff_at <= revoked_at:
                sound.add(link.op)
        for link, following in zip(reversed(links[:-1]), reversed(links[1:]), strict=True):
            if following.op in sound and _follows(link, following):
                sound.add(link.op)
        if len(sound) == before:
            return sound - {link.op for link in links if link.is_sound}
        before = len(sound)


def is_broken(previous: Link, link: Link) -> bool:
    """Say whether two neighbours contradict each other: the later one was made after something else."""
    return link.seq == previous.seq + 1 and link.prev is not None and link.prev != previous.hash


def _follows(previous: Link | None, link: Link) -> bool:
    return previous is not None and link.seq == previous.seq + 1 and link.prev == previous.hash
