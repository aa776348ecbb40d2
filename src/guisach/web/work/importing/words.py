"""What codes of an import are called on the screen: reasons, notes, warnings, fields, encodings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Why a record was set aside (rules.marc.incoming.Reason), and what to do about it.
REASONS: dict[str, tuple[_StrPromise, _StrPromise]] = {
    "not_marc": (lazy("not a file of records"), lazy("Export it from the old system once more.")),
    "padding": (lazy("only blanks between two records"), lazy("Nothing is lost; leave it.")),
    "too_long": (lazy("too long to be one record"), lazy("Look whether an end mark is missing in the old file.")),
    "row_ragged": (
        lazy("more cells than columns"),
        lazy("Mend the row in a spreadsheet (usually a comma too many), then bring it in again."),
    ),
    "too_short": (lazy("too short to be a record"), lazy("It is a rest of something; leave it or export it again.")),
    "truncated": (lazy("cut off in the middle"), lazy("Export this record from the old system once more.")),
    "directory": (
        lazy("its table of fields cannot be read"),
        lazy("Export this record once more, as MARCXML if you can."),
    ),
    "fields_mismatch": (
        lazy("its table of fields and its fields contradict each other"),
        lazy("Export this record once more, as MARCXML if you can."),
    ),
    "charset": (lazy("written in a character set that is not read"), lazy("Export it as UTF-8 or MARCXML.")),
    "xml_broken": (lazy("broken XML"), lazy("Export this record once more.")),
    "xml_refused": (lazy("XML with parts that no record needs"), lazy("Ask who made the file; it may be an attack.")),
    "json_broken": (lazy("broken JSON"), lazy("Export this record once more.")),
    "no_record": (lazy("there is no record in it"), lazy("Leave it.")),
    "no_fields": (lazy("a record without a single field"), lazy("Leave it, or catalogue the book anew.")),
    "not_bibliographic": (
        lazy("no description of a book: an authority or holdings record"),
        lazy("Leave it here; authorities are brought in by themselves."),
    ),
    "not_authority": (lazy("no authority record"), lazy("Bring it in as a record of books instead.")),
    "no_heading": (lazy("an authority record without a heading that is kept here"), lazy("Leave it.")),
    "no_title": (lazy("no title"), lazy("Write the title in, then bring it in again; or catalogue the book by hand.")),
}

# What was mended or doubted while a record was read (rules.marc.incoming.Note); such a record is in.
NOTES: dict[str, _StrPromise] = {
    "length": lazy("its length was wrong and was mended"),
    "directory_rebuilt": lazy("its table of fields was wrong and was rebuilt"),
    "no_terminator": lazy("an end mark was missing"),
    "unreferenced_data": lazy("bytes that belong to no field were left"),
    "embedded_terminator": lazy("an end mark in the middle of a field was read as a blank"),
    "stray_text": lazy("text outside any subfield was kept"),
    "bad_tag": lazy("a field has an odd number"),
    "bad_indicators": lazy("an indicator was missing"),
    "bad_subfield": lazy("a subfield without a letter"),
    "bad_leader": lazy("the head of the record was wrong"),
    "unknown_element": lazy("an XML element that MARCXML does not have was left out"),
    "xml_unclosed": lazy("the file ends too early: something may be missing"),
    "charset_claim": lazy("it claims another character set than it is in"),
    "charset_mixed": lazy("two character sets in one record"),
    "charset_guessed": lazy("character set guessed: please look at the letters"),
    "charset_legacy": lazy("read in a Vietnamese set of the years before Unicode"),
    "isis_example": lazy("read by the example for CDS/ISIS: nobody has said what the fields are"),
    "isis_marc_tags": lazy("the fields were read as those of MARC 21, which they look like"),
    "row_rejoined": lazy("a title that a comma had cut was put together again"),
    "bytes_replaced": lazy("letters that mean nothing were replaced by �"),
    "field_long": lazy("a field too long for ISO 2709"),
    # About copies.
    "no_barcode": lazy("a copy without an accession number was left out"),
    "barcode_pattern": lazy("what stands for an accession number does not look like one"),
    "barcode_unusable": lazy("not usable as an accession number"),
    "barcode_taken": lazy("this accession number belongs to another title already"),
    "repeated": lazy("the same accession number twice in one record"),
    "place_unknown": lazy("copies left out: which place answers for this branch is not known"),
    "branch_unknown": lazy("branch not known: the copies went to the usual place"),
}

OF_THE_FILE = frozenset({"charset_legacy"})
"""What holds for all records of a file, and is no remark on one of them."""

# What every outcome is called, in the order of the accounts.
OUTCOMES: dict[str, _StrPromise] = {
    "added": lazy("added"),
    "merged": lazy("merged"),
    "unchanged": lazy("unchanged"),
    "waiting": lazy("waiting for a person"),
    "quarantined": lazy("set aside"),
}
OUTCOME_HELP: dict[str, _StrPromise] = {
    "added": lazy("new titles"),
    "merged": lazy("into titles that were here"),
    "unchanged": lazy("in already, word for word"),
    "waiting": lazy("perhaps here already: somebody decides"),
    "quarantined": lazy("could not go in; kept byte for byte"),
}

# What speaks for two records being one book.
WHY: dict[str, _StrPromise] = {
    "number": lazy("the same control number"),
    "isbn": lazy("the same ISBN"),
    "title": lazy("the same title"),
    "title_alike": lazy("a title much alike"),
    "author": lazy("the same author"),
    "year": lazy("the same year"),
    "publisher": lazy("the same publisher"),
    "not_year": lazy("but another year"),
    "not_edition": lazy("but another edition"),
    "not_subtitle": lazy("but another subtitle"),
    "not_language": lazy("but another language"),
    "not_volume": lazy("but another volume"),
    "not_pages": lazy("but another number of pages"),
    "not_marks": lazy("but other marks on the letters"),
}
WAITS: dict[str, _StrPromise] = {
    "may_be_here": lazy("It may be a title that is here already."),
    "is_here": lazy("It is here already, and for this source you are asked."),
    "several_here": lazy("Several titles here fit equally well."),
}

# What a column of a table can be, grouped as the page shows it.
FIELDS: tuple[tuple[_StrPromise, tuple[tuple[str, _StrPromise], ...]], ...] = (
    (
        lazy("The book"),
        (
            ("title", lazy("Title")),
            ("subtitle", lazy("Subtitle")),
            ("authors", lazy("Authors")),
            ("publisher", lazy("Publisher")),
            ("published_at_place", lazy("Place of publication")),
            ("year", lazy("Year of publication")),
            ("edition", lazy("Edition")),
            ("language", lazy("Language")),
            ("ddc", lazy("Class number (DDC)")),
            ("subjects", lazy("Subjects, keywords")),
            ("series", lazy("Series")),
            ("isbns", lazy("ISBN")),
            ("extent", lazy("Pages, size")),
            ("summary", lazy("Summary")),
        ),
    ),
    (
        lazy("Its copies"),
        (
            ("barcode", lazy("Accession number")),
            ("branch", lazy("Branch, library")),
            ("shelf", lazy("Stock, shelf")),
            ("call_no", lazy("Call number")),
            ("price", lazy("Price")),
            ("acquired", lazy("Date acquired")),
            ("note", lazy("Remark on the copy")),
        ),
    ),
    (
        lazy("Anything else"),
        (
            ("note_of_record", lazy("Keep as a note of the record")),
            ("-", lazy("Leave out")),
        ),
    ),
)
FIELD_LABELS: dict[str, _StrPromise] = {name: label for _group, fields in FIELDS for name, label in fields}
DRAFT_LABELS: dict[str, _StrPromise] = {
    **FIELD_LABELS,
    "title": lazy("Title"),
    "published": lazy("Published"),
    "copies": lazy("Copies"),
    "kind": lazy("Kind"),
    "audience": lazy("For whom"),
    "issns": lazy("ISSN"),
    "other_titles": lazy("Other titles"),
}

# What a policy may take over (rules.imports.policies.FIELD_GROUPS).
GROUPS: dict[str, _StrPromise] = {
    "numbers": lazy("ISBN, ISSN and other numbers"),
    "language": lazy("Language"),
    "ddc": lazy("Class numbers"),
    "authors": lazy("Authors"),
    "title": lazy("Title"),
    "other_titles": lazy("Other titles"),
    "edition": lazy("Edition"),
    "published": lazy("Publisher, place, year"),
    "extent": lazy("Pages, size"),
    "series": lazy("Series"),
    "notes": lazy("Notes"),
    "summary": lazy("Summary"),
    "subjects": lazy("Subjects"),
}

ENCODINGS: dict[str, _StrPromise | str] = {
    "auto": lazy("Let the computer find out"),
    "utf-8": "Unicode (UTF-8)",
    "marc-8": "MARC-8",
    "tcvn3": "TCVN3 (ABC, .VnTime)",
    "vni": "VNI",
    "viscii": "VISCII",
    "vps": "VPS",
    "cp1258": "Windows 1258",
    "viqr": "VIQR",
    "bkhcm2": "BK HCM 2",
    "vni-mac": "VNI (Mac)",
    "tcvn-5712-1": "TCVN 5712-1",
    "utf-8-twice": lazy("Unicode that was encoded twice"),
    "utf-16": "Unicode (UTF-16)",
}


def encoding(code: str) -> str:
    """Name an encoding."""
    return str(ENCODINGS.get(code, code))


def reason(code: str) -> str:
    """Say why a record was set aside; a code that has no words yet says itself."""
    known = REASONS.get(code)
    return str(known[0]) if known else code


def advice(code: str) -> str:
    """Say what to do about it."""
    known = REASONS.get(code)
    return str(known[1]) if known else ""


def warning(text: str) -> str:
    """Say what a warning such as "place_unknown:TVX01" means."""
    code, _sep, detail = text.partition(":")
    said = str(NOTES[code]) if code in NOTES else code
    return _("%(said)s (%(detail)s)") % {"said": said, "detail": detail} if detail else said


# Why something stays after an undo (actions.importing.undoing).
KEPT: dict[str, _StrPromise] = {
    "copy_in_use": lazy("copies that were lent, seen or counted since"),
    "copy_changed": lazy("copies that somebody has changed since"),
    "record_edited": lazy("titles that somebody has corrected since"),
    "record_in_use": lazy("titles that lists, covers or something else of people's work hang on"),
    "other_import": lazy("titles into which another import has merged since"),
    "has_copies": lazy("titles that have copies which stay"),
}


def kept(code: str) -> str:
    """Say why something stays after an undo."""
    return str(KEPT.get(code, code))
