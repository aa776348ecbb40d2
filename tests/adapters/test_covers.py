"""Covers: what people upload becomes two small pictures, or is refused; nothing of the original is kept."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from guisach.adapters.covers import CoverFolder
from guisach.domain.catalogue.rules.covers import (
    HEIGHTS_PX,
    MAX_BYTES,
    MAX_FORM_BYTES,
    WIDTHS_PX,
    CoverRefused,
    Fault,
    Size,
)


@pytest.fixture
def folder(tmp_path) -> CoverFolder:
    return CoverFolder(tmp_path / "covers")


def drawn(mode: str = "RGB", size: tuple[int, int] = (600, 900)) -> Image.Image:
    """A picture with structure, so that it is not nothing when encoded."""
    return Image.effect_noise(size, 60).convert(mode)


def encoded(image: Image.Image, form: str = "JPEG", **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **more)
    return out.getvalue()


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


def fault_of(folder: CoverFolder, picture: bytes) -> Fault:
    with pytest.raises(CoverRefused) as refusal:
        folder.encode(picture)
    return refusal.value.fault


class TestEncoding:
    @pytest.mark.slow
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
    def test_a_picture_becomes_two_small_ones(self, folder, form):
        cover = folder.encode(encoded(drawn(), form))
        for size in Size:
            with opened(cover.forms[size]) as made:
                assert made.format == "WEBP"
                assert made.size == (WIDTHS_PX[size], round(WIDTHS_PX[size] * 1.5))
            assert len(cover.forms[size]) <= MAX_FORM_BYTES[size]
        assert (cover.width_px, cover.height_px) == (400, 600)

    def test_what_is_small_is_not_blown_up(self, folder):
        assert folder.encode(encoded(drawn(size=(90, 120)))).width_px == 90

    @pytest.mark.parametrize("size", [(61, 9000), (9000, 61)])
    def test_a_strip_stays_within_its_box(self, folder, size):
        cover = folder.encode(encoded(drawn(size=size), "PNG"))
        assert 1 <= cover.width_px <= WIDTHS_PX[Size.LARGE]
        assert 1 <= cover.height_px <= HEIGHTS_PX[Size.LARGE]

    @pytest.mark.slow
    def test_the_same_picture_has_the_same_print(self, folder):
        picture = encoded(drawn())
        assert folder.encode(picture).print == folder.encode(picture).print

    @pytest.mark.slow
    @pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "I;16"])
    def test_every_mode_of_png_is_drawn_on_white(self, folder, mode):
        image = drawn("L") if mode == "I;16" else drawn(mode)
        if mode == "I;16":
            image = Image.frombytes("I;16", (600, 900), struct.pack("<540000H", *[40_000] * 540_000))
        with opened(folder.encode(encoded(image, "PNG")).forms[Size.LARGE]) as made:
            assert made.mode == "RGB"

    def test_sixteen_bits_keep_their_grey(self, folder):
        grey = Image.frombytes("I;16", (300, 300), struct.pack("<90000H", *[128 * 257] * 90_000))
        with opened(folder.encode(encoded(grey, "PNG")).forms[Size.LARGE]) as made:
            assert abs(made.convert("L").getpixel((150, 150)) - 128) <= 4

    def test_what_is_transparent_is_white(self, folder):
        clear = Image.new("RGBA", (200, 300), (255, 0, 0, 0))
        with opened(folder.encode(encoded(clear, "PNG")).forms[Size.LARGE]) as made:
            assert min(made.getpixel((100, 150))) > 245

    def test_cmyk_of_a_printer_is_read(self, folder):
        with opened(folder.encode(encoded(Image.new("CMYK", (300, 400), (0, 255, 255, 0)))).forms[Size.LARGE]) as made:
            red, green, blue = made.getpixel((150, 200))
        assert red > 180
        assert max(green, blue) < 80

    def test_a_picture_held_sideways_is_turned_and_its_notes_are_gone(self, folder):
        image = Image.new("RGB", (400, 200), "red")
        exif = Image.Exif()
        exif[0x0112], exif[0x010F] = 6, "Máy của Lan"
        cover = folder.encode(encoded(image, exif=exif))
        assert (cover.width_px, cover.height_px) == (200, 400)
        for body in cover.forms.values():
            assert b"EXIF" not in body
            assert "Máy".encode() not in body
            with opened(body) as made:
                assert not made.info.get("exif")

    def test_of_what_moves_the_first_picture_counts(self, folder):
        frames = [Image.new("RGB", (100, 150), color) for color in ("blue", "red")]
        for form in ("WEBP", "PNG"):
            moving = encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=100)
            with opened(folder.encode(moving).forms[Size.LARGE]) as made:
                assert getattr(made, "n_frames", 1) == 1
                assert made.getpixel((50, 75))[2] > 200


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, data: bytes = b"", *more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


class TestRefusing:
    def test_more_bytes_than_are_read(self, folder):
        assert fault_of(folder, b"\xff\xd8" + b"\0" * MAX_BYTES) is Fault.TOO_LARGE

    @pytest.mark.parametrize("size", [(50_001, 1000), (100_000, 100_000), (2**31 - 1, 2**31 - 1)])
    def test_a_bomb_of_pixels_is_refused_before_it_is_unpacked(self, folder, size):
        bomb = png(*size, zlib.compress(b"\0" * 1_000_000, 9))
        assert fault_of(folder, bomb) in {Fault.TOO_MANY_PIXELS, Fault.NO_PICTURE}

    def test_a_bomb_of_text_is_refused(self, folder):
        text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"A" * 80_000_000, 9))
        assert fault_of(folder, png(100, 100, zlib.compress(b"\0" * 30_100), text)) is Fault.NO_PICTURE

    def test_what_shows_nothing(self, folder):
        assert fault_of(folder, encoded(drawn(size=(20, 900)))) is Fault.TOO_SMALL

    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
    def test_a_picture_cut_off(self, folder, form):
        picture = encoded(drawn(), form)
        assert fault_of(folder, picture[: len(picture) // 2]) is Fault.NO_PICTURE

    @pytest.mark.parametrize(
        "other",
        [
            b"",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<!doctype html><script>alert(1)</script>",
            b"GIF89a" + b"\x01\x00\x01\x00\x80\x00\x00" + b"\0" * 40,
            b"%PDF-1.7\n",
            b"PK\x03\x04" + b"\0" * 60,
            b"\xff\xd8\xff\xe1\xff\xff" + b"Exif\0\0" + b"A" * 200,
            b"BM" + b"\0" * 80,
        ],
    )
    def test_what_is_no_picture_that_is_read(self, folder, other):
        assert fault_of(folder, other) is Fault.NO_PICTURE

    @pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "PPM", "ICO"])
    def test_formats_that_covers_do_not_need(self, folder, form):
        assert fault_of(folder, encoded(drawn(size=(200, 200)), form)) is Fault.NO_PICTURE

    def test_html_behind_a_picture_is_not_kept(self, folder):
        cover = folder.encode(encoded(drawn()) + b"<script>alert(1)</script>")
        assert all(b"<script" not in body for body in cover.forms.values())

    def test_notes_that_cannot_be_read_do_not_spoil_the_picture(self, folder):
        picture = encoded(drawn())
        notes = b"Exif\0\0MM\0*\0\0\0\x08" + b"\xff" * 60_000
        spoilt = picture[:2] + b"\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes + picture[2:]
        assert folder.encode(spoilt).width_px == 400

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_any_bytes_are_encoded_or_refused(self, tmp_path_factory, data):
        folder = CoverFolder(tmp_path_factory.getbasetemp() / "any")
        plain = Image.linear_gradient("L").resize((80, 100)).convert("RGB")  # the same each time
        picture = bytearray(encoded(plain, data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))))
        for _ in range(data.draw(st.integers(0, 8))):
            picture[data.draw(st.integers(0, len(picture) - 1))] = data.draw(st.integers(0, 255))
        try:
            folder.encode(bytes(picture))
        except CoverRefused as refusal:
            assert refusal.fault in Fault


class TestKeeping:
    def test_what_is_kept_can_be_read_and_dropped(self, folder):
        cover = folder.encode(encoded(drawn()))
        folder.keep(cover)
        folder.keep(cover)
        assert folder.read(cover.print, Size.SMALL) == cover.forms[Size.SMALL]
        folder.drop(cover.print)
        folder.drop(cover.print)
        assert folder.read(cover.print, Size.LARGE) is None

    @pytest.mark.parametrize("print_", ["", "..", "../../etc/passwd", "g" * 64, "A" * 64, "a" * 63])
    def test_what_is_no_print_leads_nowhere(self, folder, print_):
        assert folder.read(print_, Size.SMALL) is None
        folder.drop(print_)
