"""Vietnamese text: kept, folded, cut into syllables, read from raw keys, and put in order."""

from guisach.kernel.text.collate import collation_key
from guisach.kernel.text.keys import (
    from_telex,
    from_vni,
    looks_like_telex,
    looks_like_vni,
    to_telex,
    to_vni,
    typed_readings,
)
from guisach.kernel.text.normal import collapse, fold, nfc
from guisach.kernel.text.spelling import every_spelling, normalise_tone_placement, without_tone
from guisach.kernel.text.tokens import exact, exact_syllables, folded_syllables, syllables

__all__ = [
    "collapse",
    "collation_key",
    "every_spelling",
    "exact",
    "exact_syllables",
    "fold",
    "folded_syllables",
    "from_telex",
    "from_vni",
    "looks_like_telex",
    "looks_like_vni",
    "nfc",
    "normalise_tone_placement",
    "syllables",
    "to_telex",
    "to_vni",
    "typed_readings",
    "without_tone",
]
