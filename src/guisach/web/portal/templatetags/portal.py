"""`{% load portal %}`: words of the readers' pages as filters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django import template

from guisach.web.portal import words

if TYPE_CHECKING:
    from guisach.domain.network.models import Commune

register = template.Library()


@register.filter
def commune_name(commune: Commune) -> str:
    """`{{ place.commune|commune_name }}` → xã Cô Ba."""
    return words.commune_name(commune)


@register.filter
def tel(number: str) -> str:
    """`{{ place.phone|tel }}` → 02063852222: what a telephone dials."""
    return re.sub(r"[^0-9+]", "", number)
