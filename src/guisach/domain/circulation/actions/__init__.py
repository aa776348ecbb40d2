"""Circulation's doors for writing: an online desk asks the rules, then records the operation."""

from guisach.domain.circulation.actions.counting import tally_uses, tally_visits
from guisach.domain.circulation.actions.forgetting import Forgotten, forget_loans
from guisach.domain.circulation.actions.hold_shelf import put_back, receive, send, set_aside
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
from guisach.domain.circulation.actions.loan_import import import_loans
from guisach.domain.circulation.actions.notices import note_talk, plan_notices, slip_for
from guisach.domain.circulation.actions.refusals import (
    AT_ANY_DESK,
    REFUSALS,
    BarcodeUnusable,
    NotOnLoan,
    OverrideNotAllowed,
    ReasonNeeded,
)
from guisach.domain.circulation.actions.request_messages import keep_requests
from guisach.domain.circulation.actions.requesting import Asked, ask_for, cancel_request, judge_wishes
from guisach.domain.circulation.actions.rulebooks import (
    RulebookFaulty,
    RulebookPublished,
    RulebookTooEarly,
    RulebookUnknown,
    change_rules,
    draft_rulebook,
    drop_rulebook,
    publish_rulebook,
)
from guisach.domain.circulation.actions.stocktakes import (
    begin_stocktake,
    close_stocktake,
    count_copy,
    count_pile,
    report_done,
)
from guisach.domain.circulation.actions.suggesting import answer_suggestion, suggest
from guisach.domain.circulation.actions.troubles import claim_returned, damage, find, lose, mend, miss
from guisach.domain.circulation.actions.voiding import VoidNotAllowed, VoidUnknown, void

__all__ = [
    "AT_ANY_DESK",
    "REFUSALS",
    "Asked",
    "BarcodeUnusable",
    "Forgotten",
    "Lent",
    "NotOnLoan",
    "Override",
    "OverrideNotAllowed",
    "ReasonNeeded",
    "Renewed",
    "Returned",
    "RulebookFaulty",
    "RulebookPublished",
    "RulebookTooEarly",
    "RulebookUnknown",
    "VoidNotAllowed",
    "VoidUnknown",
    "answer_suggestion",
    "ask_for",
    "begin_stocktake",
    "cancel_request",
    "change_rules",
    "claim_returned",
    "close_stocktake",
    "count_copy",
    "count_pile",
    "damage",
    "draft_rulebook",
    "drop_rulebook",
    "find",
    "forget_loans",
    "import_loans",
    "judge_wishes",
    "keep_requests",
    "lend",
    "lose",
    "mend",
    "miss",
    "note_talk",
    "plan_notices",
    "publish_rulebook",
    "put_back",
    "receive",
    "renew",
    "report_done",
    "send",
    "set_aside",
    "sight",
    "slip_for",
    "suggest",
    "take_back",
    "tally_uses",
    "tally_visits",
    "void",
]
