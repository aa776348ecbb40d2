"""The folds of circulation and the kinds of operation that they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.kinds import on_copies_changed, on_copies_reinstated, on_copies_withdrawn
from guisach.domain.circulation.rules.kinds import (
    BorrowersTallyBody,
    CopyBody,
    LendBody,
    LendPrivate,
    MaybeReader,
    MissBody,
    OpenShelfTallyBody,
    RenewBody,
    SetAsideBody,
    SightingBody,
    StocktakeBeginBody,
    StocktakeCloseBody,
    StocktakeReportBody,
    TransferBody,
    VisitTallyBody,
    borrowers_subject,
    copy_subject,
    stocktake_subject,
    tally_subject,
    transfer_subject,
)
from guisach.domain.circulation.rules.payment_kinds import (
    CompensationBody,
    DepositBody,
    GiveBackBody,
    GivenPrivate,
    PayerPrivate,
    compensation_subject,
    deposit_subject,
    give_back_subject,
)
from guisach.domain.circulation.rules.request_kinds import (
    AboutRequestBody,
    AnswerBody,
    BagBody,
    CloseBody,
    PackBody,
    RequestBody,
    RequestPrivate,
    SaidBody,
    SuggestionBody,
    SuggestionPrivate,
    about_request,
    answer_subject,
    bag_subject,
    request_subject,
    suggestion_subject,
)
from guisach.domain.circulation.steps.borrowing import BorrowingFold
from guisach.domain.circulation.steps.copies import CopyFold, copies_changed, copies_reinstated, copies_withdrawn
from guisach.domain.circulation.steps.kinship import KinshipFold
from guisach.domain.circulation.steps.payments import PaymentFold
from guisach.domain.circulation.steps.requests import RequestFold
from guisach.domain.circulation.steps.stocktakes import StocktakeFold
from guisach.domain.circulation.steps.tallies import TallyFold
from guisach.domain.journal import kinds

if TYPE_CHECKING:
    from uuid import UUID

    NamesReader = (
        LendPrivate | MaybeReader | RequestPrivate | SuggestionPrivate | SaidBody | PayerPrivate | GivenPrivate
    )


def register() -> None:
    """Make the room's kinds and folds known to the journal, and listen for new copies."""

    def reader(private: NamesReader) -> UUID | None:
        return private.reader

    for kind in (
        kinds.Kind("lend", "copy", LendBody, copy_subject, private=LendPrivate, reader=reader),
        kinds.Kind("return", "copy", CopyBody, copy_subject, private=MaybeReader, reader=reader),
        kinds.Kind("renew", "copy", RenewBody, copy_subject, private=MaybeReader, reader=reader),
        kinds.Kind("use", "copy", CopyBody, copy_subject),
        kinds.Kind("sighting", "copy", SightingBody, copy_subject),
        kinds.Kind("lose", "copy", CopyBody, copy_subject, private=MaybeReader, reader=reader),
        kinds.Kind("claim_returned", "copy", CopyBody, copy_subject, private=MaybeReader, reader=reader),
        kinds.Kind("miss", "copy", MissBody, copy_subject),
        kinds.Kind("find", "copy", CopyBody, copy_subject),
        kinds.Kind("damage", "copy", CopyBody, copy_subject, private=MaybeReader, reader=reader),
        kinds.Kind("mend", "copy", CopyBody, copy_subject),
        kinds.Kind("transfer", "copy", TransferBody, transfer_subject),
        kinds.Kind("set_aside", "copy", SetAsideBody, copy_subject),
        kinds.Kind("put_back", "copy", CopyBody, copy_subject),
        kinds.Kind("withdraw", "copy", CopyBody, copy_subject),
        kinds.Kind("reinstate", "copy", CopyBody, copy_subject),
        kinds.Kind("request", "request", RequestBody, request_subject, private=RequestPrivate, reader=reader),
        kinds.Kind("wish", "request", RequestBody, request_subject, private=RequestPrivate, reader=reader),
        kinds.Kind(
            "suggestion", "request", SuggestionBody, suggestion_subject, private=SuggestionPrivate, reader=reader
        ),
        kinds.Kind("bag", "request", BagBody, bag_subject, private=RequestPrivate, reader=reader),
        kinds.Kind("pack_bag", "request", PackBody, about_request),
        kinds.Kind("accept_request", "request", AboutRequestBody, about_request),
        kinds.Kind("cancel_request", "request", AboutRequestBody, about_request, private=SaidBody, reader=reader),
        kinds.Kind("close_request", "request", CloseBody, about_request),
        kinds.Kind("answer_request", "request", AnswerBody, answer_subject, private=SaidBody, reader=reader),
        kinds.Kind("take_deposit", "payment", DepositBody, deposit_subject, private=PayerPrivate, reader=reader),
        kinds.Kind(
            "take_compensation", "payment", CompensationBody, compensation_subject, private=PayerPrivate, reader=reader
        ),
        kinds.Kind("give_back", "payment", GiveBackBody, give_back_subject, private=GivenPrivate, reader=reader),
        kinds.Kind("stocktake_begin", "stocktake", StocktakeBeginBody, stocktake_subject),
        kinds.Kind("stocktake_report", "stocktake", StocktakeReportBody, stocktake_subject),
        kinds.Kind("stocktake_close", "stocktake", StocktakeCloseBody, stocktake_subject),
        kinds.Kind("visit_tally", "tally", VisitTallyBody, tally_subject),
        kinds.Kind("open_shelf_tally", "tally", OpenShelfTallyBody, tally_subject),
        kinds.Kind("borrowers_tally", "tally", BorrowersTallyBody, borrowers_subject),
    ):
        kinds.register_kind(kind)
    for fold in (
        KinshipFold(),
        CopyFold(),
        BorrowingFold(),
        RequestFold(),
        PaymentFold(),
        StocktakeFold(),
        TallyFold(),
    ):
        kinds.register_fold(fold)
    on_copies_changed(copies_changed)
    on_copies_withdrawn(copies_withdrawn)
    on_copies_reinstated(copies_reinstated)
