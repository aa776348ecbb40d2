"""Whoever works elsewhere cannot tell what is Cô Ba's from what is not there at all: by no address, code or effort.

For every route of the resolver that takes the id of a reader, a case, a request, a set, … the answer to an id of Cô
Ba's is compared with the answer to one that nobody has: the same status, the same bytes (but for the id itself and what
is fresh in every answer), and the same number of questions to the database. Ids are random, and cards rest.
"""

from __future__ import annotations

import re
import time
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guisach.domain.readers.rules.cards import card_number
from guisach.kernel.ids import new_id
from tests.architecture.test_urls import ALL, ROUTES, _values
from tests.web import roles
from tests.worlds import as_before

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

OF_PLACES = frozenset(
    {"reader", "case", "case_id", "batch", "bag_id", "payment", "event", "op", "device", "stocktake"}
)  # fmt: skip
"""Arguments that name what belongs to readers and places, not to the catalogue."""
ABROAD = ("librarian_elsewhere", "anonymous", "cataloguer", "programme_officer", "inspector")
_FRESH = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b|"
    r'(?<=name="csrfmiddlewaretoken" value=")[^"]+|(?<="X-CSRFToken": ")[^"]+|(?<=%2F)[cd]{32}(?=%2F)'
)


def keys() -> list[str]:
    """Give the rows of the table whose address names something of a reader or a place."""
    return [key for key in roles.TABLE if OF_PLACES & set(ROUTES[key.partition(" ")[2]].arguments)]


def test_every_route_that_takes_such_an_id_is_among_them():
    named = {key.partition(" ")[2] for key in keys()}
    assert {route.name for route in ALL if OF_PLACES & set(route.arguments)} == named
    assert len(named) > 25


def nobodys(value: Any) -> Any:
    """Give an id of the same form that nobody has."""
    return new_id() if isinstance(value, UUID) else "d" * 32


def answer(client: Client, key: str, given: dict[str, Any], data: dict[str, Any]) -> tuple[int, str, str, int]:
    """Ask; gives the status, where one is sent, what is said without what is fresh, and how many questions it took."""
    method, _, name = key.partition(" ")
    address = reverse(name, kwargs=_values(ROUTES[name], given))
    form = {"content_type": "application/json"} if address.startswith("/api/") and method != "GET" else {}
    with as_before(), CaptureQueriesContext(connection) as asked:
        response = getattr(client, method.lower())(address, data, **form)
    location = response.headers.get("Location", "")
    return response.status_code, plain(location), plain(response.content.decode()), len(asked)


def plain(text: str) -> str:
    return _FRESH.sub("…", text)


@pytest.mark.slow
@pytest.mark.parametrize("role", ABROAD)
@pytest.mark.parametrize("key", keys())
def test_what_is_elsewhere_is_answered_as_what_is_nowhere(sign_in, url_arguments, key, role):
    client, row = Client(), roles.TABLE[key]
    with as_before():
        sign_in(client, role)
    data = row.data(url_arguments) if callable(row.data) else row.data
    own = dict(_values(ROUTES[key.partition(" ")[2]], url_arguments))
    strange = {name: nobodys(value) if name in OF_PLACES else value for name, value in own.items()}
    there = answer(client, key, {**url_arguments, key.partition(" ")[2]: own}, data)
    nowhere = answer(client, key, {**url_arguments, key.partition(" ")[2]: strange}, data)
    assert there == nowhere


