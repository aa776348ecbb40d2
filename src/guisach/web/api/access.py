"""Who is calling, and what they may do where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from guisach.domain.journal.queries import Source, source_of_token
from guisach.domain.network.queries import Grants, permissions_of
from guisach.domain.network.rules.roles import Permission
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from guisach.domain.network.models import Staff


class NotAllowedHere(DomainError):
    """The person's roles do not reach so far."""

    code = "not_allowed"
    status = 403
    text = _("You may not do this at %(place)s. Please ask an administrator of your province.")


class PlaceNeeded(DomainError):
    """Somebody with several places must say which."""

    code = "place_needed"
    status = 422
    text = _("Please say at which place (field “place”): %(places)s.")


@dataclass(frozen=True, slots=True)
class Caller:
    """A script's token resolved: its owner, the source of its operations, and what the owner may do today."""

    staff: Staff
    source: Source
    grants: Grants

    def place(self, wanted: str | None, permission: Permission) -> str:
        """Return the place of an act: the one named, or the caller's only one. Raises the refusals above."""
        allowed = self.grants.places(permission)
        if not wanted:
            if len(allowed) != 1:
                raise PlaceNeeded(places=", ".join(allowed[:10]) or "–")
            return allowed[0]
        if wanted not in allowed:
            raise NotAllowedHere(place=wanted)
        return wanted


class Bearer(HttpBearer):
    """`Authorization: Bearer …` with a token from `guisach token`."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """Resolve a token; None where it is not valid now."""
        now = system_clock()
        found = source_of_token(token[:200], at=now)
        if found is None:
            return None
        source, staff = found
        return Caller(staff, source, permissions_of(staff, local_date(now)))


def caller_of(request: HttpRequest) -> Caller:
    """Return who is calling; only for routes behind `Bearer`."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller
