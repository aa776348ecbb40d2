"""Why an authority cannot be added, changed, merged or taken out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guisach.kernel.errors import DomainError


class AuthorityUnknown(DomainError):
    """There is none with this id; perhaps it was merged into another meanwhile."""

    code = "authority_unknown"
    status = 404
    text = _("This heading is not there any more. Perhaps it was merged into another one; please search for it.")


class HeadingNeeded(DomainError):
    """Nothing is left of the heading once punctuation is taken off."""

    code = "heading_needed"
    status = 422
    text = _("Please write the heading in words.")


class AuthorityExists(DomainError):
    """Another authority of this kind has this very heading and these dates."""

    code = "authority_exists"
    text = _("There is already a heading “%(heading)s”. Please use that one, or tell the two apart by dates.")


class AuthorityInUse(DomainError):
    """Records have its heading, or one that leads to it."""

    code = "authority_in_use"
    text = _("%(titles)s titles have this heading, so it stays. To join it with another one, merge the two.")


class AuthorityChangedMeanwhile(DomainError):
    """Somebody else saved it after it was opened."""

    code = "authority_changed_meanwhile"
    text = _("Somebody else has changed this heading meanwhile. Please look at it again, then save your changes.")


class KindsDiffer(DomainError):
    """A person is not a place."""

    code = "authority_kinds_differ"
    status = 422
    text = _("Only headings of the same kind can be merged, and a heading not with itself.")


class DatesDiffer(DomainError):
    """Two persons of one name lived at different times."""

    code = "authority_dates_differ"
    text = _(
        "These persons lived at different times (%(dates)s; %(others)s), so they are not merged. "
        "If one of the dates is wrong, please correct it first."
    )


class VariantIsHeading(DomainError):
    """A form that leads elsewhere cannot be the heading itself, nor that of another authority."""

    code = "variant_is_heading"
    text = _("“%(text)s” is itself a heading in use. If both are the same, please merge the two.")
