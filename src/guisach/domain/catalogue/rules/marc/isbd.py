"""Take the punctuation of ISBD off what a reader is shown, and put Vietnamese names in the order people say them."""

from __future__ import annotations

import re

from guisach.kernel.text import nfc

_SEPARATORS = " /:;=,"
_UNKNOWN = re.compile(
    r"^\W*(?:s\.?\s?[ln]\.?|sine (?:loco|nomine)|k\.?đ\.?|k\.?nxb\.?|k\.?n\.?xb\.?|not identified)\W*$", re.IGNORECASE
)
_UNKNOWN_LONG = re.compile(
    r"^\W*(?:place of publication|publisher|date of publication) not identified\W*$", re.IGNORECASE
)
_ABBREVIATION_WORDS = """
    jr sr ph.d dr st etc vol no v t tr inc ltd co bros dept univ ed eds ill b.c a.d al n.s ser pt ts gs pgs ths nxb tp
"""
_COMMON_FAMILY_WORDS = "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý"
_OTHER_FAMILY_WORDS = """
    âu an ân bạch bàng bành bao bế bồ ca cà cái cam cấn cao cát chế chu chử châu chúc cổ công cù cung diệp doãn đái
    đàm đan đào đậu điền điêu đinh đoàn đổng đồng đới đức đường giang giáp hà hạ hàn hàng hoa hồng hùng hứa kha khiếu
    khổng khuất khúc kiều kim la lạc lại lâm liêu liễu lò lỗ lộc lương long lục lưu lù lường ma mã mạc mạch mai mẫn
    mông mộng nghiêm ngọc ngũ ngụy nguyên nhan nhâm nhữ ninh nông ông phí phó phù phùng phương quách quan quảng quàng
    sầm sằm sùng tạ tăng tất tề thạch thái thân thang thào thẩm thi thiều thôi tiêu tiết tòng tô tôn tống trà trang
    trầm triệu trình trịnh trương từ tưởng ứng uông ưng vàng văn vi viên viêm vòng vương xa xuân yên chung dư khương
    lã lăng lư lữ ôn quản ung vy
"""
_ABBREVIATIONS = frozenset(_ABBREVIATION_WORDS.split())
_COMMON_FAMILIES = frozenset(_COMMON_FAMILY_WORDS.split())
_FAMILIES = _COMMON_FAMILIES.union(_OTHER_FAMILY_WORDS.split())
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")


def clean(text: str) -> str:
    """Take off the marks that only separate elements; a full stop stays.

    >>> clean("Dế mèn phiêu lưu ký :"), clean("C++ /")
    ('Dế mèn phiêu lưu ký', 'C++')
    """
    if "  " in text or not (text.isascii() and text.isprintable()):  # nothing else for `nfc` to do, and often
        text = nfc(text)
    text = text.strip(_SEPARATORS)
    while text.endswith((" +", " .")):
        text = text[:-2].rstrip(_SEPARATORS)
    return text if text[:1].isalnum() or any(map(str.isalnum, text)) else ""


def sentence(text: str) -> str:
    """Take off the separators, and the full stop that ends an element unless it belongs to an abbreviation.

    >>> sentence("Văn xuôi Hoàng Cầm."), sentence("Rowling, J. K."), sentence("Và thế là...")
    ('Văn xuôi Hoàng Cầm', 'Rowling, J. K.', 'Và thế là...')
    """
    text = clean(text)
    if text[-1:] != "." or text[-2:] == "..":
        return text
    word = text[:-1].rpartition(" ")[2].lstrip("([\"'“")
    is_initial = (len(word) == 1 and word.isalpha()) or "." in word
    if is_initial or word.lower() in _ABBREVIATIONS:
        return text
    return text[:-1].rstrip()


def unsquared(text: str) -> str:
    """Take off square brackets around the whole: the cataloguer supplied it, which is no matter for a reader."""
    if text.startswith("[") and text.endswith("]") and "[" not in text[1:]:
        return text[1:-1].strip()
    return text


def unbracketed(text: str) -> str:
    """Clean a place or publisher: without square brackets, and empty where the cataloguer only said "unknown"."""
    text = clean(text)
    if len(text) < 60 and (_UNKNOWN.match(text) or _UNKNOWN_LONG.match(text)):
        return ""
    if "[" in text or "]" in text:
        text = clean(text.replace("[", "").replace("]", ""))
    return text


def direct_name(heading: str, *, is_vietnamese: bool) -> str:
    """Return a person's name in the order it is said: "Nguyễn, Nhật Ánh" becomes "Nguyễn Nhật Ánh".

    Only Vietnamese names are turned: by their letters, or by family name and the language of the record. Some
    libraries put the given name first ("Ánh, Nguyễn Nhật"); that is turned where the family name leaves no doubt.
    """
    front, comma, rest = heading.partition(", ")
    if not comma or not rest or "," in rest:
        return heading
    if len(people_in(heading)) > 1:
        return heading  # two people: there is nothing to turn
    if rest == "Thích":
        return f"Thích {front}"  # a monk's title, put behind like a forename
    has_letters = is_written_vietnamese(heading)
    family, first_of_rest = front.lower(), rest.partition(" ")[0].lower()
    if has_letters and " " in rest and first_of_rest in _COMMON_FAMILIES and family not in _COMMON_FAMILIES:
        return f"{rest} {front}"
    if family in _FAMILIES:
        return f"{front} {rest}" if is_vietnamese or has_letters else heading
    return f"{front} {rest}" if has_letters and " " not in front else heading


def people_in(cell: str) -> list[str]:
    """Cut "Lê Quang Trình, Bùi Văn Ban" into two people; anything else that has commas stays one.

    Each part must begin with a common family name and go on, so that "Nguyễn, Nhật Ánh" is nobody but one.
    """
    parts = [part.strip() for part in cell.split(",")]
    are_full = all(" " in part and part.partition(" ")[0].lower() in _COMMON_FAMILIES for part in parts)
    return parts if are_full and len(parts) > 1 else [cell]


def is_written_vietnamese(text: str) -> bool:
    """Say whether the text has letters that only Vietnamese has."""
    return _VIETNAMESE.search(text) is not None
