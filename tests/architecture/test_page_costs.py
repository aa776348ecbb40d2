"""No page of the workbench asks the database more than a dozen times, nor more often when there is more of everything.

The pages are those of the resolver, the world that of conftest.py. Then every row that belongs to a room is there two
dozen times: copied with numbers of its own, so that loans of the copies are loans of copied readers, and so on.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.architecture.test_urls import ROUTES, _values
from tests.web import roles
from tests.worlds import as_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

QUERIES_MAX = 12
TIMES = 25
BOOKKEEPING = ("django_session", 'readers_readeraccess" (', "SAVEPOINT", "BEGIN", "COMMIT")
"""Reading and keeping the session, and the trace that looking at a reader leaves."""
KNOWN = {"work:reader_data": 28, "work:reader_data_file": 25}
"""Pages that ask more often than that, and how often: all that any room keeps of one person, seldom asked for."""
ALONE = frozenset({"network", "feedreader", "rulebook", "policyrule", "source"})
"""Not copied: places and staff, rules, and tables of which there is one row a name."""
FARTHER = 1_000_000
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NUMBERED = re.compile(r"\b(CB|BD)(\d{6,})\b")  # barcodes and card numbers
_POINTING = frozenset({"record", "record_id", "heading_id"})  # numbers of rows that no foreign key says


def pages() -> list[str]:
    found = []
    for name in sorted(ROUTES):
        row = roles.TABLE.get(f"GET {name}")
        if row is not None and name.startswith("work:") and 200 in row.answers.values():
            found.append(name)
    return found


def test_there_are_pages():
    assert len(pages()) > 60


def multiplied() -> None:
    """Let there be much more of everything."""
    for model in _copied():
        rows = list(model._default_manager.all())
        copies = [_copy(row, time) for time in range(1, TIMES) for row in rows]
        model._default_manager.bulk_create(copies, ignore_conflicts=True)


def _copied() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        is_ours = model.__module__.startswith("guisach.") and not model._meta.proxy
        if is_ours and not {model._meta.app_label, model._meta.model_name} & ALONE:
            yield model


def _copy(row: models.Model, time: int) -> models.Model:
    among = set(_copied())
    values = {}
    for one in row._meta.concrete_fields:
        value = getattr(row, one.attname)
        points_at = one.related_model
        own = points_at in among if points_at else True
        values[one.attname] = _shifted(one, value, time) if own else value
    return type(row)(**values)


def _shifted(one: models.Field[Any, Any], value: Any, time: int) -> Any:
    while isinstance(one, models.ForeignKey):
        one = one.target_field
    if isinstance(value, UUID):
        return UUID(int=value.int ^ time)
    if isinstance(value, int) and not isinstance(value, bool):
        return value + time * FARTHER if one.primary_key or one.name in _POINTING else value
    if isinstance(value, str):
        return _in_text(one, value, time)
    if isinstance(value, dict | list):
        return json.loads(_words(json.dumps(value), time))
    return value


def _in_text(one: models.Field[Any, Any], value: str, time: int) -> str:
    found = _words(value, time)
    if (one.primary_key or one.unique) and found == value:
        return f"{value[: (one.max_length or 100) - 3]}{time:03}"
    return found


def _words(text: str, time: int) -> str:
    text = _UUID.sub(lambda match: str(UUID(int=UUID(match[0]).int ^ time)), text)
    return _NUMBERED.sub(lambda match: f"{match[1]}{int(match[2]) + time * 1000:0{len(match[2])}}", text)


def cost(client: Client, address: str) -> list[str]:
    with as_before():
        client.get(address)  # what is asked once in the life of the process
    with as_before(), CaptureQueriesContext(connection) as seen:
        answer = client.get(address)
        assert answer.status_code == 200
        if answer.streaming:
            b"".join(answer)  # a stream asks while it is read
    return [one["sql"] for one in seen.captured_queries if not any(word in one["sql"] for word in BOOKKEEPING)]


def visitor(name: str, sign_in: Callable[[Client, str], None]) -> Client:
    """Return somebody who may see the page: the keeper, at whose place everything is, if she may."""
    answers = roles.TABLE[f"GET {name}"].answers
    role = next(role for role in ("keeper", "administrator", *roles.ROLES) if answers[role] == 200)
    client = Client()
    sign_in(client, role)
    return client


def test_every_page_asks_little_and_no_more_for_more(sign_in, url_arguments):
    little = {name: _asked(name, sign_in, url_arguments) for name in pages()}
    multiplied()
    complaints = []
    for name, before in little.items():
        much = _asked(name, sign_in, url_arguments)
        if len(much) > min(len(before), KNOWN.get(name, QUERIES_MAX)):
            more = "\n    ".join(sql[:160] for sql in much if sql not in before)
            complaints.append(f"{name}: {len(before)} queries, with more rows {len(much)}:\n    {more}")
    assert not complaints, "\n".join(complaints)


def _asked(name: str, sign_in: Callable[[Client, str], None], given: dict[str, Any]) -> list[str]:
    data = roles.TABLE[f"GET {name}"].data
    query = data(given) if callable(data) else data
    return cost(visitor(name, sign_in), reverse(name, kwargs=_values(ROUTES[name], given), query=query or None))


def test_much_more_is_there(url_arguments):
    """The copies are real: a reader, a loan, a request, a case, a slip, and titles."""
    before = {model.__name__: model._default_manager.count() for model in _copied()}
    multiplied()
    after = {model.__name__: model._default_manager.count() for model in _copied()}
    for name in ("Reader", "Loan", "Request", "Case", "Message", "Record", "Copy", "Operation", "Stocktake", "Import"):
        assert after[name] == before[name] * TIMES > before[name], name
