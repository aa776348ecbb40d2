"""What a camera sees: codes as the product prints and shows them, held before it one after another, as a film."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WIDTH, HEIGHT = 1280, 720
GROUND = (96, 92, 84)  # a table in the shade


def card(number: str) -> Image.Image:
    """Draw a reader's card as it is printed."""
    from guisach.adapters.printing.cards import CARD_PAPERS, CardText, cards

    text = CardText(number=number, name="Nông Văn An", place="Cô Ba", contact="", until="")
    return _opened(cards([text], CARD_PAPERS["cr80"], form="png", ppi=300)[0])


def label(barcode: str) -> Image.Image:
    """Draw a book's label as it is printed."""
    from guisach.adapters.printing.labels import LabelText, labels
    from guisach.adapters.printing.papers import paper

    roll = paper("roll-50x30")
    assert roll
    text = LabelText(barcode=barcode, number=barcode, title="Dế Mèn phiêu lưu ký", place="Cô Ba", call_no="895.922")
    return _opened(labels([text], roll, form="png", ppi=300)[0])


def ean13(digits: str) -> Image.Image:
    """Draw the code on the back of a bought book."""
    from barcode import EAN13

    modules = EAN13(digits).build()[0]
    drawn = Image.new("L", ((len(modules) + 22) * 5, 260), 255)
    pen = ImageDraw.Draw(drawn)
    for at, module in enumerate(modules):
        if module != "0":
            pen.rectangle(((at + 11) * 5, 20, (at + 12) * 5 - 1, 240), fill=0)
    return drawn.convert("RGB")


def _opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def held(picture: Image.Image | None, *, turned: float = 4.0, part: float = 0.8) -> Image.Image:
    """Hold it before the camera: not straight, not sharp, on a table. None: the hand is away."""
    frame = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    if picture:
        scale = min(WIDTH * part / picture.width, HEIGHT * part / picture.height)
        sheet = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS)
        sheet = sheet.convert("RGBA").rotate(turned, expand=True, resample=Image.Resampling.BICUBIC)
        frame.paste(sheet, ((WIDTH - sheet.width) // 2, (HEIGHT - sheet.height) // 2), sheet)
    noise = Image.effect_noise((WIDTH, HEIGHT), 24).convert("RGB")
    return Image.blend(frame.filter(ImageFilter.GaussianBlur(1.2)), noise, 0.08)


def film(to: Path, scenes: Sequence[tuple[Image.Image | None, int]], *, turned: float = 4.0) -> Path:
    """Write scenes, each with its seconds, as the film that a fake camera of Chromium plays on and on."""
    with to.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F1:1 Ip A1:1 C420jpeg\n".encode())
        for picture, seconds in scenes:
            luma, *colours = held(picture, turned=turned).convert("YCbCr").split()
            half = [one.resize((WIDTH // 2, HEIGHT // 2), Image.Resampling.BOX) for one in colours]
            frame = b"".join(plane.tobytes() for plane in (luma, *half))
            file.writelines([b"FRAME\n" + frame] * seconds)
    return to
