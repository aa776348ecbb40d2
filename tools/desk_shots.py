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
        """Take one picture of what is on the screen now, in both colours."""
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
    page.get_by_role("link", name="Mượn").wait_for()
    phone.go("settings")
    page.get_by_text(re.compile(r"[1-9]\d* bạn đọc")).wait_for(timeout=60_000)
    page.wait_for_timeout(3000)


def work(phone: Telephone, props: dict[str, Any]) -> None:
    """Lend and take back without a network, count, make a card; a picture of each screen."""
    page = phone.page
    page.context.set_offline(True)
    page.get_by_text("Không có mạng").wait_for()
    phone.go("lend")
    for text in (props["card"], *props["books"], props["lent"]):
        phone.scan(text)
    phone.shoot("muon")
    phone.go("return")
    for text in (props["books"][1], props["lent"]):
        phone.scan(text)
    phone.shoot("tra")
    phone.go("find")
    page.get_by_role("searchbox").fill("de men")
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
            begin(phone, ask(data, CODE, KEEPER).strip(), password[1])
            work(phone, props)
            look_closer(phone)
            chromium.close()
    if phone.too_large:
        sys.exit(f"larger than {BYTES_MAX:,} bytes: {', '.join(phone.too_large)}")


if __name__ == "__main__":
    main()
