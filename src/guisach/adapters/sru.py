"""Asking other catalogues by SRU: all at once, each for a bounded time and a bounded length.

An answer is somebody else's bytes: nothing in it is trusted. A DOCTYPE is refused, nesting and length are bounded, and
records go through the same reader as files do (`adapters.marc.marcxml`).
"""

from __future__ import annotations

import io
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit
from xml.parsers import expat

from guisach.adapters.marc import marcxml
from guisach.domain.catalogue.rules.elsewhere import HITS_MAX, WAIT_S, Answer, Trouble
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import Description
from guisach.domain.catalogue.rules.marc.incoming import Incoming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.domain.catalogue.rules.elsewhere import Question, Target

MAX_BYTES: Final = 4 * 1024 * 1024
_TARGETS_MAX: Final = 16
_DEPTH_MAX: Final = 64
_SHOWN: Final = 200  # characters of what a catalogue says that are passed on
_REDIRECTS_MAX: Final = 3
_WORDS_MAX: Final = 12


class SruClient:
    """Implements `Elsewhere` over HTTP."""

    def __init__(self, *, agent: str = "guisach") -> None:
        """Say as whom the catalogues are asked."""
        self._agent = agent

    def ask(self, targets: Sequence[Target], question: Question, *, wait_s: float = WAIT_S) -> list[Answer]:
        """Ask all at once; who has not answered after `wait_s` is called slow."""
        asked = list(targets)[:_TARGETS_MAX]
        if not asked or not question:
            return []
        end = time.monotonic() + wait_s
        pool = ThreadPoolExecutor(max_workers=len(asked), thread_name_prefix="sru")
        try:
            waiting = [pool.submit(self._ask, target, question, end) for target in asked]
            answers = []
            for target, future in zip(asked, waiting, strict=True):
                try:
                    answers.append(future.result(timeout=max(0.0, end - time.monotonic()) + 0.05))
                except NotInTime:
                    answers.append(Answer(target.name, trouble=Trouble.SLOW, took_s=wait_s))
            return answers
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, target: Target, question: Question, end: float) -> Answer:
        import httpx  # here, because it takes a third of a second that no other command should wait

        begun = time.monotonic()

        def trouble(kind: Trouble, detail: str = "") -> Answer:
            return Answer(target.name, trouble=kind, detail=detail[:_SHOWN], took_s=time.monotonic() - begun)

        if urlsplit(target.url).scheme not in {"http", "https"}:
            return trouble(Trouble.ADDRESS)
        try:
            status, body = self._fetch(target, question, end)
        except (httpx.TimeoutException, TimeoutError):
            return trouble(Trouble.SLOW)
        except _TooLarge:
            return trouble(Trouble.TOO_LARGE)
        except (httpx.InvalidURL, UnicodeError):
            return trouble(Trouble.ADDRESS)
        except (httpx.HTTPError, OSError) as error:
            return trouble(Trouble.DOWN, str(error))
        if status != httpx.codes.OK:
            return trouble(Trouble.REFUSED, str(status))
        envelope = read_envelope(body)
        if envelope is None:
            return trouble(Trouble.NONSENSE)
        records = envelope.records(body)
        if envelope.diagnostic and not records:
            return trouble(Trouble.DIAGNOSTIC, envelope.diagnostic)
        total = max(envelope.total, len(records))
        return Answer(target.name, total, records, took_s=time.monotonic() - begun)

    def _fetch(self, target: Target, question: Question, end: float) -> tuple[int, bytes]:
        """Return status and body; whole, or not at all."""
        import httpx

        asked = {
            "version": target.version,
            "operation": "searchRetrieve",
            "query": cql_of(question),
            "maximumRecords": str(HITS_MAX),
            "recordSchema": target.schema,
        }
        left = max(0.1, end - time.monotonic())
        headers = {"User-Agent": self._agent, "Accept": "application/sru+xml, application/xml, text/xml;q=0.9"}
        with (
            httpx.Client(timeout=left, follow_redirects=True, max_redirects=_REDIRECTS_MAX, headers=headers) as client,
            client.stream("GET", target.url.partition("?")[0], params={**_own_query(target.url), **asked}) as response,
        ):
            parts, length = [], 0
            for part in response.iter_bytes():
                length += len(part)
                if length > MAX_BYTES:
                    raise _TooLarge
                if time.monotonic() > end:
                    raise TimeoutError
                parts.append(part)
            return response.status_code, b"".join(parts)


