"""Covers: any picture that people have, made small, and kept in a folder under its own print.

What comes in was made by strangers. It is bounded before it is decoded, decoded by Pillow as one of three formats
and nothing else, and never kept: what is stored and served is drawn anew on a fresh sheet, so that no metadata
(position, name of the camera) and no second meaning of the bytes is left in it.
"""

from __future__ import annotations

import hashlib
import io
import re
import threading
import warnings
from typing import TYPE_CHECKING, Final

from PIL import Image, UnidentifiedImageError

from guisach.domain.catalogue.rules.covers import (
    HEIGHTS_PX,
    MAX_BYTES,
    MAX_FORM_BYTES,
    MAX_PIXELS,
    MIN_SIDE_PX,
    WIDTHS_PX,
    CoverRefused,
    Encoded,
    Fault,
    Size,
)
from guisach.kernel.files import whole_file

if TYPE_CHECKING:
    from pathlib import Path

_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_PRINT: Final = re.compile(r"[0-9a-f]{64}")
_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
_QUALITIES: Final = (78, 68, 58, 48, 38, 28, 18, 8)
# 50 megapixels take some 200 MB for a moment: one picture at a time in a process is enough.
_one_at_a_time = threading.Lock()


class CoverFolder:
    """Covers in a folder: `<first two letters>/<print>-<width>.webp`; implements `CoverStore`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def encode(self, picture: bytes) -> Encoded:
        """Make both forms of a picture as it came. Raises CoverRefused, and nothing else whatever the bytes."""
        if len(picture) > MAX_BYTES:
            raise CoverRefused(Fault.TOO_LARGE)
        with _one_at_a_time, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what the bounds below refuse anyway
            sheet = _sheet(picture)
            forms = {size: _form(sheet, size) for size in Size}
        with Image.open(io.BytesIO(forms[Size.LARGE])) as large:
            width, height = large.size
        return Encoded(hashlib.sha256(forms[Size.LARGE]).hexdigest(), width, height, forms)

    def keep(self, cover: Encoded) -> None:
        """Store the forms so that they survive a pulled plug; storing them again changes nothing."""
        for size, body in cover.forms.items():
            target = self._file(cover.print, size)
            target.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(target) as out:
                out.write(body)

    def drop(self, print_: str) -> None:
        """Remove the forms of this print; does nothing where there are none."""
        if _PRINT.fullmatch(print_):
            for size in Size:
                self._file(print_, size).unlink(missing_ok=True)

    def read(self, print_: str, size: Size) -> bytes | None:
        """Return a form (WebP), or None where there is none or the print is no print."""
        if not _PRINT.fullmatch(print_):
            return None
        try:
            return self._file(print_, size).read_bytes()
        except FileNotFoundError:
            return None

    def _file(self, print_: str, size: Size) -> Path:
        return self._folder / print_[:2] / f"{print_}-{size.value}.webp"


def _sheet(picture: bytes) -> Image.Image:
    """Decode the first picture of the bytes, upright, on white, in RGB, no larger than is needed."""
    try:
        with Image.open(io.BytesIO(picture), formats=_FORMATS) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise CoverRefused(Fault.TOO_MANY_PIXELS)
            if min(width, height) < MIN_SIDE_PX:
                raise CoverRefused(Fault.TOO_SMALL)
            turns = _turns(image)
            # A JPEG can be decoded at an eighth of its size at once; the forms need no more than this.
            image.draft(None, (WIDTHS_PX[Size.LARGE] * 2, HEIGHTS_PX[Size.LARGE] * 2))
            image.load()
            drawn: Image.Image = image
            if image.mode in {"1", "P", "PA"}:  # neither can be made smaller finely
                drawn = image.convert("RGBA" if image.mode == "PA" or "transparency" in image.info else "RGB")
            drawn.thumbnail((1600, 1600))
            flat = _flat(drawn)
            for turn in turns:
                flat = flat.transpose(turn)
            return flat
    except CoverRefused:
        raise
    except Image.DecompressionBombError:
        raise CoverRefused(Fault.TOO_MANY_PIXELS) from None
    except (UnidentifiedImageError, Exception) as error:  # whatever a decoder makes of a stranger's bytes
        raise CoverRefused(Fault.NO_PICTURE) from error


def _turns(image: Image.Image) -> tuple[Image.Transpose, ...]:
    """Read from the camera's notes how it was held; notes that cannot be read say nothing."""
    try:
        held = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001  (as above: the picture may be fine all the same)
        return ()
    return _TURNS.get(held, ()) if isinstance(held, int) else ()


def _flat(image: Image.Image) -> Image.Image:
    """Draw the picture on a fresh white sheet: no transparency, no palette, no metadata."""
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits of grey, which a plain conversion would cut off
        image = image.convert("F").point(lambda grey: grey / 257).convert("L")
    if image.mode in {"P", "PA", "LA", "La", "RGBa"} or "transparency" in image.info:
        image = image.convert("RGBA")
    sheet = Image.new("RGB", image.size, "white")
    if image.mode == "RGBA":
        sheet.paste(image, mask=image.getchannel("A"))
    else:
        sheet.paste(image.convert("RGB"))
    return sheet


def _form(sheet: Image.Image, size: Size) -> bytes:
    """Encode one form, as fine as its bound of bytes allows."""
    image = sheet.copy()
    image.thumbnail((WIDTHS_PX[size], HEIGHTS_PX[size]), Image.Resampling.LANCZOS)
    body = b""
    for quality in _QUALITIES:
        out = io.BytesIO()
        image.save(out, "WEBP", quality=quality, method=4)
        body = out.getvalue()
        if len(body) <= MAX_FORM_BYTES[size]:
            break
    return body
