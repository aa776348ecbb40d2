"""What an import does with a record that may be here already, and the terms under which a file is worked through."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from guisach.domain.catalogue.rules.imports.holdings import default_mapping
from guisach.domain.catalogue.rules.imports.outcomes import Placement, branches, placement

FIELD_GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "numbers": ("020", "022", "024"),
    "language": ("041",),
    "ddc": ("080", "082", "084", "092"),
    "authors": ("100", "110", "111", "700", "710", "711", "720"),
    "title": ("245",),
    "other_titles": ("130", "240", "242", "246", "247", "740"),
    "edition": ("250",),
    "published": ("260", "264"),
    "extent": ("300",),
    "series": ("440", "490", "800", "810", "811", "830"),
    "notes": ("500", "502", "504", "505", "508", "511", "518", "538", "546", "586"),
    "summary": ("520",),
    "subjects": ("600", "610", "611", "630", "648", "650", "651", "653", "655"),
}
"""Fields of MARC 21 that stand for one thing together; a policy names these or single tags."""

_TAG = re.compile(r"\d\d\d|\dxx", re.IGNORECASE)


class PolicyError(ValueError):
    """A policy names a treatment or a field that does not exist; the message says which there are."""


class Treatment(StrEnum):
    """What becomes of a record that is here already, by its numbers or by its words."""

    USUAL = "usual"
    """Newer descriptions with the same number of the same source replace ours; the same book otherwise only fills
    what we lack; whatever may be the same book waits for a person."""
    ADD = "add"
    """Every record is added; only what says the very same is left out."""
    OVERLAY = "overlay"
    """Chosen fields of the same book are taken over; whatever may be the same book waits for a person."""
    ASK = "ask"
    """The same book waits for a person, too."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How records of a source are treated that may be here already."""

    treatment: Treatment = Treatment.USUAL
    overlay_fields: tuple[str, ...] = ()
    """Names of `FIELD_GROUPS`, tags (650) or hundreds (6xx); empty means all but local ones."""
    years_matter: bool = True
    """Whether another year is another edition."""

    def __post_init__(self) -> None:
        wrong = [one for one in self.overlay_fields if one not in FIELD_GROUPS and not _TAG.fullmatch(one)]
        if wrong:
            raise PolicyError(
                f"there is no field {wrong[0]!r}: name tags such as 650 or 6xx, or {', '.join(sorted(FIELD_GROUPS))}"
            )

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept with a source and with an import."""
        return {**asdict(self), "treatment": str(self.treatment), "overlay_fields": list(self.overlay_fields)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Policy:
        """Read what `as_json` gave; what is missing is as usual. Raises PolicyError."""
        try:
            return cls(
                Treatment(values.get("treatment", Treatment.USUAL)),
                tuple(str(one).strip().lower() for one in values.get("overlay_fields", ())),
                bool(values.get("years_matter", True)),
            )
        except ValueError as error:
            raise PolicyError(str(error)) from error


def overlay_fields(text: str) -> tuple[str, ...]:
    """Read what a person lists: "title, 6xx ddc"."""
    return tuple(filter(None, re.split(r"[\s,;]+", text.strip().lower())))


@dataclass(frozen=True, slots=True)
class Terms:
    """How a file is read and matched: the same file under the same terms is the same import."""

    form: str = "MARC"
    """One of the models' `ImportForm`: MARC, TABLE, ISIS, OAI."""
    encoding: str = "auto"
    mapping: str = ""
    """TOML: columns of a table, tags of ISIS, or where copies stand in MARC; empty is the product's own."""
    place: str = ""
    """Code of the place of copies whose branch is not known."""
    source: str = ""
    """Code of the ImportSource, if any."""
    policy: Policy = field(default_factory=Policy)

    def as_json(self) -> dict[str, Any]:
        """Return them as they are kept with an import."""
        return {
            "form": self.form, "encoding": self.encoding, "mapping": self.mapping, "place": self.place,
            "source": self.source, "policy": self.policy.as_json(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Terms:
        """Read what `as_json` gave. Raises PolicyError."""
        words = {
            name: str(values[name]) for name in ("form", "encoding", "mapping", "place", "source") if name in values
        }
        return cls(**words, policy=Policy.from_json(values.get("policy", {})))

    def placement(self) -> Placement:
        """Return how copies are read from records, and where they go. Raises MappingError."""
        if self.form in {"MARC", "OAI"}:
            return placement(self.mapping or None, default=self.place)
        return Placement(default_mapping(), branches(self.mapping) if self.mapping else {}, self.place)
