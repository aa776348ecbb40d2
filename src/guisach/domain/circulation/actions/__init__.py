"""Circulation's doors for writing: an online desk asks the rules, then records the operation."""

from guisach.domain.circulation.actions.counting import tally_uses, tally_visits
from guisach.domain.circulation.actions.lending import (
    Lent,
    Override,
    Renewed,
    Returned,
    lend,
    renew,
    sight,
    take_back,
)
from guisach.domain.circulation.actions.refusals import (
    REFUSALS,
    BarcodeUnusable,
    NotOnLoan,
    OverrideNotAllowed,
    ReasonNeeded,
)
from guisach.domain.circulation.actions.voiding import VoidNotAllowed, VoidUnknown, void

__all__ = [
    "REFUSALS",
    "BarcodeUnusable",
    "Lent",
    "NotOnLoan",
    "Override",
    "OverrideNotAllowed",
    "ReasonNeeded",
    "Renewed",
    "Returned",
    "VoidNotAllowed",
    "VoidUnknown",
    "lend",
    "renew",
    "sight",
    "take_back",
    "tally_uses",
    "tally_visits",
    "void",
]