class _TooLarge(Exception):
    """More bytes than are read."""


def _own_query(url: str) -> dict[str, str]:
    """Keep what an address brings along itself, such as the name of a database."""
    return dict(parse_qsl(urlsplit(url).query))


def cql_of(question: Question) -> str:
    """Write the question in CQL, with indexes that nearly every catalogue knows."""
    clauses = []
    if question.isbn:
        clauses.append(f"bath.isbn={_quoted(question.isbn)}")
    else:
        if question.title:
            clauses.append(f"dc.title all {_quoted(question.title)}")
        if question.author:
            clauses.append(f"dc.creator all {_quoted(question.author)}")
    return " and ".join(clauses)


def _quoted(text: str) -> str:
    words = "".join(sign if sign.isprintable() and sign not in '"\\*?^' else " " for sign in text).split()
    return f'"{" ".join(words[:_WORDS_MAX])}"'


class Envelope:
    """What stands around the records of an answer."""

    def __init__(self) -> None:
        self.total = 0
        self.diagnostic = ""
        self.packed: list[str] = []
        """Records that came as text within the XML (recordPacking=string)."""

    def records(self, body: bytes) -> tuple[Incoming, ...]:
        """Return the bibliographic records of the answer, at most as many as were asked for."""
        pieces = [packed.encode("utf-8", "replace") for packed in self.packed if "<" in packed] or [body]
        found = []
        for piece in pieces:
            for located in marcxml.records(io.BytesIO(piece)):
                content = located.parsed.content
                if isinstance(content, Incoming) and isinstance(describe(content), Description):
                    found.append(content)
                if len(found) == HITS_MAX:
                    return tuple(found)
        return tuple(found)


def read_envelope(body: bytes) -> Envelope | None:
    """Read number, diagnostics and packed records of an answer; None where it is no answer of SRU."""
    reading = _EnvelopeReading()
    try:
        reading.parser.Parse(body, True)
    except (expat.ExpatError, _Refused, LookupError, ValueError):
        return None
    return reading.envelope if reading.root in {"searchRetrieveResponse", "explainResponse", "diagnostics"} else None


class _Refused(Exception):
    """The XML does what no answer needs."""


class _EnvelopeReading:
    """One pass over one answer; names are taken without their prefix."""

    _LEAVES: Final = frozenset({"numberOfRecords", "message", "details", "recordData"})

    def __init__(self) -> None:
        self.envelope = Envelope()
        self.root = ""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._depth = 0
        self._leaf = ""
        self._pieces: list[str] = []

    def _doctype(self, _name: str, _system: str | None, _public: str | None, _subset: bool) -> None:
        raise _Refused

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise _Refused
        local = name.rpartition(":")[2]
        self.root = self.root or local
        # An element within recordData means that the record is XML and not text.
        self._leaf = local if local in self._LEAVES else ""
        self._pieces = []

    def _text(self, text: str) -> None:
        if self._leaf:
            self._pieces.append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        local = name.rpartition(":")[2]
        if local != self._leaf:
            return
        text = "".join(self._pieces).strip()
        if local == "numberOfRecords" and text.isascii() and text.isdigit():
            self.envelope.total = int(text[:9])
        elif local in {"message", "details"} and text:
            self.envelope.diagnostic = ": ".join(filter(None, (self.envelope.diagnostic, text)))[:_SHOWN]
        elif local == "recordData" and text:
            self.envelope.packed.append(text)
        self._leaf, self._pieces = "", []
