"""Keeping authorities: adding, changing and merging them, and letting records have the headings that they say."""

from guisach.domain.catalogue.actions.authorities.applying import Applied, apply_authority
from guisach.domain.catalogue.actions.authorities.importing import import_authorities
from guisach.domain.catalogue.actions.authorities.keeping import (
    add_authority,
    add_variant,
    change_authority,
    delete_authority,
    remove_variant,
)
from guisach.domain.catalogue.actions.authorities.merging import gather_forms, merge_authorities
from guisach.domain.catalogue.actions.authorities.refusals import (
    AuthorityChangedMeanwhile,
    AuthorityExists,
    AuthorityInUse,
    AuthorityUnknown,
    DatesDiffer,
    HeadingNeeded,
    KindsDiffer,
    VariantIsHeading,
)

__all__ = [
    "Applied",
    "AuthorityChangedMeanwhile",
    "AuthorityExists",
    "AuthorityInUse",
    "AuthorityUnknown",
    "DatesDiffer",
    "HeadingNeeded",
    "KindsDiffer",
    "VariantIsHeading",
    "add_authority",
    "add_variant",
    "apply_authority",
    "change_authority",
    "delete_authority",
    "gather_forms",
    "import_authorities",
    "merge_authorities",
    "remove_variant",
]
