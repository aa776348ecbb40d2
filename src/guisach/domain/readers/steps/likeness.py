"""Who may have been written down twice."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.journal import kinds
from guisach.domain.journal.rules.history import Result
from guisach.domain.readers.models import Reader
from guisach.domain.readers.steps.naming import case_about, likenesses, subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from guisach.domain.journal.rules.history import History


class LikenessFold:
    """Suggests, never decides, that two readers are one: same name and birth date, or same phone (SYNC row 13)."""

    subject_type = "likeness"
    reads_private = False
    is_private = False
    is_derived = True

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Find the readers who share each likeness."""
        names = {key[1:].rpartition("|")[0] for key in histories if key[0] == "n"}
        phones = {key[1:] for key in histories if key[0] == "p"}
        alike: dict[str, dict[UUID, Reader]] = defaultdict(dict)
        known = Reader.objects.filter(survivor__isnull=True)
        by_name = known.filter(folded_name__in=names) if names else known.none()
        by_phone = known.filter(phone__in=phones) if phones else known.none()
        for reader in (*by_name, *by_phone):
            for key in likenesses(reader):
                alike[key][reader.pk] = reader
        results: dict[str, Result] = {}
        for key in histories:
            result = results[subject("likeness", key)] = Result()
            found = sorted(alike[key].values(), key=lambda reader: (reader.joined_at, str(reader.joined_op)))
            if len(found) > 1:
                result.cases.append(
                    case_about(
                        "same_phone" if key[0] == "p" else "same_name_and_birth", [_joining(one) for one in found]
                    )
                )
        return kinds.Folding(results, {}, {})

    def project(self, folding: kinds.Folding) -> None:
        """Nothing to keep but the cases."""

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Nothing to compare but the cases."""
        return iter(())

    def subjects(self) -> Iterable[str]:
        """Return every likeness of every reader."""
        return {key for reader in Reader.objects.iterator(chunk_size=2000) for key in likenesses(reader)}

    def rows(self) -> Iterator[str]:
        """Nothing of its own."""
        return iter(())


def _joining(reader: Reader) -> tuple[UUID, str, datetime]:
    return reader.joined_op, reader.place, reader.joined_at
