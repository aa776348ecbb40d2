"""MARCXML as a stream: one <record> at a time, with or without namespaces, also inside OAI-PMH or SRU answers.

Only expat is used, with nothing to exploit: a DOCTYPE is refused (so there are no entities to expand), nesting and
the length of a single tag are bounded. Where the XML breaks, the record it breaks in is set aside and reading goes
on at the next one, with the same root element around it; one control character must not cost a whole file.
"""

from __future__ import annotations

import io
import re
from collections import deque
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from guisach.adapters.marc.elements import Nested, RecordHandler, Refused
from guisach.adapters.marc.iso2709 import MAX_CHUNK, MAX_WRITTEN, Parsed
from guisach.domain.catalogue.rules.marc.incoming import Note, Reason, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

MAX_TAG = MAX_CHUNK
MAX_BREAKS = 100_000
"""How often reading takes up again after broken XML; what follows is then one unreadable chunk."""

_BLOCK = 1 << 16
_MAX_HEADER = 1 << 16
_FIRST_WINDOW = 1 << 13
_WINDOW = 1 << 20
_RECORD_TAG = re.compile(rb"<(/)?(?:[\w.-]+:)?record(?=[\s/>])[^<>]*>?")
_RECORD_START = re.compile(rb"<(?:[\w.-]+:)?record(?=[\s/>])")
_DOCUMENT = re.compile(rb"<\?xml|<(?:[\w.-]+:)?(?:collection|record)(?=[\s/>])")
_BLANK_OR_CLOSING = re.compile(rb"(?:\s|</[^<>]{0,200}>|<!--(?:[^-]|-(?!->)){0,2000}-->)+")
_BOM = b"\xef\xbb\xbf"
_NO_ELEMENTS = expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]


class Located(NamedTuple):
    """A record element, or a stretch of the file that could not be read, and where it is."""

    offset: int
    length: int
    raw: bytes | None
    parsed: Parsed


class _Failure(NamedTuple):
    """Where and why the XML cannot be read on."""

    at: int
    reason: Reason
    detail: str
    code: int = 0
    is_final: bool = False


def records(stream: BinaryIO) -> Iterator[Located]:
    """Yield every record of a seekable stream of XML, and what could not be read, in the order of the file."""
    return _Reading(stream).run()


def parse(raw: bytes) -> Parsed:
    """Read the bytes of one <record> element, as `Located.raw` holds them."""
    for located in records(io.BytesIO(raw)):
        return located.parsed
    return Parsed(Unreadable(Reason.NO_RECORD, "there is no <record> here"))


