"""Words of descriptions made comparable: titles with their volumes, names, publishers, editions, pages."""

from __future__ import annotations

import re

from guisach.kernel.text import folded_syllables

# Ways to say which volume it is, folded; a number must follow.
_VOLUME_TEXT = "tap t quyen q phan p cuon vol volume v part pt so no number ky ki bo book bd band tome"
_VOLUME_WORDS = frozenset(_VOLUME_TEXT.split())
_STUCK_TOGETHER = re.compile(r"(?:t|q|v|p|tap|vol)(\d{1,4})")
_COUNTING = (
    "mot hai ba bon nam sau bay tam chin muoi",
    "one two three four five six seven eight nine ten",
    "first second third fourth fifth sixth seventh eighth ninth tenth",
)
_NUMBER_WORDS = {word: n for line in _COUNTING for n, word in enumerate(line.split(), 1)}
_NUMBER_WORDS |= {"nhat": 1, "nhi": 2, "tu": 4}
_NAMED_VOLUMES = frozenset({"thuong", "trung", "ha"})  # upper, middle, lower
_ROMAN = re.compile(r"(?=[ivx])(x{0,3})(ix|iv|v?i{0,3})")
_ROMAN_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_I_FOR_Y = re.compile(r"([hklmst]|qu)y")
_ORDINAL = re.compile(r"(\d{1,3})(?:st|nd|rd|th)?")
_PAGES = re.compile(r"(\d{1,5})\s*\]?\s*(?:p|pp|pages?|tr|trang|pg|s|с)\b", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]{0,60}\)")  # (dịch), (ch.b.), (1920-2014)
_ENOUGH = 500

_NOISE_TEXT = """
    nxb nha xuat ban n x b cong ty cp co phan tnhh mtv va the and of publisher publishers publishing publications
    press pub pubs book books sach ltd inc corp company group chi nhanh tai phat hanh lien ket
"""
_PUBLISHER_NOISE = frozenset(_NOISE_TEXT.split())
_PUBLISHER_SHORT = {
    "gd": "giao duc", "gdvn": "giao duc viet nam", "dhqg": "dai hoc quoc gia", "dhqghn": "dai hoc quoc gia ha noi",
    "khxh": "khoa hoc xa hoi", "khkt": "khoa hoc ky thuat", "ctqg": "chinh tri quoc gia", "vhtt": "van hoa thong tin",
    "vhdt": "van hoa dan toc", "qdnd": "quan doi nhan dan", "cand": "cong an nhan dan", "dhsp": "dai hoc su pham",
    "hnv": "hoi nha van", "tphcm": "thanh pho ho chi minh", "hcm": "ho chi minh", "hn": "ha noi", "tn": "thanh nien",
    "vn": "viet nam", "st": "su that",
}  # fmt: skip


def title_words(text: str) -> tuple[str, ...]:
    """Return the syllables of a title, folded, with y as i where it sounds so and volumes as #2.

    >>> title_words("Địa lý Việt Nam. Tập II"), title_words("Toán 5 - T.1")
    (('dia', 'li', 'viet', 'nam', '#2'), ('toan', '5', '#1'))
    """
    if not text:
        return ()
    words = folded_syllables(text)
    found: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        follower = words[at + 1] if at + 1 < len(words) else ""
        number = _volume_number(follower, word) if word in _VOLUME_WORDS and follower else ""
        if number:
            found.append(f"#{number}")
            at += 2
            continue
        stuck = _STUCK_TOGETHER.fullmatch(word)
        found.append(f"#{int(stuck[1])}" if stuck else _plain(word))
        at += 1
    return tuple(found)


def _volume_number(word: str, marker: str) -> str:
    if word.isdecimal():
        return str(int(word[:9]))
    if word in _NAMED_VOLUMES and marker in {"tap", "quyen", "phan"}:
        return word
    roman = _ROMAN.fullmatch(word)
    if roman:
        return str(10 * len(roman[1]) + _ROMAN_ONES.index(roman[2]))
    return str(_NUMBER_WORDS[word]) if word in _NUMBER_WORDS and len(marker) > 1 else ""


def _plain(word: str) -> str:
    if word[-1:] == "y" and _I_FOR_Y.fullmatch(word):
        return word[:-1] + "i"
    return str(int(word)) if word.isascii() and word.isdecimal() and len(word) < 9 else word


def volumes(words: tuple[str, ...]) -> frozenset[str]:
    """Return those of a title's words that name a volume."""
    return frozenset(word for word in words if word[0] == "#")


def author_words(name: str) -> tuple[str, ...]:
    """Return a name in an order that does not depend on which part was written first; dates are left out.

    >>> author_words("Ánh, Nguyễn Nhật, 1955-") == author_words("Nguyễn Nhật Ánh")
    True
    """
    if "(" in name:
        name = _ASIDE.sub(" ", name)
    return tuple(sorted(_plain(word) for word in folded_syllables(name) if not word.isdecimal()))


def names(author: str) -> list[str]:
    """Return the names that stand in one: "Tô Hoài ; Ngô Mạnh Lân (minh hoạ)" has two."""
    return author.split(";") if ";" in author else [author]


def publisher_words(text: str) -> frozenset[str]:
    """Return the words that tell a publisher from others.

    >>> sorted(publisher_words("Nxb. ĐHQG")) == sorted(publisher_words("Nhà xuất bản Đại học Quốc gia"))
    True
    """
    words = [part for word in folded_syllables(text) for part in _PUBLISHER_SHORT.get(word, word).split()]
    return frozenset(_plain(word) for word in words if word not in _PUBLISHER_NOISE)


def edition_number(text: str) -> int:
    """Return which edition a statement names: "Tái bản lần thứ hai" is 2; 0 where it names none."""
    words = folded_syllables(text[:_ENOUGH])
    for at, word in enumerate(words):
        match = _ORDINAL.fullmatch(word)
        if match is not None and int(match[1]):
            return int(match[1])
        if word in _NUMBER_WORDS and (word not in {"tu", "nam", "ba"} or words[at - 1 : at] in (["thu"], ["lan"])):
            return _NUMBER_WORDS[word]
    return 0


def pages(extent: str) -> int:
    """Return the number of pages of the longest sequence; 0 where it says nothing."""
    return max(map(int, _PAGES.findall(extent[:_ENOUGH])), default=0)
