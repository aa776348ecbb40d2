"""Who may open which page. Every route of the site has a row here; tests/architecture/test_urls.py asks them all.

A row is `"METHOD namespace:name": expected`, where `expected` is one of

    everyone(200)                     the same answer for all
    staff(200)                        SIGN_IN for somebody who is not signed in, else the answer
    row(SIGN_IN, 200, 404, …)         one answer for each of ROLES, in that order

An answer is a status, or SIGN_IN: a redirect to the sign-in page. What lies outside somebody's scope answers 404,
never 403, so that a stranger does not learn that it exists; 403 is for pages that the role may never open.

A route with arguments gets them from the fixture `url_arguments` (tests/architecture/conftest.py), where they
belong to the keeper's own commune. A row may give `data=`: what is sent, as a query, as a form, or (posted under
/api/) as JSON; the expected answer is then the one to that very data (an empty form is often 200, shown again). A
function gets the arguments: `data=lambda given: {"reader": given["reader"]}`. Choose data on which the day of the
test has no influence: the server reads the machine's clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ROLES = (
    "anonymous",
    "keeper",  # Lan, keeper of the library of commune A
    "librarian_elsewhere",  # Minh, librarian of commune B: must see nothing of A
    "cataloguer",  # the rest are appointed for the whole province
    "programme_officer",
    "inspector",
    "administrator",
)
SIGN_IN = "sign_in"
Answer = int | str
Data = dict[str, Any] | Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """The expected answer for each role, and what is sent."""

    answers: dict[str, Answer]
    data: Data = field(default_factory=dict)


def row(*answers: Answer, data: Data | None = None) -> Row:
    """Give one answer for each of ROLES, in their order."""
    return Row(dict(zip(ROLES, answers, strict=True)), data or {})


def bearer(answer: Answer, **more: Any) -> Row:
    """Answer 401 to who brings no token; give all who work for the network the same answer."""
    return row(401, *[answer] * (len(ROLES) - 1), **more)


def everyone(answer: Answer, **more: Any) -> Row:
    """Give the same answer to all."""
    return row(*[answer] * len(ROLES), **more)


def staff(answer: Answer, **more: Any) -> Row:
    """Send strangers to the sign-in page; give all who work for the network the same answer."""
    return row(SIGN_IN, *[answer] * (len(ROLES) - 1), **more)


# One table for each audience, so that several people can add rows at once.
SITE: dict[str, Row] = {
    "GET health": everyone(200),
    "POST health": everyone(200),
    "GET set_language": everyone(302),
    "POST set_language": everyone(302, data={"language": "en"}),
}

PORTAL: dict[str, Row] = {
    "GET portal:home": everyone(200),
    "POST portal:near": everyone(302, data={"near": "01324"}),
    "GET portal:near": everyone(405),
    "GET portal:search": everyone(200),
    "GET portal:suggest": everyone(200, data={"q": "de men"}),
    "GET portal:record": everyone(200),
    "GET portal:places": everyone(200),
    "GET portal:place": everyone(200),
    "GET portal:fairs": everyone(200),
    "GET portal:laws": everyone(200),
    "GET portal:local": everyone(200),
    "GET portal:lists": everyone(200),
    "GET portal:list": everyone(200),
    "GET portal:my_list": everyone(200),
    "GET portal:shared_list": everyone(200),
    "POST portal:save": everyone(302),
    "GET portal:about": everyone(200),
    "GET portal:register": everyone(200),
    "POST portal:register": everyone(422),
    "GET portal:registered": everyone(200),
    # The own pages: staff are strangers there, whatever they are signed in to. Readers: OWN, below.
    "GET portal:my_books": everyone(302),
    "POST portal:my_renew": everyone(302),
    "GET portal:my_requests": everyone(302),
    "POST portal:my_cancel": everyone(302),
    "GET portal:my_ask": everyone(302),
    "GET portal:my_correct": everyone(302),
    "POST portal:my_correct": everyone(302),
    "POST portal:my_withdraw": everyone(302),
    "GET portal:my_bag": everyone(302),
    "POST portal:my_bag": everyone(302),
    "GET portal:my_suggest": everyone(302),
    "POST portal:my_suggest": everyone(302),
    "POST portal:my_ask": everyone(302),
    "GET portal:my_sign_in": everyone(200),
    "POST portal:my_sign_in": everyone(422),
    "POST portal:my_code": everyone(422),  # without a card; and this installation sends nothing
    "POST portal:my_sign_out": everyone(302),
    "GET portal:my_pin": everyone(302),
    "GET portal:my_history": everyone(302),
    "POST portal:my_history": everyone(302),
    "GET portal:my_diary": everyone(302),
    "POST portal:my_diary": everyone(302),
    "GET portal:my_card": everyone(302),
    "POST portal:my_contact": everyone(302),
    "POST portal:my_erase": everyone(302),
    "GET portal:my_data": everyone(302),
    "POST portal:my_pin": everyone(302),
    "GET portal:browse": everyone(200),
    "GET portal:new": everyone(200),
    "GET portal:loved": everyone(200),
    "GET portal:classes": everyone(200),
    "GET portal:class": everyone(200),
    "GET portal:headings": everyone(200),
    "GET portal:heading": everyone(302, data={"is": "Nobody yet"}),
}

# What a signed-in reader is answered where it differs from a stranger; everywhere else they are a stranger.
OWN: dict[str, Answer] = {
    "GET portal:my_books": 200,
    "GET portal:my_requests": 200,
    "GET portal:my_ask": 200,
    "POST portal:my_ask": 409,  # asked, and told that it cannot be had
    "GET portal:my_correct": 200,
    "POST portal:my_correct": 422,
    "GET portal:my_bag": 200,
    "POST portal:my_bag": 422,
    "GET portal:my_suggest": 200,
    "POST portal:my_suggest": 422,
    "GET portal:my_sign_in": 302,
    "GET portal:my_pin": 200,
    "GET portal:my_history": 200,
    "GET portal:my_diary": 200,
    "GET portal:my_card": 200,
    "GET portal:my_data": 200,
    "POST portal:my_pin": 422,
}

# Headings are for those who catalogue.
_CATALOGUE_HEADINGS = (SIGN_IN, 403, 403, 200, 403, 403, 200)

_STOCK = (SIGN_IN, 403, 200, 200, 403, 403, 200)  # a librarian elsewhere has a stock of their own

_AT_DESK = (SIGN_IN, 200, 200, 403, 403, 403, 200)  # whoever lends somewhere, at their own place

# What is posted is empty or wrong where the answer is 4xx: that it was looked at at all shows who may post it.
_OP = "0192f000-0000-7000-8000-000000000001"
_NO_SHELF = {"place": "CB-COBA", "op": _OP, "scope": "shelf", "first": "Z9"}
_STOCKTAKE = (SIGN_IN, 200, 404, 403, 403, 403, 200)
WORK: dict[str, Row] = {
    "GET work:home": row(SIGN_IN, 200, 200, 302, 302, 302, 200),  # who has no desk is sent on to where they work
    "GET work:sign_in": row(200, *[302] * 6),
    "POST work:sign_in": row(200, *[302] * 6),
    "POST work:sign_out": everyone(SIGN_IN),
    "GET work:overdue": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "POST work:overdue_act": row(
        SIGN_IN, 302, 404, 403, 403, 403, 302, data=lambda given: {**given["late"], "act": "talked"}
    ),
    "GET work:messages": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "POST work:messages_act": row(
        SIGN_IN, 302, 404, 403, 403, 403, 302, data=lambda given: {"message": given["message"], "act": "cancel"}
    ),
    "GET work:handing": row(SIGN_IN, 200, 404, 403, 403, 403, 200, data={"place": "CB-COBA"}),
    "POST work:handing": row(
        SIGN_IN, 302, 404, 403, 403, 403, 302, data=lambda given: {"message": given["message"], "place": "CB-COBA"}
    ),
    "GET work:policies": row(SIGN_IN, 200, 200, 403, 200, 200, 200),
    "POST work:draft_rules": row(SIGN_IN, *[403] * 5, 302),
    "GET work:rulebook": row(SIGN_IN, 200, 200, 403, 200, 200, 200),
    "POST work:rulebook": row(SIGN_IN, 404, 404, 403, 404, 404, 422),
    "GET work:closures": row(SIGN_IN, *[403] * 5, 200),
    "POST work:closures": row(SIGN_IN, *[403] * 5, 422),
    "GET work:money_terms": row(SIGN_IN, 200, 200, 403, 200, 200, 200),
    "POST work:money_terms": row(SIGN_IN, 404, 404, 403, 404, 404, 422),
    "GET work:money": row(*_AT_DESK),
    "GET work:payment": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "POST work:payment": row(SIGN_IN, 400, 404, 403, 403, 403, 400),
    "GET work:payment_slip": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "GET work:compensation": row(*_AT_DESK),  # whoever brings the book may be anywhere; the card must be of theirs
    "POST work:compensation": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "GET work:deposit": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "POST work:deposit": row(SIGN_IN, 400, 404, 403, 403, 403, 400),
    "GET work:reader_things": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "POST work:open_again": row(SIGN_IN, *[403] * 5, 302),
    "GET work:password": staff(200),
    "POST work:password": staff(200),
    "GET work:place": staff(200),
    "POST work:place": staff(302),
    "POST work:scan": row(SIGN_IN, 422, 422, 403, 403, 403, 422),
    "POST work:choose": row(SIGN_IN, 404, 404, 403, 403, 403, 404),
    "POST work:done": row(SIGN_IN, 302, 302, 403, 403, 403, 302),
    "GET work:returns": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "POST work:take_back": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "POST work:renew": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "POST work:undo": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "GET work:cards": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "POST work:cards": row(SIGN_IN, 422, 422, 403, 403, 403, 422, data={"cards": "NO-SUCH", "paper": "a4"}),
    "GET work:suggestions": row(SIGN_IN, 200, 200, 200, 403, 403, 200),
    "POST work:suggestions": row(SIGN_IN, 422, 422, 422, 403, 403, 422),
    "POST work:suggestion_answer": row(SIGN_IN, 403, 403, 400, 403, 403, 400),
    "GET work:corrections": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "POST work:corrections": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "GET work:registrations": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "POST work:registrations": row(SIGN_IN, 302, 302, 403, 403, 403, 302),
    "GET work:readers": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "GET work:join": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "POST work:join": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "GET work:reader": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "GET work:correct": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "POST work:correct": row(SIGN_IN, 400, 404, 403, 403, 403, 400),
    "GET work:same_person": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "POST work:same_person": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "POST work:two_people": row(SIGN_IN, 400, 404, 403, 403, 403, 400),
    "GET work:reader_move": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "POST work:reader_move": row(SIGN_IN, 400, 404, 403, 403, 403, 400),
    "GET work:reader_erase": row(SIGN_IN, 403, 404, 403, 403, 403, 200),
    "POST work:reader_erase": row(SIGN_IN, 403, 404, 403, 403, 403, 422),
    "GET work:reader_data": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "GET work:reader_data_file": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "POST work:renew_card": row(SIGN_IN, 400, 404, 403, 403, 403, 400),
    "GET work:pin": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "POST work:pin": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "GET work:count": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "POST work:count": row(SIGN_IN, 422, 422, 403, 403, 403, 422),
    "POST work:use": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "GET work:events": row(*_AT_DESK),
    "POST work:events": row(SIGN_IN, 422, 422, 403, 403, 403, 422),
    "GET work:event": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "POST work:event": row(SIGN_IN, 422, 404, 403, 403, 403, 422),
    "GET work:sets": row(*_AT_DESK),
    "POST work:sets": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "GET work:set": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "POST work:set_renew": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "GET work:set_list": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "GET work:look_over": row(*_AT_DESK),
    "POST work:look_over": row(SIGN_IN, 302, 302, 403, 403, 403, 302),  # nothing was ticked
    "POST work:kept": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "GET work:paper": row(*_AT_DESK),
    "GET work:paper_print": row(*_AT_DESK),
    "GET work:paper_sheet": row(*_AT_DESK),
    "POST work:paper_sheet": row(*_AT_DESK),  # an empty sheet, shown again
    "GET work:books": row(SIGN_IN, 200, 200, 200, 403, 403, 200),
    "GET work:record": row(SIGN_IN, 200, 200, 200, 403, 403, 200),  # the catalogue is one for the whole province
    "GET work:catalogue": row(SIGN_IN, 200, 200, 200, 403, 403, 200),
    "GET work:classes": row(SIGN_IN, 200, 200, 200, 403, 403, 200),
    "GET work:copy_cataloguing": row(SIGN_IN, 403, 403, 200, 403, 403, 200),
    "POST work:copy_cataloguing": row(SIGN_IN, 403, 403, 422, 403, 403, 422),
    "POST work:take_over": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "GET work:targets": row(SIGN_IN, 403, 403, 200, 403, 403, 200),
    "POST work:targets": row(SIGN_IN, 403, 403, 422, 403, 403, 422),
    "GET work:target": row(SIGN_IN, 403, 403, 200, 403, 403, 200),
    "POST work:target": row(SIGN_IN, 403, 403, 422, 403, 403, 422),
    "POST work:change_target": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "GET work:new_record": row(SIGN_IN, 200, 200, 200, 403, 403, 200),
    "POST work:new_record": row(SIGN_IN, 422, 422, 422, 403, 403, 422),
    "GET work:alike": row(SIGN_IN, 200, 200, 200, 403, 403, 200),
    "GET work:look_elsewhere": row(SIGN_IN, 200, 200, 200, 403, 403, 200),
    "POST work:undo_entry": row(SIGN_IN, 404, 404, 404, 403, 403, 404),
    "GET work:edit_record": row(SIGN_IN, 403, 403, 200, 403, 403, 200),
    "POST work:edit_record": row(SIGN_IN, 403, 403, 400, 403, 403, 400),
    "GET work:delete_record": row(SIGN_IN, 403, 403, 200, 403, 403, 200),
    "POST work:delete_record": row(SIGN_IN, 403, 403, 409, 403, 403, 409),
    "GET work:edit_marc": row(SIGN_IN, 403, 403, 200, 403, 403, 200),
    "POST work:edit_marc": row(SIGN_IN, 403, 403, 422, 403, 403, 422),
    "GET work:view_marc": row(SIGN_IN, 403, 200, 200, 403, 403, 200),
    "GET work:versions": row(SIGN_IN, 403, 200, 200, 403, 403, 200),
    "POST work:restore_version": row(SIGN_IN, 403, 403, 400, 403, 403, 400),
    "GET work:authorities": row(*_CATALOGUE_HEADINGS),
    "GET work:authority_new": row(*_CATALOGUE_HEADINGS),
    "POST work:authority_new": row(SIGN_IN, 403, 403, 422, 403, 403, 422),
    "GET work:authority_gather": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "POST work:authority_gather": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "GET work:authority_suggest": row(*_CATALOGUE_HEADINGS, data={"kind": "PERSON", "q": "to"}),
    "GET work:authority": row(*_CATALOGUE_HEADINGS),
    "POST work:authority": row(SIGN_IN, 403, 403, 422, 403, 403, 422),
    "POST work:authority_forms": row(SIGN_IN, 403, 403, 302, 403, 403, 302),
    "POST work:authority_apply": row(SIGN_IN, 403, 403, 302, 403, 403, 302),
    "GET work:authority_merge": row(*_CATALOGUE_HEADINGS),
    "POST work:authority_merge": row(SIGN_IN, 403, 403, 400, 403, 403, 400),
    "POST work:authority_delete": row(SIGN_IN, 403, 403, 302, 403, 403, 302),
    "GET work:copy": row(SIGN_IN, 200, 200, 200, 403, 403, 200),
    "GET work:imports": row(SIGN_IN, 403, 403, 200, 403, 403, 200),
    "GET work:import_new": row(SIGN_IN, 403, 403, 200, 403, 403, 200),
    "POST work:import_new": row(SIGN_IN, 403, 403, 422, 403, 403, 422),
    "GET work:import": row(SIGN_IN, 403, 403, 200, 403, 403, 200),
    "GET work:import_file": row(SIGN_IN, 403, 403, 404, 403, 403, 404),  # no draft any more
    "POST work:import_file": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "GET work:import_columns": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "POST work:import_columns": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "GET work:import_policy": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "POST work:import_policy": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "GET work:import_check": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "POST work:import_check": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "POST work:import_drop": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "POST work:import_stop": row(SIGN_IN, 403, 403, 302, 403, 403, 302),
    "POST work:import_go_on": row(SIGN_IN, 403, 403, 302, 403, 403, 302),
    "GET work:import_undo": row(SIGN_IN, 403, 403, 200, 403, 403, 200),
    "POST work:import_undo": row(SIGN_IN, 403, 403, 302, 403, 403, 302),
    "GET work:import_download": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "GET work:import_source": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "POST work:import_source": row(SIGN_IN, 403, 403, 404, 403, 403, 404),
    "GET work:waiting": row(SIGN_IN, 403, 403, 200, 403, 403, 200),
    "POST work:decide": row(SIGN_IN, 403, 403, 409, 403, 403, 409),
    "POST work:decide_alike": row(SIGN_IN, 403, 403, 302, 403, 403, 302),
    "GET work:stock": row(*_STOCK),
    "GET work:receipts": row(*_STOCK),
    "GET work:receive": row(*_STOCK),
    "POST work:receive": row(SIGN_IN, 403, 422, 422, 403, 403, 422, data={"do": "save"}),
    "GET work:receipt": row(SIGN_IN, 403, 404, 200, 403, 403, 200),
    "POST work:receipt": row(SIGN_IN, 403, 404, 422, 403, 403, 422),
    "GET work:registers": row(*_STOCK),
    "GET work:register_volume": row(*_STOCK, data={"form": "csv"}),
    "GET work:register_general": row(SIGN_IN, 403, 404, 404, 403, 403, 404),
    "GET work:weeding": row(*_STOCK),
    "POST work:weeding": row(SIGN_IN, 403, 404, 404, 403, 403, 404),
    "GET work:weeding_list": row(SIGN_IN, 403, 404, 200, 403, 403, 200),
    "POST work:weeding_list": row(SIGN_IN, 403, 404, 422, 403, 403, 422, data={"do": "out"}),
    "GET work:weeding_minutes": row(SIGN_IN, 403, 404, 200, 403, 403, 200),
    "GET work:labels": row(SIGN_IN, 200, 200, 200, 403, 403, 200),  # whoever takes books in labels them
    "POST work:labels": row(SIGN_IN, 422, 422, 422, 403, 403, 422),
    "GET work:poster": row(SIGN_IN, 200, 200, 200, 403, 403, 200),
    "GET work:numbers": row(*_STOCK),
    "POST work:numbers": row(SIGN_IN, 403, 403, 422, 403, 403, 422),
    "GET work:collections": row(*_STOCK),
    "POST work:collections": row(SIGN_IN, 403, 403, 422, 403, 403, 422),
    "GET work:pile": row(*_STOCK),
    "POST work:pile": row(SIGN_IN, 403, 422, 422, 403, 403, 422),
    "GET work:stock_copy": row(SIGN_IN, 403, 404, 200, 403, 403, 200),
    "POST work:stock_copy": row(SIGN_IN, 403, 404, 422, 403, 403, 422),
    "POST work:reinstate": row(SIGN_IN, 403, 404, 404, 403, 403, 404),  # without a number
    "GET work:cover": row(SIGN_IN, 403, 200, 200, 403, 403, 200),
    "POST work:cover": row(SIGN_IN, 403, 422, 422, 403, 403, 422),
    "GET work:law": row(SIGN_IN, 403, 200, 200, 403, 403, 200),
    "POST work:law": row(SIGN_IN, 403, 302, 302, 403, 403, 302),
    "GET work:subscribe": row(SIGN_IN, 403, 200, 403, 403, 403, 200),  # for the place where one stands
    "POST work:subscribe": row(SIGN_IN, 403, 422, 403, 403, 403, 422),
    "GET work:periodicals": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "POST work:issues_arrived": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "POST work:issue_given_up": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "POST work:issue_taken_back": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "GET work:subscription": row(SIGN_IN, 200, 404, 200, 403, 403, 200),
    "POST work:subscription": row(SIGN_IN, 403, 404, 422, 403, 403, 422),
    "GET work:book_lists": row(SIGN_IN, 200, 200, 200, 403, 403, 200),
    "POST work:book_lists": row(SIGN_IN, 422, 422, 422, 403, 403, 422),
    "GET work:book_list": row(SIGN_IN, 200, 200, 200, 403, 403, 200),
    "POST work:book_list": row(SIGN_IN, 422, 403, 422, 403, 403, 422),  # one's own, or who keeps the catalogue
    "POST work:add_to_list": row(SIGN_IN, 400, 400, 400, 403, 403, 400),
    "GET work:requests": row(*_AT_DESK),
    "POST work:request_act": row(SIGN_IN, 400, 400, 403, 403, 403, 400, data={"op": _OP}),
    "GET work:bags": row(*_AT_DESK),
    "POST work:bags": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "GET work:bag": row(SIGN_IN, 200, 404, 403, 403, 403, 404),  # packed where it is fetched, nowhere else
    "POST work:bag": row(SIGN_IN, 400, 404, 403, 403, 403, 404),
    "POST work:lend_waiting": row(SIGN_IN, 400, 404, 403, 403, 403, 400),
    "GET work:request_new": row(*_AT_DESK),
    "POST work:request_new": row(SIGN_IN, 409, 409, 403, 403, 403, 409, data={"op": _OP, "card": "KHONG-CO"}),
    "GET work:devices": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "GET work:device_new": row(SIGN_IN, 403, 200, 403, 403, 403, 200),
    "POST work:device_new": row(SIGN_IN, 403, 200, 403, 403, 403, 200),
    "GET work:device_guide": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "GET work:device_import": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "POST work:device_import": row(SIGN_IN, 422, 422, 403, 403, 403, 422),
    "GET work:device": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "POST work:device_revoke": row(SIGN_IN, 403, 404, 403, 403, 403, 422),
    "POST work:device_decide": row(SIGN_IN, 403, 404, 403, 403, 403, 422),
    "GET work:stocktakes": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "POST work:stocktakes": row(SIGN_IN, 422, 404, 403, 403, 403, 422, data=_NO_SHELF),
    "GET work:stocktake": row(*_STOCKTAKE),
    "POST work:stocktake": row(SIGN_IN, 409, 404, 403, 403, 403, 409, data={"op": _OP, "do": "close"}),
    "POST work:stocktake_scan": row(SIGN_IN, 422, 404, 403, 403, 403, 422, data={"op": _OP, "code": ":"}),
    "GET work:stocktake_progress": row(*_STOCKTAKE),
    "GET work:stocktake_lines": row(*_STOCKTAKE),
    "GET work:stocktake_minutes": row(*_STOCKTAKE, data={"form": "csv"}),
    "GET work:troubles": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "POST work:troubles": row(SIGN_IN, 302, 404, 403, 403, 403, 302, data={"place": "CB-COBA", "op": _OP}),
    "POST work:trouble": row(SIGN_IN, 400, 400, 403, 403, 403, 400),
    "GET work:cases": row(SIGN_IN, 200, 200, 403, 403, 403, 200),
    "POST work:cases": row(SIGN_IN, 302, 302, 403, 403, 403, 302, data={"op": _OP}),
    "GET work:case": row(SIGN_IN, 200, 404, 403, 403, 403, 200),
    "POST work:case": row(SIGN_IN, 302, 404, 403, 403, 403, 200),  # a keeper may look and is told why not settle
}

# The province's pages show figures and nobody's name, to those who steer the programme.
_HQ = (SIGN_IN, 403, 403, 403, 200, 200, 200)
HQ: dict[str, Row] = {
    "GET hq:home": row(*_HQ),
    "GET hq:coverage": row(*_HQ),
    "GET hq:coverage_csv": row(*_HQ),
    "GET hq:commune": row(*_HQ),
    "GET hq:place": row(*_HQ),
}

# Acts name a copy that nobody knows, at Lan's place: who may act there is told so (404), others may not (403).
_AT_COBA = {"copy": "KHONG-CO", "place": "CB-COBA"}
_DESK = (401, 404, 403, 403, 403, 403, 404)

API: dict[str, Row] = {
    "GET api:openapi-json": everyone(200),
    "GET api:api-root": everyone(404),
    "GET api:search": everyone(200),
    "GET api:suggest": everyone(200, data={"q": "de men"}),
    "GET api:record": everyone(200),
    "GET api:places": everyone(200),
    "GET api:place": everyone(200),
    "GET api:coverage": everyone(200),
    "POST api:sync_enrol": everyone(422),
    "POST api:sync_keepers": everyone(401),  # desks come with a credential of their own; no token lets anybody in
    "POST api:sync_hello": everyone(401),
    "POST api:sync_ops": everyone(401),
    "GET api:sync_feed": everyone(401),
    "GET api:sync_snapshot": everyone(401),
    "GET api:sync_chunk": everyone(401),
    "GET api:cases": bearer(200),
    "POST api:settle": row(401, 404, 404, 404, 404, 404, 201, data={"decision": "DONE"}),
    "POST api:record_operations": bearer(200, data={"operations": []}),
    "POST api:ask_for": row(401, 404, 403, 403, 403, 403, 404, data={"place": "CB-COBA", "record": 1, "card": "X"}),
    "GET api:requests": row(401, 200, 403, 403, 403, 403, 200, data={"place": "CB-COBA"}),
    "DELETE api:cancel_request": row(401, 200, 404, 404, 404, 404, 200),
    "POST api:lend": row(*_DESK, data=lambda given: _AT_COBA | {"reader": str(given["reader"])}),
    "POST api:take_back": row(*_DESK, data=_AT_COBA),
    "POST api:renew": row(401, 409, 403, 403, 403, 403, 409, data=_AT_COBA),
    "POST api:sight": row(*_DESK, data=_AT_COBA),
    "POST api:tally": row(401, 422, 403, 403, 403, 403, 422, data={"place": "CB-COBA", "counts": {"X": 1}}),
    "POST api:join": row(401, 422, 403, 403, 403, 403, 422, data={"name": "A", "group": "X", "place": "CB-COBA"}),
    "POST api:void": bearer(404, data={"target": "0192f000-0000-7000-8000-000000000000"}),
    "GET api:reader": row(401, 200, 404, 404, 404, 404, 200, data=lambda given: {"card": given["card"]}),
}

# Other machines ask here: everything is open to all, and a wrong question is answered in the protocol's own words.
OPEN: dict[str, Row] = {
    "GET open:oai": everyone(200),
    "POST open:oai": everyone(200, data={"verb": "Identify"}),
    "GET open:sru": everyone(200),
    "POST open:sru": everyone(200, data={"query": "dế"}),
    "GET open:unapi": everyone(200),
    "GET open:record_marc": everyone(200),
    "GET open:record_marcxml": everyone(200),
    "GET open:record_ris": everyone(200),
    "GET open:cover": everyone(200),
    "GET open:robots": everyone(200),
    "GET open:sitemap": everyone(200),
    "GET open:sitemap_page": everyone(200),
}

# The desk's page is the same for all; what it may know it asks through /api/v1/sync/ as an enrolled device.
DESK: dict[str, Row] = {
    "GET desk:page": everyone(200),
    "GET desk:worker": everyone(200),
}

TABLE = SITE | PORTAL | WORK | HQ | API | OPEN | DESK
