"""Forms of cataloguing: the short one of a keeper, and the one in plain words for a title that is there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.rules.author_marks import call_number, house_mark
from guisach.domain.catalogue.rules.drafts import CopyDraft, RecordDraft
from guisach.web.work.cataloguing import choices

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries import RecordView
    from guisach.domain.network.models import Place

STICKY: Final = ("publisher", "published_at_place", "year", "kind", "audience", "language", "series", "place")
"""What stays in the form for the next book: a box of books is often of one publisher and one year."""

FIELD_OF: Final = {
    "title_needed": "title",
    "year_wrong": "year",
    "barcode_taken": "barcode",
    "barcode_unusable": "barcode",
    "series_unknown": "series",
    "place_unknown": "place",
}
"""Which field a refusal is about."""

_OFF: Final = {"autocomplete": "off"}
_YEAR_ERRORS: Final = {"invalid": _("Please write the year in four digits.")}


def _line(
    label: Any, *, required: bool = False, max_length: int = 300, help_text: Any = "", **attrs: str
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=max_length,
        help_text=help_text,
        widget=forms.TextInput(attrs={**_OFF, **attrs}),
    )


def _lines(label: Any, *, help_text: Any = "", rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=5000,
        help_text=help_text,
        widget=forms.Textarea(attrs={**_OFF, "rows": rows}),
    )


def _year() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Year"),
        required=False,
        error_messages=_YEAR_ERRORS,
        widget=forms.TextInput(attrs={**_OFF, "inputmode": "numeric", "size": "6"}),
    )


def several(text: str) -> tuple[str, ...]:
    """Take apart what somebody wrote into one box: by lines and semicolons."""
    return tuple(part.strip() for line in text.splitlines() for part in line.split(";") if part.strip())


class Entry(forms.Form):
    """A new book in as few strokes as possible: only the title is needed."""

    title = _line(_("Title"), required=True, max_length=1000)
    authors = _line(_("Authors"), help_text=_("As on the book; several with a semicolon between them."))
    publisher = _line(_("Publisher"))
    published_at_place = _line(_("Place of publication"), max_length=200)
    year = _year()
    kind = forms.ChoiceField(label=_("Kind"))
    audience = forms.ChoiceField(label=_("For whom"))
    language = forms.ChoiceField(label=_("Language"), required=False)
    isbn = _line("ISBN", max_length=40, inputmode="numeric")
    ddc = _line(_("Class number"), max_length=40, inputmode="decimal")
    call_no = _line(
        _("Call number"),
        max_length=80,
        help_text=_("As on the spine; empty: the class number, with the author mark if the province uses one."),
    )
    series = forms.ChoiceField(label=_("Accession number from"), required=False)
    barcode = _line(
        _("Accession number"), max_length=64, help_text=_("Scan the label, or leave empty to get the next number.")
    )
    place = forms.ChoiceField(label=_("The copy belongs to"))

    FIRST_FIELDS = ("title", "authors", "publisher", "year", "kind", "audience", "language")
    MORE_FIELDS = ("isbn", "published_at_place", "ddc", "call_no")
    COPY_FIELDS = ("barcode", "series", "place")

    def __init__(self, *args: Any, places: list[Place], series: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("kind", choices.kind_choices())
        self._offer("audience", choices.audience_choices())
        self._offer("language", choices.language_choices(blank=str(_("not said"))))
        self._offer("place", [(place.pk, place.name) for place in places])
        self._offer("series", [*series, ("", str(_("no series: I write the number")))])

    def _offer(self, name: str, offered: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = offered

    def draft(self) -> RecordDraft:
        """Give the title that the (valid) form describes."""
        said = self.cleaned_data
        return RecordDraft(
            title=said["title"],
            authors=several(said["authors"]),
            publisher=said["publisher"],
            published_at_place=said["published_at_place"],
            year=said["year"],
            language=said["language"],
            ddc=said["ddc"],
            kind=said["kind"],
            audience=said["audience"],
            isbns=several(said["isbn"]),
        )

    def over(self, known: RecordDraft) -> RecordDraft:
        """Give what was taken over from elsewhere, with what the form says in its place."""
        said = self.draft()
        return replace(
            known,
            title=said.title,
            # The box of authors shows them all; a subtitle, subjects and the rest have no box here and stay.
            authors=said.authors,
            publisher=said.publisher,
            published_at_place=said.published_at_place,
            year=said.year,
            language=said.language or known.language,
            ddc=said.ddc,
            kind=said.kind,
            audience=said.audience,
            isbns=said.isbns or known.isbns,
        )

    def _call_number(self) -> str:
        """Suggest what stands on the spine; nothing without a class, for a mark alone says little."""
        ddc = self.cleaned_data["ddc"]
        authors = several(self.cleaned_data["authors"])
        mark = house_mark(next(iter(authors), ""), self.cleaned_data.get("title", ""))
        return call_number(ddc, mark) if ddc else ""

    def has_number(self) -> bool:
        """Say whether the copy has a number, or a series to take one from."""
        return bool(self.cleaned_data["barcode"] or self.cleaned_data["series"])

    def copy(self) -> CopyDraft:
        """Give the copy that the (valid) form describes."""
        said = self.cleaned_data
        return CopyDraft(
            barcode=said["barcode"],
            series="" if said["barcode"] else said["series"],
            owner=said["place"],
            base=said["place"],
            call_no=said["call_no"] or self._call_number(),
        )


class EditRecord(forms.Form):
    """Everything that a title says in plain words; what MARC says beside that stays."""

    title = _line(_("Title"), required=True, max_length=1000)
    subtitle = _line(_("Subtitle"), max_length=1000)
    authors = _lines(_("Authors"), help_text=_("One in a line, the main one first."))
    other_titles = _lines(
        _("Other titles"), help_text=_("Parallel titles, titles in Nôm or another script, one in a line.")
    )
    edition = _line(_("Edition"), max_length=200)
    published_at_place = _line(_("Place of publication"), max_length=200)
    publisher = _line(_("Publisher"))
    year = _year()
    extent = _line(_("Extent"), max_length=200, help_text=_("Pages, illustrations, size: 143tr. : tranh vẽ ; 21cm"))
    series = _line(_("Series"), max_length=500)
    language = forms.ChoiceField(label=_("Language"), required=False)
    kind = forms.ChoiceField(label=_("Kind"))
    audience = forms.ChoiceField(label=_("For whom"))
    ddc = _line(_("Class number"), max_length=40)
    subjects = _lines(_("Subjects"), help_text=_("One in a line."))
    isbns = _lines("ISBN", rows=1)
    issns = _lines("ISSN", rows=1)
    summary = _lines(_("Summary"), rows=4)

    _SEVERAL = ("authors", "other_titles", "subjects", "isbns", "issns")

    def __init__(self, data: Any = None, *, record: RecordView) -> None:
        known: dict[str, Any] = {name: getattr(record, name) for name in self.base_fields}
        known.update({name: "\n".join(known[name]) for name in self._SEVERAL})
        super().__init__(data, initial=known)
        for name, offered in (
            ("language", choices.language_choices_with(record.language)),
            ("kind", choices.kind_choices()),
            ("audience", choices.audience_choices()),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = offered

    def draft(self) -> RecordDraft:
        """Give the title that the (valid) form describes."""
        said = dict(self.cleaned_data)
        for name in self._SEVERAL:
            # Subjects and titles may hold semicolons of their own: here only lines part them.
            said[name] = tuple(line.strip() for line in said[name].splitlines() if line.strip())
        return RecordDraft(**said)


class TargetForm(forms.Form):
    """A catalogue elsewhere."""

    name = _line(_("Name"), required=True, max_length=80)
    url = _line(
        _("Address"),
        required=True,
        max_length=300,
        inputmode="url",
        help_text=_("Of its SRU door, such as https://catalogue.example/sru"),
    )
    version = forms.ChoiceField(
        label=_("Version of SRU"), choices=[(one, one) for one in ("1.1", "1.2", "2.0")], initial="1.2"
    )
    schema = forms.ChoiceField(label=_("Format"))
    schema_name = forms.CharField(
        label=_("Name of the format there"),
        max_length=60,
        initial="marcxml",
        help_text=_("Mostly marcxml."),
        widget=forms.TextInput(attrs=_OFF),
    )
    order = forms.IntegerField(
        label=_("Order"),
        min_value=0,
        max_value=9999,
        initial=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    is_active = forms.BooleanField(label=_("Ask this catalogue"), required=False, initial=True)

    def __init__(self, *args: Any, schemas: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schema = self.fields["schema"]
        if isinstance(schema, forms.ChoiceField):
            schema.choices = schemas
