"""Takes the pictures of the offline desk for the manual, light and dark side by side: part of `make shots`.

    python tools/desk_shots.py                   of a new demonstration
    python tools/desk_shots.py --data FOLDER     of a demonstration that is there already (it is written to)

A telephone of 360 CSS pixels is enrolled at Lan's library, works without a network for a while, and is looked at on
every screen.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import browser
from PIL import Image
from playwright.sync_api import sync_playwright
from shots import KEEPER, PICTURES, PROPS, ROOT, ask, demonstration, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = PICTURES / "quay-ngoai-mang"
PRINTED = ROOT / "src/guisach/adapters/printing/templates/pictures"
WIDTH, HEIGHT, SCALE = 360, 740, 1.5
BYTES_MAX = 120_000
PIN = "270491"
CODE = """
from datetime import UTC, datetime
from guisach.domain.network.queries import appointments_of, staff
from guisach.domain.sync.actions import make_code
from guisach.kernel.clock import local_date, system_clock
now = system_clock()
here = next(one.place_id for one in appointments_of(staff(WHO), local_date(now)) if one.place_id)
print(make_code(place=here, by=staff(WHO), is_printed=False, at=now)[0])
"""
EVENT = """
from guisach.domain.activities.actions import plan_event
from guisach.domain.journal.actions import workbench_source
from guisach.domain.network.queries import appointments_of, staff
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.ids import new_id
now = system_clock()
here = next(one.place_id for one in appointments_of(staff(WHO), local_date(now)) if one.place_id)
plan_event(
    op_id=new_id(), by=workbench_source(staff=staff(WHO), at=now), place=here, event=new_id(),
    name="Đọc truyện cho các em", on=local_date(now), clock=system_clock,
)
"""

MORE = """
import json
from guisach.domain.catalogue.queries import copies_at
from guisach.domain.circulation.queries import open_loans
from guisach.domain.network.queries import appointments_of, staff
from guisach.domain.readers.queries import reader
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.text.normal import fold
here = next(one.place_id for one in appointments_of(staff(WHO), local_date(system_clock())) if one.place_id)
titles = {copy.barcode: copy.title for copy in copies_at(here, limit=400)}
lent = [loan.barcode for loan in open_loans(places=[here]) if loan.barcode in titles and loan.barcode != LENT]
others = [reader(loan.reader).card_no for loan in open_loans(places=[here]) if loan.barcode not in (LENT, lent[0])]
words = " ".join(fold(titles[BOOK]).split()[:2])
print(json.dumps({"words": words, "twice": lent[0], "other": next(card for card in others if card != CARD)}))
"""


class Telephone:
    """One browser, and the pictures taken with it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.too_large: list[str] = []

    def go(self, screen: str) -> None:
        """Open a screen."""
        self.page.evaluate("screen => { location.hash = `#/${screen}` }", screen)
        self.page.wait_for_timeout(400)

    def scan(self, text: str) -> None:
        """Put a code into the box."""
        box = self.page.locator("input[data-scan]")
        box.fill(text)
        box.press("Enter")
        self.page.wait_for_timeout(500)

    def shoot(self, name: str) -> None:
        """Take one picture of what is on the screen now, in both colours; the printed guide may have the light one."""
        halves = []
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            self.page.wait_for_timeout(200)
            taken = self.page.screenshot(animations="disabled", caret="hide")
            halves.append(Image.open(io.BytesIO(taken)).convert("RGB"))
        gap = round(12 * SCALE)
        both = Image.new("RGB", (halves[0].width * 2 + gap, halves[0].height), "#ffffff")
        both.paste(halves[0], (0, 0))
        both.paste(halves[1], (halves[0].width + gap, 0))
        file = FOLDER / f"{name}.png"
        both.quantize(160, dither=Image.Dither.NONE).save(file, optimize=True)
        if (printed := PRINTED / file.name).exists():
            halves[0].quantize(64, dither=Image.Dither.NONE).save(printed, optimize=True)
        size = file.stat().st_size
        print(f"{file.relative_to(ROOT)}  {size:,} bytes", flush=True)
        if size > BYTES_MAX:
            self.too_large.append(file.name)


def begin(phone: Telephone, code: str, password: str) -> None:
    """Enrol the telephone, and let Lan choose a PIN."""
    page = phone.page
    page.goto(f"{phone.url}/desk/", wait_until="networkidle")
    phone.shoot("ghi-danh")
    page.goto(f"{phone.url}/desk/#enrol={code}")
    page.get_by_role("button", name="Nhận làm quầy").click()
    page.get_by_label("Tên đăng nhập").fill(KEEPER)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_label("PIN mới").fill(PIN)
    page.get_by_label("Gõ lại PIN").fill(PIN)
    phone.shoot("chon-pin")
    page.get_by_role("button", name="Xong").click()
    page.get_by_role("link", name="Mượn", exact=True).wait_for()
    phone.go("settings")
    page.get_by_text(re.compile(r"[1-9]\d* bạn đọc")).wait_for(timeout=60_000)
    page.wait_for_timeout(3000)


