"""How long it is known to the minute who looked at a reader's data."""

from typing import Final

EXACT_DAYS: Final = 30
"""As long as a loan can be disputed: then nothing may tell any more who borrowed at that minute (SYNC 2.8)."""
