"""Who may do what, and where."""

from __future__ import annotations

import pytest

from guisach.domain.network import models
from guisach.domain.network.rules.roles import (
    IN_WHOLE_PROVINCE,
    PERMISSIONS,
    Appointed,
    Permission,
    may,
    may_everywhere,
    may_somewhere,
    standing,
)

A, B = ("A-TV", "00001"), ("B-TV", "00002")  # a place in commune A and one in commune B
DESK = {Permission.LEND, Permission.JOIN, Permission.SEE_READERS}
KEEPER = DESK | {Permission.TAKE_IN}
BRANCH = KEEPER | {Permission.OVERRIDE, Permission.SETTLE_CASES, Permission.STOCK, Permission.DEVICES}
CENTRE = {Permission.CATALOGUE, Permission.IMPORT, Permission.SEE_PROGRAMME}


def granted(held: Appointed, place: tuple[str, str]) -> set[Permission]:
    return {permission for permission in Permission if may([held], permission, *place)}


@pytest.mark.parametrize(
    ("held", "at_a", "at_b"),
    [
        (Appointed("KEEPER", place="A-TV"), KEEPER, set()),
        (Appointed("CREW", place="A-TV"), DESK, set()),
        (Appointed("LIBRARIAN", commune="00001"), BRANCH, set()),
        (Appointed("LIBRARIAN", place="A-TV"), BRANCH, set()),
        (Appointed("LIBRARIAN"), BRANCH | CENTRE, BRANCH | CENTRE),
        (
            Appointed("CATALOGUER"),
            {Permission.CATALOGUE, Permission.IMPORT, Permission.TAKE_IN, Permission.STOCK},
            {Permission.CATALOGUE, Permission.IMPORT, Permission.TAKE_IN, Permission.STOCK},
        ),
        (Appointed("ADMINISTRATOR"), set(Permission), set(Permission)),
        (Appointed("KEEPER", commune="00002"), set(), KEEPER),
        (Appointed("GARDENER"), set(), set()),
    ],
)
def test_a_role_grants_exactly_this_where_it_reaches(
    held: Appointed, at_a: set[Permission], at_b: set[Permission]
) -> None:
    assert granted(held, A) == at_a
    assert granted(held, B) == at_b


@pytest.mark.parametrize("role", ["PROGRAMME_OFFICER", "INSPECTOR"])
def test_those_who_watch_the_programme_never_see_readers(role: str) -> None:
    at_a = granted(Appointed(role), A)
    assert Permission.SEE_PROGRAMME in at_a
    assert not at_a & {Permission.SEE_READERS, Permission.LEND, Permission.JOIN, Permission.SETTLE_CASES}


def test_only_the_administrator_administers() -> None:
    assert {role for role in PERMISSIONS if may([Appointed(role)], Permission.ADMINISTER, *A)} == {"ADMINISTRATOR"}


def test_several_roles_add_up_but_each_keeps_its_own_place() -> None:
    held = [Appointed("KEEPER", place="A-TV"), Appointed("LIBRARIAN", commune="00002")]
    assert may(held, Permission.LEND, *A)
    assert not may(held, Permission.SETTLE_CASES, *A)
    assert may(held, Permission.SETTLE_CASES, *B)


def test_somewhere_and_everywhere_are_different_questions() -> None:
    librarian = [Appointed("LIBRARIAN", commune="00001")]
    assert may_somewhere(librarian, Permission.LEND)
    assert not may_everywhere(librarian, Permission.LEND)
    assert not may_somewhere(librarian, Permission.CATALOGUE)
    assert may_everywhere([Appointed("LIBRARIAN")], Permission.CATALOGUE)
    assert not may_somewhere([], Permission.LEND)


@pytest.mark.parametrize(
    ("held", "place", "stamp"),
    [
        (Appointed("LIBRARIAN", commune="00001"), A, "LIBRARIAN"),
        (Appointed("LIBRARIAN", commune="00001"), B, ""),
        (Appointed("KEEPER", place="A-TV"), A, "KEEPER"),
        (Appointed("CREW"), B, "KEEPER"),
        (Appointed("ADMINISTRATOR"), B, "LIBRARIAN"),
        (Appointed("INSPECTOR"), A, ""),
        (Appointed("CATALOGUER"), A, ""),
    ],
)
def test_the_stamp_says_what_a_person_is_there(held: Appointed, place: tuple[str, str], stamp: str) -> None:
    assert standing([held], *place) == stamp


def test_the_table_knows_every_role_and_no_other() -> None:
    assert set(PERMISSIONS) == set(models.Role.values)
    assert set(IN_WHOLE_PROVINCE) <= set(models.Role.values)
