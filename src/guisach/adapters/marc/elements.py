"""What the elements of MARCXML mean: builds records out of the events of an expat parser."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from guisach.adapters.marc import charset
from guisach.adapters.marc.iso2709 import MAX_PARTS, Parsed
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, Note, Reason, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 64
_LEADER = 24


class Refused(Exception):
    """The XML does what no MARCXML needs."""

    def __init__(self, at: int, why: str) -> None:
        super().__init__(why)
        self.at = at


class Nested(Exception):
    """A record begins before the one around it has ended."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at


class Finished(NamedTuple):
    """A record whose end has come: where it begins, where its closing tag begins, and what it is."""

    start: int
    closing: int
    parsed: Parsed


class RecordHandler:
    """Follows one parser; finished records wait in it until they are taken.

    Names are taken without their prefix, so that a file with a wrong or missing namespace is read as well.
    """

    def __init__(self, max_length: int) -> None:
        self.base = 0
        """The offset in the file of the first byte the parser is fed."""
        self.root = ""
        self.has_others = False
        """Whether there were elements outside records."""
        self.record_start: int | None = None
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._max_length = max_length
        self._finished: list[Finished] = []
        self._depth = 0
        self._record_depth = 0
        self._is_dropped = False
        self._begin_record()

    @property
    def position(self) -> int:
        """The offset in the file up to which the parser has understood."""
        return self.base + self.parser.CurrentByteIndex

    @property
    def is_after_root(self) -> bool:
        """Whether the root element has ended."""
        return self._depth == 0 and self.root != ""

    def take(self) -> Iterator[Finished]:
        """Hand over the finished records."""
        finished, self._finished = self._finished, []
        return iter(finished)

    def drop_when_too_long(self) -> None:
        """Let go of what was collected of a record that is longer than may be held."""
        if self.record_start is not None and self.position - self.record_start > self._max_length:
            self._begin_record()
            self._is_dropped = True

    def _begin_record(self) -> None:
        self._leader: str | None = None
        self._fields: list[Field] = []
        self._notes: set[Note] = set()
        self._tag: str | None = None  # of the data field that is open
        self._indicators = ""
        self._subfields: list[tuple[str, str]] = []
        self._leaf: str | None = None  # the element whose text is being collected
        self._leaf_depth = 0
        self._key = ""  # its tag or code
        self._pieces: list[str] = []
        self._parts = 0
        self._is_dropped = False

    def _doctype(self, _name: str, _system: str | None, _public: str | None, _subset: bool) -> None:
        raise Refused(self.position, "a DOCTYPE: MARCXML needs none, and it may hide entities that swell without end")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Refused(self.position, f"elements nested more than {MAX_DEPTH} deep")
        local = name.rpartition(":")[2]
        if self._depth == 1:
            self.root = local
        if local == "record":
            self._start_record()
        elif self.record_start is None:
            self.has_others = self.has_others or self._depth > 1
        elif self._leaf is not None:
            self._notes.add(Note.UNKNOWN_ELEMENT)  # its text belongs to the leaf around it
        elif not self._is_dropped:
            self._start_inside(local, attributes)

    def _start_record(self) -> None:
        if self.record_start is not None and (self._fields or self._leader is not None or self._is_dropped):
            raise Nested(self.position)
        self.record_start = self.position  # a record without content so far is a wrapper: OAI-PMH, SRU
        self._record_depth = self._depth
        self._begin_record()

    def _start_inside(self, local: str, attributes: dict[str, str]) -> None:
        if local == "datafield":
            self._close_field()
            self._tag = attributes.get("tag", "")
            marks = [attributes.get(name) for name in ("ind1", "ind2")]
            if None in marks:
                self._notes.add(Note.BAD_INDICATORS)
            self._indicators = "".join((mark or " ")[:1] for mark in marks)
            if "ind3" in attributes:
                self._indicators += (attributes["ind3"] or " ")[:1]
            return
        if local == "leader" or local == "controlfield":
            self._open_leaf(local, attributes.get("tag", ""))
        elif self._tag is not None and (local == "subfield" or "code" in attributes):
            if local != "subfield":
                self._notes.add(Note.UNKNOWN_ELEMENT)
            self._open_leaf("subfield", attributes.get("code", ""))
        else:
            self._notes.add(Note.UNKNOWN_ELEMENT)

    def _open_leaf(self, kind: str, key: str) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            self._begin_record()
            self._is_dropped = True
            return
        self._leaf, self._key, self._leaf_depth, self._pieces = kind, key, self._depth, []

    def _text(self, text: str) -> None:
        if self.record_start is None or self._is_dropped:
            return
        if self._leaf is not None:
            self._pieces.append(text)
        elif not text.isspace():
            self._notes.add(Note.STRAY_TEXT)
            if self._tag is not None:
                self._subfields.append(("", charset.compose(text)))

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self.record_start is None:
            return
        depth = self._depth + 1
        if self._leaf is not None and depth == self._leaf_depth:
            self._close_leaf()
        elif depth == self._record_depth:
            self._end_record()
        elif name.rpartition(":")[2] == "datafield":
            self._close_field()

    def _close_leaf(self) -> None:
        text = charset.compose("".join(self._pieces))
        if self._leaf == "leader":
            self._leader = text
        elif self._leaf == "controlfield":
            self._fields.append(Field(self._key, "", (), text))
        else:
            if not self._key:
                self._notes.add(Note.BAD_SUBFIELD)
            self._subfields.append((self._key, text))
        self._leaf = None

    def _close_field(self) -> None:
        if self._tag is not None:
            self._fields.append(Field(self._tag, self._indicators, tuple(self._subfields)))
            self._tag, self._subfields = None, []

    def _end_record(self) -> None:
        if self.record_start is None:
            return
        self._close_field()
        self._finished.append(Finished(self.record_start, self.position, self._result()))
        self.record_start = None
        self._begin_record()

    def _result(self) -> Parsed:
        if self._is_dropped:
            return Parsed(Unreadable(Reason.TOO_LONG, "a record longer than may be held in memory"))
        if not self._fields:
            return Parsed(Unreadable(Reason.NO_FIELDS, "a record without a single field"))
        if self._leader is None or len(self._leader) != _LEADER:
            self._notes.add(Note.BAD_LEADER)
        if any(len(field.tag) != 3 or not field.tag.isalnum() for field in self._fields):
            self._notes.add(Note.BAD_TAG)
        leader = (self._leader or "").ljust(_LEADER)
        return Parsed(Incoming(leader, tuple(self._fields)), tuple(sorted(self._notes)))
