"""What a stock's year brings beside loans: vouchers that were received, worn books, a weeding list begun."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from guisach.domain.catalogue.actions import stock
from guisach.domain.catalogue.actions.stock import CopyChange
from guisach.domain.catalogue.queries import record
from guisach.domain.catalogue.rules.stock import ReceiptHead, ReceiptLine, WeedingRules
from guisach.domain.network.queries import staff
from guisach.kernel.clock import LOCAL
from guisach.site.demo.stock import PROVINCIAL, call_no_of, series_of
from guisach.site.demo.year import END

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

_GIVEN_TO = "CB-01477-TV"  # a commune library with books of its own, so with a register of its own


def receive_vouchers(rng: Random, ids: Sequence[int]) -> int:
    """Receive three vouchers, note some books as damaged and begin to weed; returns how many copies were added."""
    hoa = staff("hoa")
    by = hoa.pk if hoa else None
    at = datetime.combine(END - timedelta(days=45), time(9), tzinfo=LOCAL)

    def clock() -> datetime:
        return at

    def head(kind: str, source: str, voucher: str) -> ReceiptHead:
        return ReceiptHead(entered_on=at.date(), kind=kind, source=source, voucher=voucher)

    newest = list(ids[-14:])
    bought = [_line(rng, one, 2) for one in newest]
    stock.receive(
        place=PROVINCIAL,
        head=head("PURCHASE", "Công ty cổ phần Phát hành sách Cao Bằng", "HĐ 0000215"),
        lines=bought,
        clock=clock,
        by=by,
    )
    moved = [_line(rng, one, 5, series="LC", collection="LUAN_CHUYEN") for one in newest[:8]]
    stock.receive(
        place=PROVINCIAL,
        head=head("PROGRAMME", "Chương trình mục tiêu quốc gia về phát triển văn hóa", "BB 04/BG-TVT"),
        lines=moved,
        clock=clock,
        by=by,
    )
    given = [_line(rng, one, 1) for one in newest[4:]]
    stock.receive(place=_GIVEN_TO, head=head("GIFT", "Hội Khuyến học xã", "BB 01/TN"), lines=given, clock=clock, by=by)
    worn = [f"VV{n:06d}" for n in sorted(rng.sample(range(1, 900), 24))]
    stock.change_copies(barcodes=worn, change=CopyChange(state="DAMAGED"), clock=clock, by=by)
    weeding = stock.begin_withdrawal(place=PROVINCIAL, reason="WORN_OUT", clock=clock, by=by)
    stock.propose(withdrawal=weeding, rules=WeedingRules(is_damaged=True), clock=clock)
    return sum(line.count for line in (*bought, *moved, *given))


def _line(rng: Random, id_: int, count: int, *, series: str = "", collection: str = "") -> ReceiptLine:
    found = record(id_)
    kind, audience = (found.kind, found.audience) if found else ("BOOK", "ANY")
    name = (found.author or found.title) if found else ""
    return ReceiptLine(
        record=id_,
        count=count,
        series=series or series_of(kind, audience),
        price_vnd=rng.randrange(25, 160) * 1000,
        call_no=call_no_of(found.ddc if found else "", name),
        collection=collection,
    )
