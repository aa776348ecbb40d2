"""What the check of a MARC record found, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from guisach.domain.catalogue.rules.marc.checking import Finding


def said_of(finding: Finding) -> str:
    """Say what was found and what to do about it."""
    return _words()[finding.code] % finding.data


def _words() -> dict[str, str]:
    return {
        "no_title": _("There is no title: field 245 with $a is needed."),
        "leader_length": _("The leader has %(length)s characters; it must have 24."),
        "no_language": _("The language is not said, neither in 008 nor in 041: readers cannot filter by it."),
        "field_twice": _("Field %(tag)s may stand in a record only once."),
        "two_main_entries": _("A record has one main author: field %(other)s is there already. Use 700, 710 or 711."),
        "tag_wrong": _("A tag has three digits or letters: “%(tag)s” is none."),
        "shape_wrong": _("Field %(tag)s is not built as MARC wants it: with or without subfields."),
        "field_empty": _("Field %(tag)s is empty: fill it in or delete it."),
        "indicators_length": _("A field has two indicators; a blank is written #."),
        "code_wrong": _("A subfield's code is one small letter or digit: “%(code)s” is none."),
        "subfield_empty": _("Subfield $%(code)s is empty: fill it in or delete it."),
        "tag_unknown": _("Field %(tag)s is not explained here; it is kept as it is."),
        "indicator_wrong": _("Indicator %(number)s cannot be “%(mark)s”; possible: %(values)s."),
        "subfield_unknown": _("Field %(tag)s has no subfield $%(code)s that is explained here; it is kept as it is."),
        "subfield_twice": _("Subfield $%(code)s may stand here only once."),
        "isbn_wrong": _(
            "“%(value)s” is no valid ISBN: the check digit does not fit. If the book is misprinted, use $z."
        ),
        "issn_wrong": _("“%(value)s” is no valid ISSN: the check digit does not fit."),
        "source_missing": _("Second indicator 7 needs $2 with the source of the codes, such as iso639-3."),
        "language_form": _("A language is a code of three letters: “%(value)s” is none."),
        "language_unknown": _("The language code “%(value)s” has no name here; please look again."),
        "language_needs_iso": _(
            "MARC has no code “%(value)s”: write %(marc)s here, and the finer code into 041 with second indicator 7 "
            "and $2 iso639-3."
        ),
        "ddc_wrong": _("“%(value)s” has not the form of a DDC number: three digits, perhaps a point and more digits."),
        "coded_length": _("Field 008 has %(length)s characters; it must have 40."),
        "coded_day": _("The day of entry in 008 is written yymmdd: “%(value)s” is none."),
        "coded_year": _("A year in 008 has four digits, or u for what is not known: “%(value)s” is none."),
    }


def line_fault(code: str) -> str:
    """Say why a line of text is no field."""
    return {
        "no_tag": _("no tag at the beginning"),
        "no_subfield": _("no subfield: $a and so on is needed after the indicators"),
        "code_missing": _("a $ without a code behind it; a dollar sign in the text has a backslash before it"),
    }[code]
