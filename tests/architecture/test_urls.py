"""Every route of the site has a row in the table of tests/web/roles.py, and answers each role as it says."""

from __future__ import annotations

import inspect
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from tests.web import roles
from tests.worlds import as_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Route(NamedTuple):
    """A route: its full name, the arguments in its address, and the methods that are known to be answered."""

    name: str
    arguments: tuple[str, ...]
    methods: frozenset[str]
    address: str
    view: object


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
            path = _api_path(pattern.callback)
            methods = frozenset(method for operation in getattr(path, "operations", ()) for method in operation.methods)
            yield Route(name, own, methods, here, path or pattern.callback)


def _arguments(pattern: URLPattern | URLResolver) -> tuple[str, ...]:
    if isinstance(pattern.pattern, RoutePattern):
        return tuple(pattern.pattern.converters)
    return tuple(getattr(getattr(pattern.pattern, "regex", None), "groupindex", ()))


def _api_path(view: Callable[..., Any]) -> Any:
    """Give django-ninja's path behind a view, which knows its methods; None for a page, which does not tell."""
    inner = inspect.unwrap(view)
    return inspect.getclosurevars(inner).nonlocals.get("self") if inspect.isfunction(inner) else None


ALL = list(routes())
ROUTES = {route.name: route for route in ALL}


def test_no_two_routes_share_a_name_or_an_address():
    """Of two views with one address only the first is ever asked; of two with one name only one can be reversed."""
    clashes = [
        f"{one.address} ({one.name}) and {other.address} ({other.name})"
        for one, other in combinations(ALL, 2)
        if (one.address == other.address and one.view is not other.view)
        or (one.name == other.name and one.address != other.address)
    ]
    assert not clashes, "\n".join(clashes)


def test_every_route_has_a_name_and_a_row():
    missing = [f"{route.address}: has no name" for route in ALL if not route.name]
    for address, names in _by_address().items():
        rows = {key.partition(" ")[0] for key in roles.TABLE if key.partition(" ")[2] in names}
        methods = ROUTES[names[0]].methods
        missing += [f"{address}: no row '{method} {' or '.join(names)}'" for method in sorted(methods - rows)]
        if not rows and not methods:
            missing.append(f"{address}: no row 'GET {names[0]}' (or POST)")
    assert not missing, "add rows to tests/web/roles.py:\n" + "\n".join(missing)


@pytest.mark.slow
@pytest.mark.django_db
def test_every_method_that_a_page_answers_has_a_row(sign_in, url_arguments):
    """A page does not tell its methods, so each is tried; 405 says that it has none of that name."""
    missing = []
    for route in ALL:
        if route.address.startswith("/api/"):
            continue
        address = reverse(route.name, kwargs=_values(route, url_arguments))
        for method in ("GET", "POST"):
            client = Client()
            with as_before():
                sign_in(client, "administrator")
                response = getattr(client, method.lower())(address)
            if response.status_code != 405 and f"{method} {route.name}" not in roles.TABLE:
                missing.append(f"{address}: answers {response.status_code} and has no row '{method} {route.name}'")
    assert not missing, "\n".join(missing)


def _by_address() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for route in ALL:
        names.setdefault(route.address, []).append(route.name)
    return names


def test_every_row_has_a_route():
    gone = [key for key in roles.TABLE if key.partition(" ")[2] not in ROUTES]
    assert not gone, f"no such route any more: {gone}"


def test_what_lies_elsewhere_is_not_found_rather_than_forbidden():
    """A page of one object must not tell a stranger that it exists, where those at home may see it."""
    telling = [
        key
        for key, row in roles.TABLE.items()
        if key.startswith("GET ")
        and ROUTES.get(key.partition(" ")[2], Route("", (), frozenset(), "", None)).arguments
        and row.answers["librarian_elsewhere"] == 403
        and row.answers["keeper"] != 403
    ]
    assert not telling


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("key", roles.TABLE)
def test_a_route_answers_each_role_as_the_table_says(sign_in, url_arguments, key):
    complaints = [_complaint(key, role, sign_in, url_arguments) for role in roles.ROLES]
    assert not any(complaints), "\n".join(filter(None, complaints))


@pytest.mark.slow
@pytest.mark.django_db
def test_a_signed_in_reader_is_a_stranger_on_every_page_but_their_own(url_arguments):
    """A reader's session opens nothing of the staff's, by no address and with no method."""
    from guisach.domain.readers.actions.signing_in import _digest
    from guisach.domain.readers.models import ReaderPin, ReaderSession
    from guisach.kernel.clock import system_clock

    now = system_clock()
    ReaderPin.objects.create(reader=url_arguments["reader"], secret="!", is_start_code=False, set_at=now)
    wrong = []
    for key, row in roles.TABLE.items():
        client = Client()
        client.cookies["reader"] = "token"
        with as_before():
            ReaderSession.objects.create(
                pk=_digest("token"),
                reader=url_arguments["reader"],
                begun_at=now,
                seen_at=now,
                must_choose_pin=False,
            )
            found = _answer(_ask(client, key, url_arguments))
        if found != roles.OWN.get(key, row.answers["anonymous"]):
            wrong.append(f"{key}: {found}")
    assert not wrong, "\n".join(wrong)
    assert set(roles.OWN) <= set(roles.TABLE)


def _complaint(key: str, role: str, sign_in: Callable[[Client, str], None], given: dict[str, Any]) -> str:
    """Ask as one role, in the world as it was before anybody asked."""
    client = Client()
    with as_before():
        sign_in(client, role)
        response = _ask(client, key, given)
        if (answer := _answer(response)) == roles.TABLE[key].answers[role]:
            return ""
        return f"{key} as {role}: {answer}, expected {roles.TABLE[key].answers[role]}: {response.content[:300]!r}"


def _ask(client: Client, key: str, given: dict[str, Any]) -> Any:
    method, _, name = key.partition(" ")
    data = roles.TABLE[key].data
    address = reverse(name, kwargs=_values(ROUTES[name], given))
    form = {"content_type": "application/json"} if address.startswith("/api/") and method != "GET" else {}
    return getattr(client, method.lower())(address, data(given) if callable(data) else data, **form)


def _values(route: Route, given: dict[str, Any]) -> dict[str, Any]:
    own = given.get(route.name, {})
    missing = [name for name in route.arguments if name not in own and name not in given]
    assert not missing, f"{route.name}: give {missing} in the fixture url_arguments (tests/architecture/conftest.py)"
    return {name: own.get(name, given.get(name)) for name in route.arguments}


def _answer(response: Any) -> int | str:
    if response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL)):
        return roles.SIGN_IN
    return int(response.status_code)
