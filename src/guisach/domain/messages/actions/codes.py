"""One-time codes for signing in: at once, by whatever way arrives, and forgotten as soon as they went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.messages.kinds import Kind, Told, Words
from guisach.domain.messages.kinds import register as register_kind
from guisach.domain.messages.models import Matter, Message
from guisach.domain.messages.queries.contacts import contacts
from guisach.domain.messages.rules.states import Channel, State
from guisach.domain.messages.steps import queue
from guisach.kernel.errors import DomainError
from guisach.kernel.ids import new_id
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrPromise

    from guisach.kernel.clock import Clock

SIGN_IN_CODE: Final = "sign_in_code"
AN_HOUR_MAX: Final = 5  # each may cost money, and nobody needs more
VALID_FOR: Final = timedelta(minutes=10)
_CODE_MAX = 12


class TooManyCodes(DomainError):
    """This reader had several codes within the hour."""

    code = "too_many_codes"
    status = 429
    text: ClassVar[str | _StrPromise] = gettext_lazy(
        "Several codes were sent within the hour. Please wait a little, or sign in with your PIN, or ask at the desk."
    )


@dataclass(frozen=True, slots=True)
class CodeOnItsWay:
    """A code that was queued, and where it goes, told so that only who knows the address recognises it."""

    message: UUID
    channel: str
    hint: str  # "•••678", "a•••@example.org"


@in_one_transaction
def send_code(*, reader: UUID, code: str, clock: Clock, valid_for: timedelta = VALID_FOR) -> CodeOnItsWay | None:
    """Queue a code for signing in, before everything else and at any hour; an earlier one that waits is dropped.

    It goes to the reader's telephone or mailbox, a child's to the guardian's. None: no way to this reader is open,
    or nobody is known by this id (answer the same to both). After `valid_for` it is not sent any more. The code is
    deleted as soon as it went. Raises TooManyCodes after five within an hour; ValueError for no or a long code.
    """
    if not 0 < len(code) <= _CODE_MAX:
        raise ValueError("a code of 1 to 12 signs is wanted")
    now = clock()
    lock([f"messages:{reader}"])
    earlier = Message.objects.filter(reader=reader, kind=SIGN_IN_CODE)
    if earlier.filter(created_at__gt=now - timedelta(hours=1)).count() >= AN_HOUR_MAX:
        raise TooManyCodes
    stale = earlier.filter(state=State.QUEUED)
    Matter.objects.filter(message__in=stale).update(data={})
    stale.update(state=State.CANCELLED, error="newer")
    id_ = queue(
        key=f"code:{new_id()}",
        kind=SIGN_IN_CODE,
        reader=reader,
        at=now,
        data={"code": code},
        not_after=now + valid_for,
    )
    if id_ is None:
        return None
    channel = Message.objects.values_list("channel", flat=True).get(pk=id_)
    return CodeOnItsWay(id_, channel, _hint(contacts([reader], now)[reader].address(channel), channel))


def _hint(address: str, channel: str) -> str:
    if channel == Channel.EMAIL:
        name, _at, host = address.partition("@")
        return f"{name[:1]}•••@{host}"
    return f"•••{address[-3:]}"


def _words(tolds: Sequence[Told]) -> list[Words | None]:
    return [_wording(told.data[0].get("code", "")) for told in tolds]


def _wording(code: str) -> Words | None:
    if not code:
        return None
    values = {"code": code}
    return Words(
        subject=_("Your code for signing in to the library"),
        text=_("%(code)s is your code for signing in to the library. It is good for a few minutes and for you alone.")
        % values,
        short=(_("%(code)s is your library code. Good for a few minutes, for you alone.") % values,),
    )


def register() -> None:
    """Make the kind known."""
    register_kind(
        Kind(
            SIGN_IN_CODE,
            gettext_lazy("code for signing in"),
            _words,
            is_urgent=True,
            is_brief=True,
            is_gathered=False,
        )
    )
