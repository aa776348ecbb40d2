"""Fixtures of whole installations, for properties that need several processes."""

from __future__ import annotations

from tests.installations import installation, postgresql  # noqa: F401  (fixtures)