def said_in_forms(given: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Give addresses at which such an id is sent along: method, address, what is sent; "ID" stands for the id."""
    op, late = str(new_id()), given["late"]
    return [
        ("GET", "/work/", {"reader": "ID"}),
        ("GET", "/work/readers/cards/", {"reader": "ID"}),
        ("POST", "/work/desk/choose/", {"op": op, "desk": "d1", "reader": "ID"}),
        ("POST", "/work/overdue/act/", {**late, "act": "phone", "reader": "ID"}),
        ("POST", "/work/overdue/act/", {**late, "act": "slip", "reader": "ID"}),
        ("POST", "/work/readers/corrections/", {"op": op, "reader": "ID"}),
        ("POST", "/work/sets/", {"op": op, "who": "x", "reader": "ID", "codes": "CB000001"}),
    ]


@pytest.mark.parametrize("number", range(7))
def test_a_reader_of_elsewhere_in_a_form_is_answered_as_nobody(sign_in, url_arguments, number):
    method, address, said = said_in_forms(url_arguments)[number]
    compared(sign_in, method, address, said, url_arguments["reader"], new_id())


def others(given: dict[str, Any]) -> list[tuple[str, str, dict[str, Any], Any]]:
    """Give what else of Cô Ba's can be named in a form, with its id."""
    from guisach.domain.journal.models import Operation

    lent = Operation.objects.filter(kind="lend").values_list("op", flat=True)[0]
    asked, fresh = given["api:cancel_request"]["op"], str(new_id())
    return [
        ("POST", "/work/requests/act/", {"op": fresh, "do": "cancel", "request": "ID"}, asked),
        ("POST", "/work/undo/", {"op": fresh, "target": "ID"}, lent),
        ("POST", "/work/messages/act/", {"act": "cancel", "message": "ID"}, given["message"]),
        ("POST", "/api/v1/voids", {"target": "ID"}, lent),
    ]


@pytest.mark.parametrize("number", range(4))
def test_what_else_is_of_elsewhere_is_answered_as_nothing(sign_in, url_arguments, number):
    method, address, said, id_ = others(url_arguments)[number]
    compared(sign_in, method, address, said, id_, new_id())


def compared(sign_in: Callable[..., None], method: str, address: str, said: dict[str, Any], own: Any, no: Any) -> None:
    client = Client()
    with as_before():
        sign_in(client, "librarian_elsewhere")
    form = {"content_type": "application/json"} if address.startswith("/api/") else {}
    answers = []
    for id_ in (own, no):
        sent = {name: str(id_) if value == "ID" else value for name, value in said.items()}
        with as_before(), CaptureQueriesContext(connection) as asked:
            response = getattr(client, method.lower())(address, sent, **form)
        body, location = plain(response.content.decode()), plain(response.headers.get("Location", ""))
        answers.append((response.status_code, location, body, len(asked)))
    assert answers[0] == answers[1]
    assert answers[0][0] < 500


def test_ids_cannot_be_counted_up():
    """Of two ids made in one millisecond neither tells the other: 32 bits of each are random at the very least."""
    tails = [new_id().int & ((1 << 32) - 1) for _ in range(2000)]
    assert len(set(tails)) > 1990
    assert sum(tail.bit_count() for tail in tails) / (32 * len(tails)) == pytest.approx(0.5, abs=0.02)
    assert sum(later > tail for tail, later in pairwise(tails)) == pytest.approx(1000, abs=150)


@pytest.mark.slow
@pytest.mark.parametrize(
    "address", ["/work/readers/{}/", "/work/sets/{}/", "/work/cases/{}/", "/api/v1/readers?card={}"]
)
def test_it_takes_no_longer_to_hide_than_to_find_nothing(sign_in, url_arguments, address):
    """Medians of work of this process, of calls by turns: no machine is so busy that they move apart."""
    own = {"/work/readers/{}/": "reader", "/work/sets/{}/": "batch", "/work/cases/{}/": "case"}.get(address, "card")
    client, spent = Client(), ([], [])
    with as_before():
        sign_in(client, "librarian_elsewhere")
    for turn in range(240):
        there = url_arguments[own]
        nowhere = card_number(turn + 500_000) if own == "card" else nobodys(there)
        for kind, id_ in enumerate((there, nowhere)):
            began = time.process_time_ns()
            response = client.get(address.format(id_))
            spent[kind].append(time.process_time_ns() - began)
            assert response.status_code == 404
    ratio = median(spent[0][20:]) / median(spent[1][20:])
    print(f"{address}: {ratio:.3f}")
    assert 0.8 < ratio < 1.25
