"""Keys of devices and what they sign: ECDSA on P-256 with SHA-256, as every browser's WebCrypto makes it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

_KEY_CHARS_MAX = 200  # an SPKI of P-256 has 91 bytes
_HALF = 32
_SIGNATURE_CHARS = 86  # 64 bytes, without padding


def read_key(text: str) -> str:
    """Return a public key as it is kept (base64url of the SPKI). Raises ValueError for anything but one on P-256."""
    if len(text) > _KEY_CHARS_MAX:
        raise ValueError("too long")
    der = _bytes(text)
    _key(der)
    return base64.urlsafe_b64encode(der).rstrip(b"=").decode("ascii")


def signed_text(method: str, path: str, body: bytes) -> bytes:
    """Return what a device signs of a request; `path` with its query, `body` as sent."""
    return f"{method}\n{path}\n{hashlib.sha256(body).hexdigest()}".encode()


def is_signed(key: str, signature: str, text: bytes) -> bool:
    """Say whether the device with this key signed the text; `signature` is the base64url of r and s, 64 bytes."""
    if len(signature) != _SIGNATURE_CHARS:
        return False
    try:
        raw = _bytes(signature)
    except ValueError:
        return False
    r, s = (int.from_bytes(half, "big") for half in (raw[:_HALF], raw[_HALF:]))
    try:
        _key(_bytes(key)).verify(utils.encode_dss_signature(r, s), text, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=1024)
def _key(der: bytes) -> ec.EllipticCurvePublicKey:
    try:
        key = load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("no public key") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not on P-256")
    return key


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error
