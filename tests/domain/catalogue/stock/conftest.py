"""A stock to work on: three places, the series that every province starts with, and two titles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest


@dataclass
class Stock:
    """What the tests of the stock begin with."""

    clock: Any
    men: int
    law: int
    by: int

    def head(self, **changes: Any) -> Any:
        from guisach.domain.catalogue.rules.stock import ReceiptHead

        said = {"entered_on": date(2026, 11, 20), "kind": "PURCHASE", "source": "Nhà sách Kim Đồng", "voucher": "HĐ 15"}
        return ReceiptHead(**{**said, **changes})

    def line(self, count: int = 2, **changes: Any) -> Any:
        from guisach.domain.catalogue.rules.stock import ReceiptLine

        said = {"record": self.men, "count": count, "series": "TN", "price_vnd": 35_000, "call_no": "895.9 DEM"}
        return ReceiptLine(**{**said, **changes})

    def receive(self, *lines: Any, place: str = "CB-TINH", **more: Any) -> int:
        from guisach.domain.catalogue.actions import stock

        head = more.pop("head", None) or self.head()
        return stock.receive(place=place, head=head, lines=lines or [self.line()], clock=self.clock, by=self.by, **more)


@pytest.fixture
def stock(db: None) -> Stock:
    from guisach.domain.catalogue.actions.stock import load_stock_words
    from tests import builders

    builders.province()
    load_stock_words()
    men = builders.record(ddc="895.922334", year=2019).pk
    law = builders.record("Luật Thư viện", "Quốc hội", kind="LAW", ddc="344.597", year=2019).pk
    return Stock(builders.Clock(), men, law, builders.hoa().staff.pk)


def numbers(receipt: int) -> list[str]:
    from guisach.domain.catalogue.queries.stock import copies_of_receipt

    return [copy.barcode for copy in copies_of_receipt(receipt)]
