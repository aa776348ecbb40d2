"""OAI-PMH 2.0: the whole catalogue for harvesters, page by page, with what was taken out.

Sets are kinds of material: they belong to the record and change with it. Places would not do: a copy that travels
changes no record, so a harvester would never hear of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from guisach.adapters import xml
from guisach.adapters.xml import element, wrap
from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.rules.harvest import (
    BadDate,
    BadToken,
    Position,
    Token,
    identifier,
    instant_text,
    read_token,
    record_of,
    span_of,
    write_token,
)
from guisach.kernel.clock import system_clock
from guisach.web.open.answers import House, own_language
from guisach.web.open.answers import xml as answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import QueryDict

    from guisach.domain.catalogue.queries import Header

RECORDS_A_PAGE: Final = 100
HEADERS_A_PAGE: Final = 500
_LONGEST: Final = 1000  # characters of an argument
FORMATS: Final = {
    "oai_dc": (
        "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        "http://www.openarchives.org/OAI/2.0/oai_dc/",
    ),
    "marc21": (
        "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd",
        "http://www.loc.gov/MARC21/slim",
    ),
}
# Which arguments a verb needs, and which it may have.
_ARGUMENTS: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
    "ListRecords": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
}
_LISTS: Final = frozenset({"ListIdentifiers", "ListRecords"})


class Refusal(Exception):
    """An error as the protocol names it; told with status 200."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request: HttpRequest) -> HttpResponse:
    """Answer one request of the protocol; it has the same words as a query and as a form."""
    house = House(request)
    sent = request.POST if request.method == "POST" else request.GET
    with own_language():
        try:
            asked = _asked(sent)
            body = _VERBS[asked["verb"]](house, asked)
        except Refusal as refusal:
            body = element("error", str(refusal), [("code", refusal.code)])
            asked = {} if refusal.code in {"badVerb", "badArgument"} else asked
    return answer(_document(house, asked, body))


