"""How many questions an act asks the database: a number that may go down, and up only on purpose."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guisach.kernel.ids import new_id
from tests import builders
from tests.web.api.conftest import small_world

# With the sign-in by token and with the lines that open and end the transaction.
LEND, RETURN, FACT, REFUSED, BATCH = 40, 36, 27, 15, 53


def asked(by, path, act, status):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = by.post(path, act)
    assert answer.status == status, answer.body
    for n, query in enumerate(queries.captured_queries, 1):
        print(n, query["sql"][:230])
    return len(queries)


@pytest.fixture
def world(transactional_db: None) -> None:
    """The lines that open and end a transaction are counted: they must be real ones."""
    small_world()


@pytest.fixture
def counted(lan, an):
    """A library in which something has happened before: nothing is the first of its kind."""
    builders.copy("CB000002")
    lan.post("/loans", {"copy": "CB000002", "card": an})
    lan.post("/loans", {"copy": "CB000001", "card": an})
    lan.post("/returns", {"copy": "CB000001"})
    return lan


def test_an_act_asks_no_more_than_this(counted, an):
    assert asked(counted, "/loans", {"copy": "CB000001", "card": an}, 201) <= LEND
    assert asked(counted, "/loans", {"copy": "CB000001", "card": an}, 409) <= REFUSED
    assert asked(counted, "/returns", {"copy": "CB000001"}, 201) <= RETURN
    fact = {"op": str(new_id()), "v": 1, "kind": "return", "place": builders.COBA, "copy": "CB000001"}
    assert asked(counted, "/operations", {"operations": [fact]}, 200) <= FACT


@pytest.mark.slow
def test_a_batch_asks_little_more_than_a_single_fact(counted):
    facts = [
        {"op": str(new_id()), "v": 1, "kind": "sighting", "place": builders.COBA, "copy": f"CB1{n:05d}"}
        for n in range(200)
    ]
    assert asked(counted, "/operations", {"operations": facts}, 200) <= BATCH
