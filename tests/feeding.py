"""A desk as the feed knows it: rows and a cursor, written together; nothing else of a desk is here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guisach.domain.sync.actions.feeding import feed
from guisach.domain.sync.rules.feed import digest_of, fingerprint
from tests import builders

if TYPE_CHECKING:
    from guisach.domain.sync.actions.feeding import FeedPage

PAGES_MAX = 400


class FeedDesk:
    """Fetches as a device does: page by page, each page whole or not at all."""

    def __init__(self, place: str = builders.COBA, clock: Any = None, limit: int = 500) -> None:
        self.place, self.clock, self.limit = place, clock or builders.Clock(), limit
        self.cursor, self.rows = "", {}
        self.seen, self.refetched = 0, 0
        self.fingerprint: str | None = None

    def ask(self) -> FeedPage:
        """Fetch one page. Works within a transaction of the test's."""
        page: FeedPage = feed.__wrapped__(place=self.place, cursor=self.cursor, clock=self.clock, limit=self.limit)
        return page

    def page(self) -> FeedPage:
        """Fetch one page and take it in."""
        page = self.ask()
        if page.control == "must_refetch":
            self.refetched += 1
            self.cursor, self.rows = "", {}
            return page
        for item in page.items:
            if item.row is None:
                self.rows.pop((item.type, item.id), None)
            else:
                self.rows[item.type, item.id] = item.row
        self.cursor, self.seen = page.cursor, page.seen
        self.fingerprint = page.fingerprint
        return page

    def fetch(self) -> FeedDesk:
        """Fetch until there is nothing more."""
        for _ in range(PAGES_MAX):
            if self.page().control == "up_to_date":
                return self
        raise AssertionError("the feed never ends")

    @property
    def own_fingerprint(self) -> str:
        """What the desk computes of its own rows."""
        return fingerprint((type_, id_, digest_of(row)) for (type_, id_), row in self.rows.items())

    def of(self, type_: str) -> dict[str, dict[str, Any]]:
        """Return the rows of one type."""
        return {id_: row for (kind, id_), row in self.rows.items() if kind == type_}
