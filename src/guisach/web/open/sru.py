"""SRU 1.1, 1.2 and 2.0: other catalogues search this one and copy its records.

Wrong questions are answered with a diagnostic and status 200, as the protocol wants. A request without version and
operation is 2.0; one with an operation is 1.2, which is what older programs expect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from guisach.adapters import xml
from guisach.adapters.xml import element, wrap
from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.rules.cql import CqlProblem, Index, parse
from guisach.kernel.text.numbers import whole_number
from guisach.web.open.answers import House, own_language
from guisach.web.open.answers import xml as answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from guisach.domain.catalogue.queries import CqlAnswer, FullRecord

MOST: Final = 50
_AS_USUAL: Final = 10
_NUMBER_MAX: Final = 999_999_999
_SHOWN: Final = 200  # characters of what was sent that a diagnostic repeats
SCHEMAS: Final = {
    "marcxml": "info:srw/schema/1/marcxml-v1.1",
    "dc": "info:srw/schema/1/dc-v1.1",
}
_SCHEMA_NAMES: Final = {name: name for name in SCHEMAS} | {uri: name for name, uri in SCHEMAS.items()}
_TITLES: Final = {"marcxml": "MARC 21 in XML", "dc": "Dublin Core"}
_DIAGNOSTICS: Final = "info:srw/diagnostic/1/"
_PRECISION: Final = "info:srw/vocabulary/resultCountPrecision/1/"
_MESSAGES: Final = {
    4: "Unsupported operation",
    5: "Unsupported version",
    6: "Unsupported parameter value",
    7: "Mandatory parameter not supplied",
    10: "Query syntax error",
    13: "Invalid or unsupported use of parentheses",
    15: "Unsupported context set",
    16: "Unsupported index",
    19: "Unsupported relation",
    20: "Unsupported relation modifier",
    22: "Unsupported combination of relation and index",
    27: "Empty term unsupported",
    28: "Masking character not supported",
    31: "Anchoring character not supported",
    36: "Term in invalid format for index or relation",
    38: "Too many boolean operators in query",
    39: "Proximity not supported",
    46: "Unsupported boolean modifier",
    61: "First record position out of range",
    66: "Unknown schema for retrieval",
    71: "Unsupported record packing",
    80: "Sort not supported",
}


@dataclass(frozen=True, slots=True)
class _Dialect:
    """What differs between versions: the name space, the name of the packing, and where a query type is said."""

    version: str
    namespace: str
    packing: str
    diagnostics: str


_OLD_NAMES: Final = ("http://www.loc.gov/zing/srw/", "recordPacking", "http://www.loc.gov/zing/srw/diagnostic/")
_DIALECTS: Final = {
    "1.1": _Dialect("1.1", *_OLD_NAMES),
    "1.2": _Dialect("1.2", *_OLD_NAMES),
    "2.0": _Dialect(
        "2.0",
        "http://docs.oasis-open.org/ns/search-ws/sruResponse",
        "recordXMLEscaping",
        "http://docs.oasis-open.org/ns/search-ws/diagnostic",
    ),
}


class Problem(Exception):
    """A diagnostic: its number, and what it is about."""

    def __init__(self, number: int, details: str = "") -> None:
        super().__init__(details)
        self.number = number
        self.details = details[:_SHOWN]


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def sru(request: HttpRequest) -> HttpResponse:
    """Answer one request; it has the same words as a query and as a form."""
    house = House(request)
    sent = (request.POST if request.method == "POST" else request.GET).dict()
    asked = {name: str(value) for name, value in sent.items()}
    operation = asked.get("operation", "")
    version = asked.get("version") or ("1.2" if operation else "2.0")
    dialect = _DIALECTS.get(version)
    operation = operation or ("searchRetrieve" if "query" in asked else "explain")
    with own_language():
        if dialect is None:
            body = _refused(_DIALECTS["1.2"], Problem(5, f"{version[:20]}; 1.1, 1.2 and 2.0 are spoken"))
        elif operation == "explain":
            body = _explain(house, dialect)
        elif operation == "searchRetrieve":
            try:
                body = _search(house, asked, dialect)
            except Problem as problem:
                body = _refused(dialect, problem)
        else:
            body = _refused(dialect, Problem(4, operation))
    # Not application/sru+xml: the programs that are in use look for "xml" and nothing more.
    return answer(xml.DECLARATION + body)


# Searching --------------------------------------------------------------------------------------------------


def _search(house: House, asked: Mapping[str, str], dialect: _Dialect) -> str:
    if "query" not in asked:
        raise Problem(7, "query")
    if asked.get("queryType", "cql").lower() not in {"cql", "searchterms"}:
        raise Problem(6, "queryType")
    if asked.get("sortKeys"):
        raise Problem(80, asked["sortKeys"])
    schema = _SCHEMA_NAMES.get(asked.get("recordSchema") or "marcxml")
    if schema is None:
        raise Problem(66, asked["recordSchema"])
    packing = asked.get(dialect.packing) or "xml"
    if packing not in {"xml", "string"}:
        raise Problem(71, packing)
    start = _number(asked, "startRecord", 1)
    wanted = _number(asked, "maximumRecords", _AS_USUAL)
    if start < 1:
        raise Problem(6, "startRecord")
    limit = min(wanted, MOST)
    try:
        found = catalogue.answer_cql(parse(asked["query"]), offset=start - 1, limit=limit)
    except CqlProblem as problem:
        raise Problem(problem.number, problem.details) from problem
    if start > 1 and start > min(found.total, catalogue.REACH):
        raise Problem(61, f"{found.total} records, of which the first {catalogue.REACH} can be fetched")
    return _found(house, found, dialect, start=start, schema=schema, packing=packing)


def _found(house: House, found: CqlAnswer, dialect: _Dialect, *, start: int, schema: str, packing: str) -> str:
    full = catalogue.full_records([view.id for view in found.records])
    records = "".join(
        _record(house, record, dialect, schema, packing, position) for position, record in enumerate(full, start)
    )
    following = start + len(found.records)
    has_more = found.records and following <= min(found.total, catalogue.REACH)
    precision = "" if found.is_exact else element("resultCountPrecision", f"{_PRECISION}minimum")
    return _response(
        dialect,
        element("numberOfRecords", str(found.total))
        + (precision if dialect.version == "2.0" else "")
        + (wrap("records", records) if records else "")
        + (element("nextRecordPosition", str(following)) if has_more else ""),
    )


def _record(house: House, record: FullRecord, dialect: _Dialect, schema: str, packing: str, position: int) -> str:
    body = house.marcxml(record) if schema == "marcxml" else xml.srw_dc(house.dublin_core(record.view))
    return wrap(
        "record",
        element("recordSchema", SCHEMAS[schema])
        + element(dialect.packing, packing)
        + (element("recordData", body) if packing == "string" else wrap("recordData", body))
        + (element("recordIdentifier", str(record.view.id)) if dialect.version != "1.1" else "")
        + element("recordPosition", str(position)),
    )


def _number(asked: Mapping[str, str], name: str, otherwise: int) -> int:
    text = asked.get(name) or str(otherwise)
    number = whole_number(text, _NUMBER_MAX)
    if number is None:
        raise Problem(6, name)
    return number


def _refused(dialect: _Dialect, problem: Problem) -> str:
    diagnostic = wrap(
        "diagnostic",
        element("uri", f"{_DIAGNOSTICS}{problem.number}")
        + (element("details", problem.details) if problem.details else "")
        + element("message", _MESSAGES[problem.number]),
        [("xmlns", dialect.diagnostics)],
    )
    return _response(dialect, element("numberOfRecords", "0") + wrap("diagnostics", diagnostic))


def _response(dialect: _Dialect, body: str) -> str:
    version = element("version", dialect.version) if dialect.version != "2.0" else ""
    return wrap("searchRetrieveResponse", version + body, [("xmlns", dialect.namespace)])


# Explaining -------------------------------------------------------------------------------------------------


def _explain(house: House, dialect: _Dialect) -> str:
    record = wrap(
        "record",
        element("recordSchema", "http://explain.z3950.org/dtd/2.0/")
        + element(dialect.packing, "xml")
        + wrap("recordData", _described(house, dialect)),
    )
    version = element("version", dialect.version) if dialect.version != "2.0" else ""
    return wrap("explainResponse", version + record, [("xmlns", dialect.namespace)])


def _described(house: House, dialect: _Dialect) -> str:
    scheme, _, rest = house.base.partition("://")
    host, _, port = rest.rpartition(":") if rest.rpartition(":")[2].isdigit() else (rest, "", "")
    server = wrap(
        "serverInfo",
        element("host", host)
        + element("port", port or ("443" if scheme == "https" else "80"))
        + element("database", house.url("open:sru").removeprefix(house.base).lstrip("/")),
        [("protocol", "SRU"), ("version", dialect.version), ("transport", scheme), ("method", "GET POST")],
    )
    sets = (
        ("cql", "info:srw/cql-context-set/1/cql-v1.2"),
        ("dc", "info:srw/cql-context-set/1/dc-v1.1"),
        ("bath", "http://zing.z3950.org/cql/bath/2.0/"),
        ("rec", "info:srw/cql-context-set/2/rec-1.1"),
    )
    indexes = "".join(element("set", "", [("name", name), ("identifier", uri)]) for name, uri in sets)
    for index in Index:
        context, _, name = index.value.partition(".")
        indexes += wrap("index", wrap("map", element("name", name, [("set", context)])), [("id", index.value)])
    schemas = "".join(
        wrap("schema", element("title", _TITLES[name]), [("name", name), ("identifier", uri), ("retrieve", "true")])
        for name, uri in SCHEMAS.items()
    )
    configured = (
        element("default", str(_AS_USUAL), [("type", "numberOfRecords")])
        + element("default", "marcxml", [("type", "retrieveSchema")])
        + element("setting", str(MOST), [("type", "maximumRecords")])
        + "".join(element("supports", name, [("type", "relation")]) for name in ("all", "any", "adj", "exact"))
        + "".join(element("supports", name, [("type", "booleanOperator")]) for name in ("and", "or", "not"))
    )
    return wrap(
        "explain",
        server
        + wrap("databaseInfo", element("title", house.name, [("lang", house.language), ("primary", "true")]))
        + wrap("indexInfo", indexes)
        + wrap("schemaInfo", schemas)
        + wrap("configInfo", configured),
        [("xmlns", "http://explain.z3950.org/dtd/2.0/")],
    )
