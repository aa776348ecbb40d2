"""First passwords: easy to read aloud and to type on any keyboard, hard to guess."""

from __future__ import annotations

import secrets

_CONSONANTS = "bdghklmnprstvz"  # no letter that is taken for another (c/k, j/y, w/v), none with a mark
_VOWELS = "aeiou"
_WORDS, _SYLLABLES = 3, 2


def first_password() -> str:
    """Make a password such as ``kamu-rito-bane-47``: three made-up words and two digits, about 43 bits."""
    words = (
        "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(_SYLLABLES)) for _ in range(_WORDS)
    )
    return "-".join([*words, f"{secrets.randbelow(90) + 10}"])
