"""Titles with names in several forms, and short ways to ask what the lists say."""

from __future__ import annotations

from guisach.domain.catalogue import actions
from guisach.domain.catalogue.actions import authorities as acts
from guisach.domain.catalogue.models import Record
from guisach.domain.catalogue.queries import authorities as queries
from guisach.domain.catalogue.rules.drafts import draft_of
from guisach.domain.catalogue.rules.marc.authority_records import AuthorityDraft
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import Description, PointKind
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, from_json, to_json
from guisach.domain.catalogue.steps import Origin, announce, begin, insert_records, new_row
from guisach.domain.journal.steps import in_one_transaction
from tests import builders

CLOCK = builders.Clock()


@in_one_transaction
def title(name: str, *fields: tuple[object, ...], language: str = "vie") -> int:
    """Make a record: `title("Dế Mèn", ("100", "1 ", ("a", "Tô Hoài")), …)`; returns its id."""
    begin()
    coded = Field("008", "", (), f"261120s2026    vm {' ' * 17}{language}  ")
    named = Field("245", "10", (("a", name),))
    others = [Field(str(tag), str(marks), tuple(pairs)) for tag, marks, *pairs in fields]  # type: ignore[arg-type]
    record = Incoming("00000nam a2200000 a 4500", (coded, named, *others))
    described = describe(record)
    assert isinstance(described, Description)
    row = new_row(draft_of(described), to_json(record), Origin(), CLOCK())
    insert_records([row])
    announce([row.pk])
    return row.pk


def by(name: str, *more: tuple[str, str], tag: str = "100") -> tuple[object, ...]:
    """Return the field of an author."""
    return (tag, "1 " if "," in name else "0 ", ("a", name), *more)


def authority(heading: str, *variants: str, kind: PointKind = PointKind.PERSON, dates: str = "") -> int:
    """Add an authority and return its id."""
    return acts.add_authority(draft=AuthorityDraft(kind, heading, dates, "", variants), clock=CLOCK)


def subfields(record: int, tag: str) -> list[list[tuple[str, str]]]:
    """Return the subfields of the fields with a tag as they are stored."""
    marc = from_json(Record.objects.get(pk=record).marc)
    return [list(field.subfields) for field in marc.fields if field.tag == tag]


def listed(use: str = "AUTHOR") -> dict[str, int]:
    """Return a list of headings with their numbers of titles."""
    actions.follow_headings()
    return {
        f"{view.text}, {view.dates}" if view.dates else view.text: view.titles for view in queries.headings(use=use)
    }