class _Reading:
    """One pass over one file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._size = stream.seek(0, 2)
        self._handler = RecordHandler(MAX_WRITTEN)
        self._header: bytes | None = None  # what stands before the first record, to begin again with
        self._document = 0  # where the present document begins
        self._floor = 0  # where reading began last; what lies before is dealt with
        self._position = 0  # what is fed to the parser next
        self._breaks = 0
        self._found = 0
        self._done_up_to = 0
        self._done = False
        self._out: deque[Located] = deque()

    def run(self) -> Iterator[Located]:
        self._open_document(0)
        while not self._done:
            self._step()
            while len(self._out) > 1:  # the last is held back: it carries the note that the file was cut
                yield self._out.popleft()
        if not self._found:
            self._say_that_nothing_was_found()
        yield from self._out

    def _step(self) -> None:
        """Feed one block, and deal with what it brought."""
        block = self._read(self._position, _BLOCK)
        failure = self._feed(block)
        self._position += len(block)
        self._collect()
        if failure is not None:
            self._recover(failure)
        elif not block:
            self._done = True

    def _feed(self, block: bytes) -> _Failure | None:
        handler = self._handler
        try:
            handler.parser.Parse(block, not block)
        except expat.ExpatError as error:
            at = max(self._floor, handler.base + handler.parser.ErrorByteIndex)
            return _Failure(at, Reason.XML_BROKEN, str(error), error.code, is_final=not block)
        except Nested as error:
            return _Failure(error.at, Reason.XML_BROKEN, "a record begins within a record")
        except Refused as error:
            return _Failure(error.at, Reason.XML_REFUSED, str(error))
        except (LookupError, ValueError) as error:
            return _Failure(self._document, Reason.CHARSET, f"the XML declares an encoding that is not read: {error}")
        behind = self._position + len(block) - handler.position
        if behind > MAX_TAG:
            return _Failure(handler.position, Reason.TOO_LONG, f"a single tag of more than {MAX_TAG} bytes")
        handler.drop_when_too_long()
        return None

    def _collect(self) -> None:
        """Move finished records out, with their bytes."""
        for start, closing, parsed in self._handler.take():
            if self._header is None:
                header = start - self._document
                self._header = self._read(self._document, header) if header <= _MAX_HEADER else b""
            end = self._end_of_tag(closing)
            self._put(start, end, parsed)

    def _end_of_tag(self, at: int) -> int:
        """Return where the closing tag at the offset ends; a self-closing element ends at the offset itself."""
        tail = self._read(at, 4096)
        if not tail.replace(b"\0", b"").startswith(b"</"):
            return at
        end = tail.find(b">")
        is_utf16le = tail[1:2] == b"\0"  # its blank half follows
        return at + end + 1 + is_utf16le if end >= 0 else at

    def _recover(self, failure: _Failure) -> None:
        handler = self._handler
        start = handler.record_start
        if handler.is_after_root:
            self._next_document(failure)
        elif start is None and failure.is_final and failure.code == _NO_ELEMENTS:
            self._note_unclosed(failure)
        elif failure.reason in (Reason.XML_REFUSED, Reason.CHARSET) and start is None:
            self._give_up(self._document if not self._found else failure.at, failure)
        else:
            self._resume(start, failure)

    def _resume(self, start: int | None, failure: _Failure) -> None:
        """Set the broken stretch aside and begin again at the next record."""
        if start is None:
            start = self._record_tag_around(failure.at)
        begin = failure.at if start is None else start
        self._breaks += 1
        if self._breaks > MAX_BREAKS:
            self._give_up(begin, failure)
            return
        # expat points behind the "</" of a tag that matches nothing
        tag = self._search(_RECORD_TAG, failure.at + 1 if start is None else max(start + 1, failure.at - 2))
        if tag is None:
            if failure.is_final or failure.at >= self._size:
                failure = failure._replace(reason=Reason.TRUNCATED, detail=f"the file ends here: {failure.detail}")
            self._give_up(begin, failure)
            return
        is_closing, tag_start, tag_end = tag
        is_closing = is_closing and start is not None
        end = tag_end if is_closing else tag_start
        self._put(begin, end, Parsed(Unreadable(failure.reason, failure.detail)))
        if self._header is None:
            header = begin - self._document
            self._header = self._read(self._document, header) if header <= _MAX_HEADER else b""
        self._restart(end)

    def _restart(self, at: int) -> None:
        """Begin again at the offset, with what stood around the records before it; where that is broken, without."""
        handler = self._handler = RecordHandler(MAX_WRITTEN)
        header = self._header or b""
        try:
            handler.parser.Parse(header, False)
        except (expat.ExpatError, Nested, Refused, LookupError, ValueError):
            header = b""
        if header and handler.parser.CurrentByteIndex == len(header):
            handler.base = at - len(header)
            handler.record_start = None  # a wrapper in the header is not a record
            self._floor = self._position = at
        else:
            self._open_document(self._skip(_BLANK_OR_CLOSING, at))

    def _open_document(self, at: int) -> None:
        head = self._read(at, 4096)
        at += len(head) - len(head.removeprefix(_BOM).lstrip())
        self._document = self._position = self._floor = at
        self._header = None
        self._handler = RecordHandler(MAX_WRITTEN)
        self._handler.base = at

    def _next_document(self, failure: _Failure) -> None:
        """Go on with a document that follows the end of another, as when files are put one after the other."""
        at = self._skip(_BLANK_OR_CLOSING, failure.at)
        if at >= self._size:
            self._done = True
            return
        if self._read(at, 3) == _BOM or self._read(at, 1) == b"<":
            self._open_document(at)
            return
        following = self._search(_DOCUMENT, at)
        end = self._size if following is None else following[1]
        self._put(at, end, Parsed(Unreadable(Reason.XML_BROKEN, failure.detail)))
        if following is None:
            self._done = True
        else:
            self._open_document(end)

    def _note_unclosed(self, failure: _Failure) -> None:
        self._done = True
        if self._out:
            last = self._out.pop()
            notes = (*last.parsed.notes, Note.XML_UNCLOSED)
            self._out.append(last._replace(parsed=last.parsed._replace(notes=notes)))
        else:
            detail = f"the file ends before its first record: {failure.detail}"
            self._put(self._document, self._size, Parsed(Unreadable(Reason.TRUNCATED, detail)))

    def _say_that_nothing_was_found(self) -> None:
        handler = self._handler
        if handler.root == "collection" and not handler.has_others:
            return
        detail = f"XML whose root is <{handler.root}>, without a <record>" if handler.root else "XML without a <record>"
        self._put(self._document, self._size, Parsed(Unreadable(Reason.NO_RECORD, detail)))

    def _give_up(self, begin: int, failure: _Failure) -> None:
        self._put(begin, self._size, Parsed(Unreadable(failure.reason, failure.detail)))
        self._done = True

    def _put(self, start: int, end: int, parsed: Parsed) -> None:
        length = end - start
        raw = self._read(start, length) if length <= MAX_WRITTEN else None
        if raw is None and not isinstance(parsed.content, Unreadable):
            parsed = Parsed(Unreadable(Reason.TOO_LONG, f"a record of {length} bytes"))
        self._out.append(Located(start, length, raw, parsed))
        self._found += 1
        self._done_up_to = end

    def _record_tag_around(self, at: int) -> int | None:
        """Return where the start tag of a record begins within which reading failed, if it did."""
        begin = max(at - 4096, self._floor, self._done_up_to)
        near = self._read(begin, at - begin + 64)
        tags = [match.start() for match in _RECORD_START.finditer(near) if match.start() <= at - begin]
        return begin + tags[-1] if tags and b">" not in near[tags[-1] : at - begin] else None

    def _read(self, at: int, count: int) -> bytes:
        self._stream.seek(at)
        return self._stream.read(count)

    def _search(self, pattern: re.Pattern[bytes], at: int) -> tuple[bool, int, int] | None:
        """Find the pattern at or after the offset; say whether it is a closing tag, where it begins and ends."""
        size = _FIRST_WINDOW
        while window := self._read(at, size):
            size = min(2 * size, _WINDOW)
            match = pattern.search(window)
            if match is not None and (match.end() < len(window) or at + len(window) >= self._size):
                return bool(match.lastindex), at + match.start(), at + match.end()
            if match is not None and match.start() > 0:
                at += match.start()
            elif at + len(window) >= self._size:
                return None
            else:
                at += len(window) - (256 if match is None else 0)
        return None

    def _skip(self, pattern: re.Pattern[bytes], at: int) -> int:
        while (match := pattern.match(self._read(at, _FIRST_WINDOW))) is not None:
            at += match.end()
        return at