def let_a_case_arise(phone: Telephone, props: dict[str, Any]) -> None:
    """Lend what somebody else has: the province asks this place to look."""
    page = phone.page
    phone.go("lend")
    phone.scan(props["other"])
    phone.scan(props["twice"])
    page.get_by_role("button", name="Gửi ngay").click()
    page.get_by_text("Mọi việc đã về tỉnh").wait_for(timeout=60_000)
    page.wait_for_timeout(2000)
    page.get_by_role("button", name="Đổi bạn đọc").click()
    page.reload()
    page.get_by_label("PIN của").fill(PIN)
    page.get_by_role("link", name="Mượn", exact=True).wait_for()


def work(phone: Telephone, props: dict[str, Any]) -> None:
    """Lend and take back without a network, count, make a card; a picture of each screen."""
    page = phone.page
    page.context.set_offline(True)
    page.get_by_text("Không có mạng").wait_for()
    phone.go("lend")
    for text in (props["card"], props["lent"], props["books"][0]):
        phone.scan(text)
    phone.shoot("muon")
    phone.go("return")
    for text in (props["books"][0], props["lent"]):
        phone.scan(text)
    phone.shoot("tra")
    phone.go("find")
    page.get_by_role("searchbox").fill(props["words"])
    page.wait_for_timeout(600)
    phone.shoot("tim")
    page.get_by_role("searchbox").fill(props["card"])
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_timeout(600)
    phone.shoot("ban-doc")
    phone.go("count")
    for _ in range(7):
        page.get_by_role("button", name="Thêm một Học sinh").click()
    phone.shoot("dem")
    page.get_by_role("button", name=re.compile("^Ghi 7")).click()
    page.get_by_role("button", name="Hoạt động").click()
    phone.scan(props["card"])
    phone.shoot("buoi")
    phone.go("find")
    page.get_by_role("searchbox").fill(props["card"])
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="Sách muốn mượn").click()
    page.get_by_label("Tên sách, hoặc tả bằng lời").fill(props["words"])
    page.wait_for_timeout(600)
    phone.shoot("sach-muon")
    phone.go("join")
    page.get_by_label("Họ và tên").fill("Nông Thị Mai")
    page.get_by_role("button", name="Học sinh").click()
    phone.shoot("lam-the")
    phone.go("note")
    page.get_by_label(re.compile("Điều cần nhớ")).fill("Giá sách cạnh cửa bị dột, đã kê tạm sang bên trái.")
    phone.shoot("ghi-chu")
    page.get_by_role("button", name="Ghi", exact=True).click()
    phone.go("more")
    phone.shoot("them")
    phone.go("cases")
    phone.shoot("viec")
    phone.go("waiting")
    phone.shoot("cho-gui")
    page.get_by_role("button", name="Cho xem bằng mã QR").click()
    page.wait_for_timeout(500)
    phone.shoot("ma-qr")
    page.get_by_role("button", name="Đóng").click()


def look_closer(phone: Telephone) -> None:
    """The health of the device, huge letters, and the locked desk."""
    page = phone.page
    phone.go("settings")
    page.get_by_role("heading", name="Tình trạng máy", exact=True).scroll_into_view_if_needed()
    page.evaluate("scrollBy(0, 420)")
    phone.shoot("tinh-trang")
    page.get_by_label("Chữ thật to").check()
    phone.go("lend")
    phone.shoot("chu-to")
    phone.go("settings")
    page.get_by_label("Chữ thật to").uncheck()
    phone.shoot("cai-dat")
    phone.go("more")
    page.get_by_role("button", name="Đổi người, khóa quầy").click()
    page.wait_for_timeout(500)
    phone.shoot("mo-quay")


def main() -> None:
    """Build the demonstration, serve it, enrol a telephone, and take the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of a demonstration that is there already")
    chosen = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with nullcontext(chosen.data) if chosen.data else demonstration() as folder, serving(Path(folder)) as url:
        data = Path(folder)
        props = json.loads(ask(data, PROPS, KEEPER))
        password = re.search(rf"^\W*{KEEPER}\s+(\S+)", (data / "demo-accounts.txt").read_text("utf-8"), re.MULTILINE)
        if not password:
            sys.exit(f"the demonstration has nobody called {KEEPER}")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.flags())
            context = chromium.new_context(
                viewport={"width": WIDTH, "height": HEIGHT},
                device_scale_factor=SCALE,
                locale="vi-VN",
                has_touch=True,
                is_mobile=True,
            )
            phone = Telephone(context.new_page(), url)
            ask(data, EVENT, KEEPER)
            begin(phone, ask(data, CODE, KEEPER).strip(), password[1])
            named = MORE
            for name, value in {"BOOK": props["books"][0], "LENT": props["lent"], "CARD": props["card"]}.items():
                named = named.replace(name, repr(value))
            props |= json.loads(ask(data, named, KEEPER))
            let_a_case_arise(phone, props)
            work(phone, props)
            look_closer(phone)
            chromium.close()
    if phone.too_large:
        sys.exit(f"larger than {BYTES_MAX:,} bytes: {', '.join(phone.too_large)}")


if __name__ == "__main__":
    main()
