"""Enrolment codes: 26 characters of Crockford's base 32, 130 bits; typed by hand where a camera fails."""

from __future__ import annotations

import hashlib
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 26
_LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_code() -> str:
    """Return a fresh code."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def code_digest(typed: str) -> str:
    """Return what is kept of a code, however it was typed; empty for what cannot be one."""
    code = typed[:100].upper().translate(_LOOKS_LIKE)
    if len(code) != _LENGTH or not set(code) <= set(_ALPHABET):
        return ""
    return hashlib.sha256(code.encode()).hexdigest()


def in_groups(code: str) -> str:
    """Return a code as people read it."""
    return " ".join(code[start : start + 5] for start in range(0, _LENGTH, 5))
