"""`{% load guisach %}`: icons, covers, availability, targets, navigation; Vietnamese numbers and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zlib import crc32

from django import template
from django.http import QueryDict
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy

from guisach.web.ui import formats
from guisach.web.ui.icons import drawings
from guisach.web.ui.pictures import Picture

register = template.Library()

# ── numbers and dates ─────────────────────────────────────────────────────────────────────────────


@register.filter
def vn_number(value: object, places: int | None = None) -> str:
    """`{{ 1234.5|vn_number }}` → 1.234,5; `{{ x|vn_number:1 }}` fixes the decimals."""
    return formats.number(value, places)


@register.filter
def vn_date(value: date | None) -> str:
    """`{{ due_on|vn_date }}` → 22/11/2026."""
    return formats.day(value)


@register.filter
def vn_weekday(value: date | None) -> str:
    """`{{ stop_on|vn_weekday }}` → Chủ nhật 22/11/2026."""
    return formats.weekday(value)


@register.filter
def vn_datetime(value: datetime | None) -> str:
    """`{{ seen_at|vn_datetime }}` → 22/11/2026 07:05, in local time."""
    return formats.moment(value)


@register.filter
def vn_month(value: datetime) -> str:
    """`{{ looked_at|vn_month }}` → tháng 11/2026, in local time."""
    return formats.month(value)


# ── pictures ──────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag
def icon(name: str, label: str = "", size: int = 24) -> SafeString:
    """Draw one icon inline; hidden from screen readers unless it has a label of its own."""
    try:
        drawing = drawings()[name]
    except KeyError:
        raise template.TemplateSyntaxError(f"There is no icon {name!r} in ui/icons.svg") from None
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="{0}" height="{0}" {1}>{2}</svg>',
        size,
        voice,
        mark_safe(drawing),  # noqa: S308 - from our own file
    )


_PATTERNS = 3


@register.simple_tag
def cover(title: str, ddc: object = "", size: str = "", picture: object = None) -> SafeString:
    """Show the picture of a cover, or draw one from the title: the cloth by main class of the DDC number, the weave
    by the title.

    It repeats what stands beside it, so it is hidden from screen readers. `size` may be "lg"; `picture` is a
    `guisach.web.ui.pictures.Picture`, or nothing.
    """
    if isinstance(picture, Picture):
        return format_html(
            '<img class="cover cover--picture{}" src="{}" width="{}" height="{}" alt="" loading="{}" decoding="async">',
            f" cover--{size}" if size else "",
            picture.src,
            picture.width,
            picture.height,
            "eager" if size else "lazy",
        )
    number = str(ddc or "").strip()
    cloth = number[0] if number[:1] in set("0123456789") else "x"
    weave = crc32(title.encode()) % _PATTERNS
    return format_html(
        '<span class="cover cover--{} weave--{}{}" aria-hidden="true"><span>{}</span></span>',
        cloth,
        weave,
        f" cover--{size}" if size else "",
        title,
    )


# ── availability ──────────────────────────────────────────────────────────────────────────────────

# State → what it says when the page has nothing better; the mark's shape differs too, for eyes that
# do not tell green from amber.
AVAILABILITY = {
    "here": gettext_lazy("Here now"),
    "near": gettext_lazy("At other places"),
    "coming": gettext_lazy("On its way"),
    "online": gettext_lazy("Read on your phone"),
    "out": gettext_lazy("All out"),
    "person": gettext_lazy("Ask a librarian"),
}


_CIRCLE = '<circle cx="6" cy="6" r="4.7" fill="none" stroke="currentColor" stroke-width="1.6"/>'
_MARKS = {
    "here": '<circle cx="6" cy="6" r="5.5" fill="currentColor"/>',
    "near": f'{_CIRCLE}<path d="M6 1.3a4.7 4.7 0 0 1 0 9.4z" fill="currentColor"/>',
    "coming": '<path d="M1 1.5 11 6 1 10.5z" fill="currentColor"/>',
    "online": '<path d="M2.5 0h7v12h-7z" fill="currentColor"/>',
    "out": _CIRCLE,
    "person": '<path d="M6 0 12 6 6 12 0 6z" fill="currentColor"/>',
}


@register.simple_tag
def availability(state: str, text: str = "", note: str = "") -> SafeString:
    """Say in one line whether the book can be had; `state` is a key of `AVAILABILITY`. Twenty stand on a page of
    results, so it is no template of its own."""
    if state not in AVAILABILITY:
        raise template.TemplateSyntaxError(f"availability: {state!r} is none of {', '.join(AVAILABILITY)}")
    return format_html(
        '<p class="avail avail--{}"><svg class="mark" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">{}'
        "</svg> <strong>{}</strong>{}</p>",
        state,
        mark_safe(_MARKS[state]),  # noqa: S308 - from above
        text or AVAILABILITY[state],
        format_html(" <span>{}</span>", note) if note else "",
    )


# ── a target as a line against its goal ───────────────────────────────────────────────────────────

# Where the goal line stands on every bar, in percent of its width: the same for all, so that one
# line runs down a whole list; what lies beyond it shows by how much a target was passed.
_GOAL_AT_PERCENT = 62.5


@dataclass(frozen=True, slots=True)
class Bar:
    """Lengths of a target bar in percent of its width."""

    done: str
    goal: str
    expected: str | None
    state: str


def bar_of(value: Decimal, goal: Decimal, expected: Decimal | None) -> Bar:
    """Measure the bar: `state` is met, ahead (of where it should be today) or behind."""

    def along(amount: Decimal) -> str:
        share = float(amount / goal) if goal > 0 else float(amount >= goal) * 1.0
        return f"{min(max(share * _GOAL_AT_PERCENT, 0.0), 100.0):.1f}%"

    late = expected is not None and value < expected
    state = "met" if value >= goal else "behind" if late else "ahead"
    return Bar(along(value), f"{_GOAL_AT_PERCENT}%", along(expected) if expected is not None else None, state)


def _decimal(value: object) -> Decimal:
    return Decimal(str(value))


@register.inclusion_tag("ui/components/target.html")
def target_bar(
    label: str,
    value: object,
    goal: object,
    *,
    shown: str = "",
    note: str = "",
    href: str = "",
    expected: object = None,
    unit: str = "",
) -> dict[str, object]:
    """Show one target: `value` against `goal`, with `expected` where it should stand today.

    `value` None means that nothing was reported yet. `shown` replaces the figure at the right ("6 / 56"),
    `note` says the gap in things that one can do.
    """
    goal_text = formats.number(goal) + (f" {unit}" if unit else "")
    if value is None:
        bar = Bar("0.0%", f"{_GOAL_AT_PERCENT}%", None, "unknown")
        told = gettext("No figures yet; the goal is %(goal)s") % {"goal": goal_text}
    else:
        bar = bar_of(_decimal(value), _decimal(goal), None if expected is None else _decimal(expected))
        told = gettext("%(value)s against a goal of %(goal)s") % {
            "value": formats.number(value) + (f" {unit}" if unit else ""),
            "goal": goal_text,
        }
    return {
        "label": label,
        "bar": bar,
        "told": told,
        "shown": shown or (f"{formats.number(value)} / {goal_text}" if value is not None else "–"),
        "note": note,
        "href": href,
        "state_text": {
            "met": gettext("met"),
            "ahead": gettext("on course"),
            "behind": gettext("behind"),
            "unknown": gettext("no figures"),
        }[bar.state],
    }


# ── navigation ────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag(takes_context=True)
def nav_link(
    context: Context,
    href: str,
    text: str,
    icon_name: str = "",
    count: int = 0,
    exact: bool = False,
    key: str = "",
    also: str = "",
) -> SafeString:
    """One entry of the main navigation: marks itself as current, shows how many things wait there.

    `also` names routes of pages that are reached through it and stand elsewhere.
    """
    path = getattr(context.get("request"), "path", "")
    here = path == href if exact else path.startswith((href, *map(reverse, also.split())))
    attributes = []
    if here:
        attributes.append(("aria-current", "page" if path == href else "true"))
    if key:
        attributes.append(("aria-keyshortcuts", key))
    return format_html(
        '<li><a href="{}"{}>{}<span>{}</span>{}{}</a></li>',
        href,
        format_html_join("", ' {}="{}"', attributes),
        icon(icon_name) if icon_name else "",
        text,
        format_html(' <b class="badge">{}</b>', formats.number(count)) if count else "",
        format_html(" <kbd>{}</kbd>", key) if key else "",
    )


@register.simple_tag(takes_context=True)
def page_href(context: Context, key: str, value: object) -> str:
    """The address of this page with one parameter replaced; all others stay."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    query[key] = str(value)
    return "?" + query.urlencode()