def _document(house: House, asked: dict[str, str], body: str) -> str:
    return xml.DECLARATION + wrap(
        "OAI-PMH",
        element("responseDate", instant_text(system_clock()))
        + element("request", house.url("open:oai"), asked.items())
        + body,
        [
            ("xmlns", "http://www.openarchives.org/OAI/2.0/"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            (
                "xsi:schemaLocation",
                "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd",
            ),
        ],
    )


def _asked(sent: QueryDict) -> dict[str, str]:
    """Return the arguments if they are those of the verb. Raises Refusal."""
    verbs = sent.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in _ARGUMENTS:
        raise Refusal("badVerb", f"Say one verb: {', '.join(_ARGUMENTS)}.")
    verb = verbs[0]
    needed, allowed = _ARGUMENTS[verb]
    if verb in _LISTS and "resumptionToken" in sent:
        needed, allowed = frozenset({"resumptionToken"}), frozenset()
    given = set(sent) - {"verb"}
    if repeated := sorted(name for name in sent if len(sent.getlist(name)) > 1):
        raise Refusal("badArgument", f"Repeated: {', '.join(repeated)[:_LONGEST]}.")
    if missing := sorted(needed - given):
        raise Refusal("badArgument", f"Missing: {', '.join(missing)}.")
    if strange := sorted(given - needed - allowed):
        raise Refusal("badArgument", f"{verb} has no argument {', '.join(strange)[:_LONGEST]}.")
    if any(len(value) > _LONGEST for value in sent.dict().values()):
        raise Refusal("badArgument", f"An argument is longer than {_LONGEST} characters.")
    return {name: str(sent[name]) for name in ("verb", *sorted(given))}


# The verbs --------------------------------------------------------------------------------------------------


def _identify(house: House, asked: dict[str, str]) -> str:
    earliest = catalogue.earliest_change() or system_clock()
    described = wrap(
        "oai-identifier",
        element("scheme", "oai")
        + element("repositoryIdentifier", house.repository)
        + element("delimiter", ":")
        + element("sampleIdentifier", identifier(house.repository, 1)),
        [
            ("xmlns", "http://www.openarchives.org/OAI/2.0/oai-identifier"),
            (
                "xsi:schemaLocation",
                "http://www.openarchives.org/OAI/2.0/oai-identifier "
                "http://www.openarchives.org/OAI/2.0/oai-identifier.xsd",
            ),
        ],
    )
    host = house.base.partition("://")[2].partition(":")[0]
    return wrap(
        "Identify",
        element("repositoryName", house.name)
        + element("baseURL", house.url("open:oai"))
        + element("protocolVersion", "2.0")
        + element("adminEmail", f"oai@{host}")
        + element("earliestDatestamp", instant_text(earliest))
        + element("deletedRecord", "persistent")
        + element("granularity", "YYYY-MM-DDThh:mm:ssZ")
        + wrap("description", described),
    )


def _list_formats(house: House, asked: dict[str, str]) -> str:
    if "identifier" in asked:
        _one(house, asked["identifier"])
    formats = (
        wrap(
            "metadataFormat",
            element("metadataPrefix", prefix) + element("schema", schema) + element("metadataNamespace", namespace),
        )
        for prefix, (schema, namespace) in FORMATS.items()
    )
    return wrap("ListMetadataFormats", "".join(formats))


def _list_sets(house: House, asked: dict[str, str]) -> str:
    if "resumptionToken" in asked:
        raise Refusal("badResumptionToken", "The list of sets is given whole.")
    sets = (
        wrap("set", element("setSpec", kind) + element("setName", str(label)))
        for kind, label in catalogue.record_kinds()
    )
    return wrap("ListSets", "".join(sets))


def _list(house: House, asked: dict[str, str]) -> str:
    verb = asked["verb"]
    token, start = _resumed(asked) if "resumptionToken" in asked else (_begun(asked), None)
    if start is not None:
        token = replace(token, after=start)
    limit = RECORDS_A_PAGE if verb == "ListRecords" else HEADERS_A_PAGE
    found = catalogue.harvest(token.span, start, limit + 1)
    page, has_more = found[:limit], len(found) > limit
    if not page and start is None:
        raise Refusal("noRecordsMatch", "Nothing has changed in that time and set.")
    if start is None and has_more:
        token = replace(token, total=catalogue.count_harvest(token.span))
    shown = "".join(_items(house, page, verb, token.prefix))
    if has_more:
        last = page[-1]
        on = replace(token, after=Position(last.at, last.id), given=token.given + len(page))
        shown += _token(write_token(on, _key()), token)
    elif start is not None:
        shown += _token("", token)
    return wrap(verb, shown)


def _get(house: House, asked: dict[str, str]) -> str:
    header = _one(house, asked["identifier"])
    _known_format(asked["metadataPrefix"])
    return wrap("GetRecord", "".join(_items(house, [header], "GetRecord", asked["metadataPrefix"])))


_VERBS: Final[dict[str, Callable[[House, dict[str, str]], str]]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_formats,
    "ListSets": _list_sets,
    "ListIdentifiers": _list,
    "ListRecords": _list,
    "GetRecord": _get,
}


# Parts ------------------------------------------------------------------------------------------------------


def _begun(asked: dict[str, str]) -> Token:
    """Return a token for a list that begins now; its position means nothing yet."""
    _known_format(asked["metadataPrefix"])
    kind = asked.get("set", "")
    if "set" in asked and kind not in dict(catalogue.record_kinds()):
        raise Refusal("noRecordsMatch", "There is no such set; ListSets tells all.")
    try:
        span = span_of(asked.get("from"), asked.get("until"), kind)
    except BadDate as error:
        raise Refusal("badArgument", f"{error}.") from error
    return Token(asked["verb"], asked["metadataPrefix"], span, Position(system_clock(), 0), 0, 0)


def _resumed(asked: dict[str, str]) -> tuple[Token, Position]:
    try:
        token = read_token(asked["resumptionToken"], _key())
    except BadToken as error:
        raise Refusal("badResumptionToken", f"{error}; please begin the list again.") from error
    if token.verb != asked["verb"]:
        raise Refusal("badResumptionToken", f"This token goes on with {token.verb}.")
    return token, token.after


def _token(text: str, token: Token) -> str:
    """Write the token; an empty one says that this was the last page."""
    size = str(max(token.total, token.given))
    return element("resumptionToken", text, [("completeListSize", size), ("cursor", str(token.given))])


def _items(house: House, headers: list[Header], verb: str, prefix: str) -> list[str]:
    if verb == "ListIdentifiers":
        return [_header(house, header) for header in headers]
    wanted = [header.id for header in headers if not header.is_deleted]
    full = {record.view.id: record for record in catalogue.full_records(wanted)}
    items = []
    for header in headers:
        if header.is_deleted:
            items.append(wrap("record", _header(house, header)))
        elif record := full.get(header.id):  # one that went this very moment comes again as deleted
            body = xml.oai_dc(house.dublin_core(record.view)) if prefix == "oai_dc" else house.marcxml(record)
            items.append(wrap("record", _header(house, header) + wrap("metadata", body)))
    return items


def _header(house: House, header: Header) -> str:
    return wrap(
        "header",
        element("identifier", identifier(house.repository, header.id))
        + element("datestamp", instant_text(header.at))
        + element("setSpec", header.kind),
        [("status", "deleted")] if header.is_deleted else (),
    )


def _one(house: House, name: str) -> Header:
    id_ = record_of(house.repository, name)
    header = catalogue.header(id_) if id_ is not None else None
    if header is None:
        raise Refusal("idDoesNotExist", f"Identifiers look like {identifier(house.repository, 1)}.")
    return header


def _known_format(prefix: str) -> None:
    if prefix not in FORMATS:
        raise Refusal("cannotDisseminateFormat", f"Formats: {', '.join(FORMATS)}.")


def _key() -> bytes:
    return settings.SECRET_KEY.encode()
