"""Every route of the site has a row in the table of tests/web/roles.py, and answers each role as it says."""

from __future__ import annotations

import inspect
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from tests.web import roles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client


class Route(NamedTuple):
    """A route: its full name, the arguments in its address, and the methods that are known to be answered."""

    name: str
    arguments: tuple[str, ...]
    methods: frozenset[str]
    address: str


def routes(resolver: URLResolver | None = None, names: tuple[str, ...] = ()) -> Iterator[Route]:
    """Walk through the resolver."""
    yield from _below(resolver or get_resolver(), names, (), "/")


def _below(resolver: URLResolver, names: tuple[str, ...], arguments: tuple[str, ...], address: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        own = (*arguments, *_arguments(pattern))
        here = address + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from _below(pattern, inner, own, here)
        else:
            name = ":".join((*names, pattern.name)) if pattern.name else ""
            yield Route(name, own, _methods(pattern.callback), here)


def _arguments(pattern: URLPattern | URLResolver) -> tuple[str, ...]:
    if isinstance(pattern.pattern, RoutePattern):
        return tuple(pattern.pattern.converters)
    return tuple(getattr(getattr(pattern.pattern, "regex", None), "groupindex", ()))


def _methods(view: Callable[..., Any]) -> frozenset[str]:
    """Give the methods of a path of the API; a page is only known to answer GET or POST."""
    inner = inspect.unwrap(view)
    held = inspect.getclosurevars(inner).nonlocals.get("self") if inspect.isfunction(inner) else None
    operations = getattr(held, "operations", ())
    return frozenset(method for operation in operations for method in operation.methods)


ALL = list(routes())
ROUTES = {route.name: route for route in ALL}


def test_no_two_routes_share_a_name_or_an_address():
    """Of two with one address only the first is ever asked; of two with one name only one can be reversed."""
    for what in ("name", "address"):
        seen = Counter(getattr(route, what) for route in ALL)
        assert not [value for value, times in seen.items() if times > 1], f"routes with the same {what}"


def test_every_route_has_a_name_and_a_row():
    missing = []
    for route in ALL:
        if not route.name:
            missing.append(f"{route.address}: has no name")
        rows = {key for key in roles.TABLE if key.partition(" ")[2] == route.name}
        wanted = {f"{method} {route.name}" for method in route.methods}
        missing += [f"{route.address}: no row {key!r}" for key in sorted(wanted - rows)]
        if not rows and not wanted:
            missing.append(f"{route.address}: no row 'GET {route.name}' (or POST)")
    assert not missing, "add rows to tests/web/roles.py:\n" + "\n".join(missing)


def test_every_row_has_a_route():
    gone = [key for key in roles.TABLE if key.partition(" ")[2] not in ROUTES]
    assert not gone, f"no such route any more: {gone}"


def test_what_lies_elsewhere_is_not_found_rather_than_forbidden():
    """A page of one object must not tell a stranger that it exists, where those at home may see it."""
    telling = [
        key
        for key, row in roles.TABLE.items()
        if key.startswith("GET ")
        and ROUTES.get(key.partition(" ")[2], Route("", (), frozenset(), "")).arguments
        and row.answers["librarian_elsewhere"] == 403
        and row.answers["keeper"] != 403
    ]
    assert not telling


@pytest.mark.django_db
@pytest.mark.parametrize("role", roles.ROLES)
@pytest.mark.parametrize("key", roles.TABLE)
def test_a_route_answers_a_role_as_the_table_says(client: Client, sign_in, url_arguments, key, role):
    method, _, name = key.partition(" ")
    route, row = ROUTES[name], roles.TABLE[key]
    address = reverse(name, kwargs=_values(route, url_arguments))
    sign_in(client, role)
    data = row.data(url_arguments) if callable(row.data) else row.data
    form = {"content_type": "application/json"} if address.startswith("/api/") and method != "GET" else {}
    response = getattr(client, method.lower())(address, data, **form)
    assert _answer(response) == row.answers[role], f"{method} {address} as {role}: {response.content[:400]!r}"


def _values(route: Route, given: dict[str, Any]) -> dict[str, Any]:
    own = given.get(route.name, {})
    missing = [name for name in route.arguments if name not in own and name not in given]
    assert not missing, f"{route.name}: give {missing} in the fixture url_arguments (tests/architecture/conftest.py)"
    return {name: own.get(name, given.get(name)) for name in route.arguments}


def _answer(response: Any) -> int | str:
    if response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL)):
        return roles.SIGN_IN
    return int(response.status_code)
