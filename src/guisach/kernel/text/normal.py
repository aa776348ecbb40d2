"""Normal forms of text: one for keeping (`nfc`) and one for searching (`fold`).

Both are total: any string, however broken, gives a string; both are idempotent; and both are built on
`str.translate`, because an import of 200,000 titles and every search pass through them.
"""

import re
import unicodedata

# What `str.split` does not treat as white space and what nobody can see, type or search for: C0 and C1
# controls (NUL breaks PostgreSQL; U+0088/U+0089 are MARC's non-sorting marks), the soft hyphen, zero-width
# space, directional marks, byte-order mark, lone surrogates (no UTF-8 form) and non-characters.
_UNSEEN: dict[int, None] = dict.fromkeys(
    [cp for cp in (*range(0x20), *range(0x7F, 0xA0)) if not chr(cp).isspace()]
    + [0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF]
    + [*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)]
)

# Vietnamese tone marks before a circumflex or breve: canonical ordering leaves them alone because all have
# combining class 230, so NFC keeps "é" + circumflex. Horn (216) and dot below (220) it does reorder.
_TONES = "[\u0300\u0301\u0303\u0309]"
_TONE_FIRST = re.compile(f"([AaEeOo])({_TONES})(\u0302)|([Aa])({_TONES})(\u0306)")


def collapse(text: str) -> str:
    """Trim, and let every run of white space be one space."""
    return " ".join(text.split())


def nfc(text: str) -> str:
    """Return the form in which text is kept: composed, marks in order, no controls, single spaces.

    >>> nfc("e\u0301\u0302")
    'ế'
    """
    if not text.isprintable():  # the look is fast, and what is unseen is not printable
        text = text.translate(_UNSEEN)
    text = collapse(text)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    if "\u0302" in text or "\u0306" in text:
        text = unicodedata.normalize("NFC", _TONE_FIRST.sub(_quality_first, unicodedata.normalize("NFD", text)))
    return text


def _quality_first(match: re.Match[str]) -> str:
    base, tone, quality = (group for group in match.groups() if group is not None)
    return base + quality + tone


# Letters that Unicode does not decompose but that people type without their stroke, hook or tie. The
# Central Highlands write ƀ; Hausa, Ewe and Azeri letters come with the world's catalogues.
_LETTERS: dict[int, str] = str.maketrans(
    {
        **dict(zip("đðɖøłħŧıĸſςƀɓƃɗƙƴɛɔəɨʉɲ", "dddolhtiksσbbbdkyeoeiun", strict=True)),
        **dict(zip("ßæœþŋ", ("ss", "ae", "oe", "th", "ng"), strict=True)),
        **dict.fromkeys("‘’ʼʻ′＇", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        # Romanisation signs (soft sign, ayn, alif), zero-width joiners: heard by nobody who searches.
        **dict.fromkeys("ʹʺʾʿ\u200c\u200d", ""),
    }
)
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
_MARKS_ON_LATIN = re.compile(f"(^|[\0-\x7f])[{_MARKS}]+")


def _fold_any(text: str) -> str:
    """Fold text of any script; `fold` without the table.

    Compatibility forms are taken apart, Latin letters lose their marks, and letters of other scripts are
    put together again (й stays й, 한 stays 한). A JavaScript client does the same five steps.
    """
    text = unicodedata.normalize("NFKD", text.translate(_UNSEEN)).lower().translate(_LETTERS)
    return unicodedata.normalize("NFC", _MARKS_ON_LATIN.sub(r"\1", text))


def _fold_table() -> dict[int, str | None]:
    """Map every precomposed Latin letter at once to its folded form."""
    table: dict[int, str | None] = dict(_UNSEEN)
    latin = (range(0xA0, 0x250), range(0x2B0, 0x2C0), range(0x1E00, 0x1F00), range(0x2010, 0x2016))
    for block in latin:
        for cp in block:
            folded = _fold_any(chr(cp))
            if folded.isascii() and cp not in table:
                table[cp] = folded
    table[0x2018] = table[0x2019] = "'"
    return table


_FOLD = _fold_table()


def fold(text: str) -> str:
    """Return the form in which text is searched: lower case, no marks, đ as d, single spaces.

    Letters of other scripts stay whole; punctuation stays, with curly apostrophes and long dashes made plain.

    >>> fold("Dế Mèn phiêu lưu ký")
    'de men phieu luu ky'
    """
    if text.isascii() and text.isprintable():
        return collapse(text.lower())
    folded = text.translate(_FOLD)
    if folded.isascii():
        return collapse(folded.lower())
    return collapse(_fold_any(text))
