"""The fold of counts, as the journal calls it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from guisach.domain.circulation.models import Tally
from guisach.domain.circulation.rules.tally_fold import fold_tallies
from guisach.domain.journal import kinds
from guisach.domain.journal.queries.histories import public_subjects
from guisach.domain.journal.rules.history import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guisach.domain.journal.rules.history import History


class TallyFold:
    """Counts of a place on a day are the sum of what its devices counted (SYNC row 22)."""

    subject_type = "tally"
    reads_private = False
    is_private = False
    is_derived = False

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Add up."""
        results: dict[str, Result] = {}
        sums: dict[str, dict[tuple[str, str], int]] = {}
        for subject, history in histories.items():
            history.result.outcomes.update(dict.fromkeys((entry.op for entry in history.entries), "COUNTED"))
            results[f"tally:{subject}"] = history.result
            sums[subject] = fold_tallies(history.entries)
        return kinds.Folding(results, {"sums": sums, "stored": _stored_tallies(sums)}, {})

    def project(self, folding: kinds.Folding) -> None:
        """Write the sums that differ."""
        fresh: list[Tally] = []
        stale: list[int] = []
        for subject, computed in folding.state["sums"].items():
            stored: dict[tuple[str, str], Tally] = folding.state["stored"].get(subject, {})
            place, _, on = subject.rpartition(":")
            stale += [tally.pk for key, tally in stored.items() if key not in computed]
            for (measure, group), count in computed.items():
                known = stored.get((measure, group))
                if known is None or known.count != count:
                    fresh.append(Tally(place=place, on=on, measure=measure, group=group, count=count))
        if stale:
            Tally.objects.filter(pk__in=stale).delete()
        Tally.objects.bulk_create(
            fresh,
            update_conflicts=True,
            update_fields=["count"],
            unique_fields=["place", "on", "measure", "group"],
        )

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Compare the sums."""
        for subject, computed in folding.state["sums"].items():
            stored = {key: tally.count for key, tally in folding.state["stored"].get(subject, {}).items()}
            if stored != computed:
                yield f"tally {subject}: stored {stored}, the log says {computed}"

    def subjects(self) -> Iterable[str]:
        """Return every place and day of the log and of the table."""
        counted = Tally.objects.values_list("place", "on").distinct().order_by()
        return public_subjects(self.subject_type) | {f"{place}:{on}" for place, on in counted}

    def rows(self) -> Iterator[str]:
        """Return the sums."""
        for tally in Tally.objects.iterator(chunk_size=2000):
            yield f"tally|{tally.place}|{tally.on}|{tally.measure}|{tally.group}|{tally.count}"


def _stored_tallies(subjects: Iterable[str]) -> dict[str, dict[tuple[str, str], Tally]]:
    wanted = [subject.rpartition(":") for subject in subjects]
    found: dict[str, dict[tuple[str, str], Tally]] = defaultdict(dict)
    for tally in Tally.objects.filter(place__in={w[0] for w in wanted}, on__in={w[2] for w in wanted}):
        found[f"{tally.place}:{tally.on}"][tally.measure, tally.group] = tally
    return found
