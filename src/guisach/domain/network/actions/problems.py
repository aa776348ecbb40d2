"""What is wrong with a sheet, said to the person who has to mend it, in the language in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from guisach.domain.network.rules.sheets import Problem, ProblemCode

TEXTS: dict[ProblemCode, str | Promise] = {
    "no_sheets": gettext_lazy("the folder has none of the sheets that can be read: %(files)s"),
    "not_utf8": gettext_lazy("is not text in UTF-8: save it again as “CSV UTF-8”"),
    "not_csv": gettext_lazy("cannot be read as CSV: look for a quotation mark that is not closed"),
    "missing_column": gettext_lazy("this column is missing: add it"),
    "unknown_column": gettext_lazy("there is no such column: rename or remove it (columns: %(columns)s)"),
    "column_twice": gettext_lazy("this column is there twice: remove one"),
    "too_many_cells": gettext_lazy(
        "more cells than the %(cells)s columns of the header: put text that holds the separator in quotation marks"
    ),
    "required": gettext_lazy("must not be empty"),
    "too_long": gettext_lazy("“%(value)s” is too long: %(most)s characters at most"),
    "not_code": gettext_lazy("“%(value)s” is not a code such as %(example)s"),
    "not_number": gettext_lazy(
        "“%(value)s” is not a number: write it without a mark between thousands, such as 55.44 or 55,44"
    ),
    "not_whole": gettext_lazy("“%(value)s” is not a count: write digits only, without any mark"),
    "out_of_range": gettext_lazy("%(value)s is not between %(least)s and %(most)s"),
    "not_yes_or_no": gettext_lazy("write true or false, not “%(value)s”"),
    "not_date": gettext_lazy("“%(value)s” is not a date: write 2026-11-22 or 22/11/2026"),
    "not_time": gettext_lazy("“%(value)s” is not a time: write 07:30"),
    "not_choice": gettext_lazy("“%(value)s” is none of %(allowed)s"),
    "not_hours": gettext_lazy(
        "“%(part)s” are not opening hours: write them like T2-T6 07:30-11:00,13:30-17:00; T7 08:00-11:00"
    ),
    "bad_days": gettext_lazy(
        "the days do not fit %(kind)s: lunar days 1-30, weekdays 1-7 (1 is Monday), branches Tý-Hợi, "
        "days of the month 1-31 or dates, with semicolons between them; none for UNKNOWN"
    ),
    "no_province": gettext_lazy("no province is recorded yet: add province.csv with its code and name"),
    "other_province": gettext_lazy("one installation serves one province, but there are several: %(codes)s"),
    "unknown_code": gettext_lazy("“%(value)s” is neither in %(file)s nor recorded: correct it or add it there"),
    "twice": gettext_lazy("says again what line %(first)s says: remove one of them"),
    "two_names": gettext_lazy("this username has another full name on line %(first)s: make them the same"),
    "ends_before_start": gettext_lazy("must be later than %(begins)s"),
    "half_a_position": gettext_lazy("give both lat and lon, or neither"),
    "two_scopes": gettext_lazy("give a place or a commune, not both"),
}


def where(problem: Problem) -> str:
    """Say where: ``communes.csv, line 5, column is_border``."""
    parts = [problem.file] if problem.file else []
    if problem.line:
        parts.append(_("line %(line)s") % {"line": problem.line})
    if problem.column:
        parts.append(_("column %(column)s") % {"column": problem.column})
    return ", ".join(parts)


def say(problem: Problem) -> str:
    """Say where and what: ``communes.csv, line 5, column is_border: write true or false, not “x”``."""
    what = str(TEXTS[problem.code]) % problem.data
    place = where(problem)
    return f"{place}: {what}" if place else what


def as_json(problem: Problem) -> dict[str, Any]:
    """Give a problem in a form for machines, with its sentence."""
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "text": say(problem),
    }
