"""Refusals and broken invariants: how the product says no, and how it says "this is our fault"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class DomainError(Exception):
    """An anticipated refusal, told to a person in their own language.

    Each refusal is a subclass beside the action that raises it. `code` is stable and documented: scripts
    and desks rely on it. `text` is a lazily translated sentence with named placeholders filled from `data`,
    and says what to do next. `overridable` says that a person with a reason may go on all the same.
    """

    code: ClassVar[str]
    text: ClassVar[str | _StrPromise]
    status: ClassVar[int] = 409
    overridable: ClassVar[bool] = False

    def __init__(self, **data: Any) -> None:
        super().__init__(self.code, data)
        self.data = data

    def __str__(self) -> str:
        return str(self.text) % self.data if self.data else str(self.text)


class InvariantBroken(Exception):
    """Something that must hold does not: a fault of ours, never of the user; logged and shown as such."""
