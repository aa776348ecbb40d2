"""What an answer of OAI-PMH says. It is somebody else's bytes: a DOCTYPE is refused, nesting is bounded, and XML that
breaks is no answer at all, for what was lost with it nobody could tell."""

from __future__ import annotations

from xml.parsers import expat

from guisach.domain.catalogue.rules.imports.harvests import Item, Page

DEPTH_MAX = 64
TOKEN_MAX = 4_000  # characters
_LEAVES = frozenset(
    {"responseDate", "identifier", "datestamp", "resumptionToken", "granularity", "repositoryName", "error"}
)
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


class NotOai(ValueError):
    """The answer cannot be used; the message says why."""


class OaiError(ValueError):
    """The repository says no, with one of the protocol's codes."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}" if text else code)
        self.code = code


def read_page(content: bytes) -> Page:
    """Read an answer to ListRecords. Raises NotOai; OaiError for every error but noRecordsMatch."""
    told = _Told(content)
    if told.error is not None:
        if told.error.code != "noRecordsMatch":
            raise told.error
    elif not told.has_list:
        raise NotOai("there is no ListRecords in it")
    return Page(tuple(told.items), told.leaves.get("resumptionToken", "").strip(), told.leaves.get("responseDate", ""))


def read_identify(content: bytes) -> dict[str, str]:
    """Read an answer to Identify: repositoryName, granularity. Raises NotOai, OaiError."""
    told = _Told(content)
    if told.error is not None:
        raise told.error
    if "granularity" not in told.leaves:
        raise NotOai("this is no OAI-PMH repository: it does not say who it is")
    return told.leaves


def elements(content: bytes) -> list[tuple[str, str]]:
    """Return the elements of Dublin Core in an oai_dc container: names without prefix, and texts. Raises NotOai."""
    found: list[tuple[str, str]] = []
    pieces: list[str] = []
    depth = 0

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_MAX:
            raise NotOai(f"elements nested more than {DEPTH_MAX} deep")
        if depth == 2:
            pieces.clear()

    def end(name: str) -> None:
        nonlocal depth
        if depth == 2:
            found.append((_local(name), "".join(pieces)))
        depth -= 1

    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = pieces.append
    _parse(parser, content)
    return found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise NotOai("it has a DOCTYPE, which OAI-PMH never needs and attacks use")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _parse(parser: expat.XMLParserType, content: bytes) -> None:
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise NotOai(f"its XML is broken: {error}") from error
    except (LookupError, ValueError) as error:
        raise error if isinstance(error, NotOai) else NotOai(f"its XML cannot be read: {error}") from error


class _Told:
    """One pass over an answer."""

    def __init__(self, content: bytes) -> None:
        self.items: list[Item] = []
        self.leaves: dict[str, str] = {}
        self.error: OaiError | None = None
        self.has_list = False
        self._body = content.removeprefix(b"\xef\xbb\xbf")  # offsets are those of expat, which is fed this
        self.has_root = False
        self._path: list[str] = []
        self._pieces: list[str] = []
        self._code = ""
        self._status = ""
        self._header: dict[str, str] = {}
        self._metadata: tuple[int, int] | None = None
        self._is_foreign = 0  # depth within somebody else's format
        self._parser = _parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.XmlDeclHandler = self._declared
        _parse(self._parser, self._body)
        if not self.has_root:
            raise NotOai("its root is not <OAI-PMH>")

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _UTF8:
            raise NotOai(f"it is in {encoding}; OAI-PMH is in UTF-8")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if len(self._path) + self._is_foreign >= DEPTH_MAX:
            raise NotOai(f"elements nested more than {DEPTH_MAX} deep")
        if self._is_foreign or (self._path and self._path[-1] in ("metadata", "about", "description")):
            if not self._is_foreign and self._path[-1] == "metadata" and self._metadata is None:
                self._metadata = (self._parser.CurrentByteIndex, 0)
            self._is_foreign += 1
            return
        if not self._path:
            if local != "OAI-PMH":
                raise NotOai(f"its root is <{local[:40]}>, not <OAI-PMH>")
            self.has_root = True
        self._path.append(local)
        self._pieces.clear()
        if local == "record":
            self._header, self._metadata, self._status = {}, None, ""
        elif local == "header":
            self._status = attributes.get("status", "")
        elif local == "error":
            self._code = attributes.get("code", "error")
        self.has_list = self.has_list or local == "ListRecords"

    def _text(self, text: str) -> None:
        if not self._is_foreign and self._path and self._path[-1] in _LEAVES:
            self._pieces.append(text)

    def _end(self, name: str) -> None:
        if self._is_foreign:
            self._is_foreign -= 1
            if not self._is_foreign and self._metadata is not None and not self._metadata[1]:
                # The closing tag, or the element that closes itself, ends at the next bracket.
                close = self._body.find(b">", self._parser.CurrentByteIndex) + 1
                self._metadata = (self._metadata[0], close)
            return
        local = self._path.pop()
        text = "".join(self._pieces).strip()
        if local in ("identifier", "datestamp") and self._path[-1:] == ["header"]:
            self._header[local] = text
        elif local == "error":
            self.error = self.error or OaiError(self._code, text[:300])
        elif local in _LEAVES and text:
            if len(text) > TOKEN_MAX:
                raise NotOai(f"{local} has {len(text)} characters")
            self.leaves[local] = text
        elif local == "record":
            self._keep()

    def _keep(self) -> None:
        identifier = self._header.get("identifier", "")
        if not identifier or len(identifier) > TOKEN_MAX:
            raise NotOai("a record has no identifier, so nobody could say which one it is")
        start, end = self._metadata or (0, 0)
        is_deleted = self._status == "deleted"
        self.items.append(
            Item(identifier, self._header.get("datestamp", "")[:40], is_deleted, self._body[start:end] if end else b"")
        )
