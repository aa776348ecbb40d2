"""Days on which there is no service: holidays, floods, stocktaking."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guisach.domain.network.models import Closure, Commune, Place
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrPromise

LONGEST_DAYS = 366


class ClosureUnusable(DomainError):
    """The days run backwards or for more than a year, or nobody says why."""

    code = "closure_unusable"
    status = 422
    text: ClassVar[str | _StrPromise] = _(
        "Please give a first and a last day, at most a year apart, and say why the place is closed."
    )


class ClosureScopeUnknown(DomainError):
    """There is no such place or commune, or both were given."""

    code = "closure_scope_unknown"
    status = 422
    text: ClassVar[str | _StrPromise] = _("Please choose one place, or one commune, or the whole province.")


@transaction.atomic(durable=True)
def close(*, first_on: date, last_on: date, reason: str, place: str = "", commune: str = "") -> int:
    """Note that there is no service from the first to the last day, both included, and return the note's id.

    Without place and commune it is so in the whole network. Raises ClosureUnusable, ClosureScopeUnknown.
    """
    reason = " ".join(reason.split())[:120]
    if not reason or not 0 <= (last_on - first_on).days < LONGEST_DAYS:
        raise ClosureUnusable
    is_known = (not place or Place.objects.filter(pk=place).exists()) and (
        not commune or Commune.objects.filter(pk=commune).exists()
    )
    if (place and commune) or not is_known:
        raise ClosureScopeUnknown
    row = Closure(place_id=place or None, commune_id=commune or None, first_on=first_on, last_on=last_on, reason=reason)
    row.save()
    return row.pk


@transaction.atomic(durable=True)
def take_closure_back(closure: int) -> None:
    """Forget a closure; one that is not there (any more) is no fault."""
    Closure.objects.filter(pk=closure).delete()
