"""Computed rows beside the stored ones: what differs, and bringing the table in line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import Model

if TYPE_CHECKING:
    from collections.abc import Iterator

M = TypeVar("M", bound=Model)


@dataclass(slots=True)
class Rows(Generic[M]):
    """Rows of one table by primary key. `fields` are those compared; the key is equal by itself."""

    model: type[M]
    fields: tuple[str, ...]
    computed: dict[Any, M]
    stored: dict[Any, M]

    def differing(self) -> Iterator[Any]:
        """Name the rows that are stored otherwise than they were computed, or are on one side only."""
        for key in self.computed.keys() | self.stored.keys():
            if self.values(self.computed.get(key)) != self.values(self.stored.get(key)):
                yield key

    def replace(self) -> None:
        """Write what differs. Rows go before they come: what may be there only once is never there twice on the way."""
        differing = list(self.differing())
        if stale := [key for key in differing if key in self.stored]:
            self.model._default_manager.filter(pk__in=stale).delete()
        if fresh := [self.computed[key] for key in differing if key in self.computed]:
            self.model._default_manager.bulk_create(fresh, batch_size=1000)

    def update(self) -> None:
        """Write what differs where no row stands in another's way: fewer questions than to replace them."""
        differing = list(self.differing())
        if fresh := [self.computed[key] for key in differing if key in self.computed]:
            self.model._default_manager.bulk_create(
                fresh,
                batch_size=1000,
                update_conflicts=True,
                update_fields=list(self.fields),
                unique_fields=[self.model._meta.pk.name],
            )
        if gone := [key for key in differing if key not in self.computed]:
            self.model._default_manager.filter(pk__in=gone).delete()

    def sides(self, key: Any) -> Iterator[M]:
        """Give the row as it was computed and as it is stored, as far as there is one."""
        yield from (side[key] for side in (self.computed, self.stored) if key in side)

    def values(self, row: M | None) -> tuple[Any, ...] | None:
        """Give what of a row is compared."""
        return None if row is None else tuple(getattr(row, name) for name in self.fields)
