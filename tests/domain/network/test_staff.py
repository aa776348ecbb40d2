"""Staff, appointments, and what they grant."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from guisach.domain.network import actions, models, queries
from guisach.domain.network.queries import Permission

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def sign_in(username: str, password: str) -> Any:
    request = RequestFactory().post("/work/sign-in")
    request.user = AnonymousUser()
    return authenticate(request, username=username, password=password)


def test_somebody_new_gets_a_password_once_and_signs_in_with_it(db: None) -> None:
    new = actions.add_staff(username="  Binh.Keo ", full_name="Hà  Văn Bình", at=AT)
    assert (new.staff.username, new.staff.full_name, new.staff.created_at) == ("binh.keo", "Hà Văn Bình", AT)
    assert len(new.password) >= 12
    assert re.fullmatch(r"([a-z]{4}-){3}\d\d", new.password)
    assert new.password not in new.staff.password
    assert sign_in("binh.keo", new.password) == new.staff
    assert sign_in("Binh.Keo", new.password) == new.staff
    assert sign_in("binh.keo", new.password + "0") is None


def test_no_two_first_passwords_are_alike(db: None) -> None:
    made = {actions.add_staff(username=f"nguoi{n}", full_name="N", at=AT).password for n in range(20)}
    assert len(made) == 20


def test_a_username_is_taken_once_whatever_its_letters(minh: models.Staff) -> None:
    with pytest.raises(actions.UsernameTaken) as refusal:
        actions.add_staff(username="MINH", full_name="Minh khác", at=AT)
    assert refusal.value.data == {"username": "minh"}
    assert "minh" in str(refusal.value)
    assert models.Staff.objects.get(username="minh").full_name == "Lý Văn Minh"


@pytest.mark.parametrize("username", ["", "ab", "hoà", "a b c", "-abc", "a" * 41, "a@b.vn"])
def test_a_username_that_cannot_be_typed_anywhere_is_refused(db: None, username: str) -> None:
    with pytest.raises(actions.UsernameUnusable):
        actions.add_staff(username=username, full_name="N", at=AT)
    assert not models.Staff.objects.exists()


@pytest.mark.parametrize("full_name", ["", "   ", "N" * 81])
def test_a_person_has_a_name_that_fits(db: None, full_name: str) -> None:
    with pytest.raises(actions.NameMissing):
        actions.add_staff(username="nguoi", full_name=full_name, at=AT)


@pytest.mark.parametrize("password", ["short", "password123", "1234567890"])
def test_a_weak_password_is_refused_with_reasons(minh: models.Staff, password: str) -> None:
    with pytest.raises(actions.PasswordTooWeak) as refusal:
        actions.set_password(username="minh", password=password)
    assert refusal.value.data["reasons"]


def test_a_new_password_replaces_the_old_one(minh: models.Staff) -> None:
    first = actions.set_password(username="minh")
    second = actions.set_password(username="minh", password="nui-cao-suoi-sau")
    assert second == "nui-cao-suoi-sau"
    assert sign_in("minh", first) is None
    assert sign_in("minh", second) == minh


def test_nobody_can_be_changed_who_does_not_exist(db: None) -> None:
    for act in (
        lambda: actions.set_password(username="ai"),
        lambda: actions.set_active(username="ai", is_active=False),
        lambda: actions.appoint(username="ai", role="KEEPER", on=TODAY),
    ):
        with pytest.raises(actions.StaffUnknown):
            act()


# What appointments grant -----------------------------------------------------------------------------------


def test_lan_has_her_commune_and_minh_sees_nothing_of_it(lan: models.Staff, minh: models.Staff) -> None:
    of_lan, of_minh = queries.permissions_of(lan, TODAY), queries.permissions_of(minh, TODAY)
    assert of_lan.places(Permission.LEND) == ["NM-TS", "NM-TV"]
    assert of_minh.places(Permission.LEND) == ["TM-TVT"]
    assert of_lan.may(Permission.SETTLE_CASES, "NM-TV")
    assert not of_lan.may(Permission.LEND, "TM-TVT")
    assert not of_minh.may(Permission.SEE_READERS, "NM-TV")
    assert not of_minh.may(Permission.SETTLE_CASES, "TM-TVT")
    assert not of_lan.somewhere(Permission.CATALOGUE)


def test_hoa_may_do_everything_everywhere(hoa: models.Staff) -> None:
    grants = queries.permissions_of(hoa, TODAY)
    assert all(grants.everywhere(permission) for permission in Permission)
    assert grants.places(Permission.ADMINISTER) == ["NM-TS", "NM-TV", "TM-TVT"]


def test_a_place_may_be_given_itself_or_by_its_code_and_an_unknown_one_grants_nothing(
    lan: models.Staff, hoa: models.Staff
) -> None:
    library = queries.place("NM-TV")
    assert library is not None
    assert queries.permissions_of(lan, TODAY).may(Permission.LEND, library)
    assert not queries.permissions_of(hoa, TODAY).may(Permission.LEND, "NO-SUCH")


def test_asking_costs_two_queries_and_then_none(hoa: models.Staff, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        grants = queries.permissions_of(hoa, TODAY)
    with django_assert_num_queries(0):
        assert grants.places(Permission.LEND)


def test_an_appointment_counts_from_its_day_until_the_day_it_ends(minh: models.Staff) -> None:
    (held,) = queries.appointments_of(minh)
    actions.end_appointment(appointment=held.pk, on=date(2026, 11, 20))

    def lends(on: date) -> bool:
        return queries.permissions_of(minh, on).may(Permission.LEND, "TM-TVT")

    assert [lends(date(2025, 12, 31)), lends(date(2026, 1, 1))] == [False, True]
    assert [lends(date(2026, 11, 19)), lends(date(2026, 11, 20))] == [True, False]
    assert queries.appointments_of(minh, TODAY) == []
    assert queries.appointments_of(minh) == [held]


def test_who_is_switched_off_may_do_nothing_and_not_sign_in(minh: models.Staff) -> None:
    password = actions.set_password(username="minh")
    switched_off = actions.set_active(username="minh", is_active=False)
    assert queries.permissions_of(switched_off, TODAY) is queries.NOBODY
    assert queries.standing_of("minh", "TM-TVT", TODAY) == ""
    assert sign_in("minh", password) is None
    actions.set_active(username="minh", is_active=True)
    assert sign_in("minh", password) == minh


def test_the_places_of_a_person_are_those_in_service(lan: models.Staff) -> None:
    models.Place.objects.filter(pk="NM-TS").update(active_to=TODAY)
    assert [place.pk for place in queries.places_of_staff(lan, TODAY)] == ["NM-TV"]
    assert [place.pk for place in queries.places_of_staff(lan, date(2026, 11, 21))] == ["NM-TV", "NM-TS"]
    # What is closed still has books out: to take them back she may go on.
    assert queries.permissions_of(lan, TODAY).may(Permission.LEND, "NM-TS")


def test_an_operation_is_stamped_with_what_its_author_is_there(
    lan: models.Staff, minh: models.Staff, hoa: models.Staff, django_assert_num_queries: Any
) -> None:
    stamps = {
        (who, where): queries.standing_of(who, where, TODAY)
        for who in ("lan", "minh", "hoa", "stranger")
        for where in ("NM-TV", "TM-TVT", "NO-SUCH")
    }
    assert {pair: stamp for pair, stamp in stamps.items() if stamp} == {
        ("lan", "NM-TV"): "LIBRARIAN",
        ("minh", "TM-TVT"): "KEEPER",
        ("hoa", "NM-TV"): "LIBRARIAN",
        ("hoa", "TM-TVT"): "LIBRARIAN",
    }
    with django_assert_num_queries(2):
        assert queries.standings_of(list(stamps), TODAY) == stamps


def test_a_role_is_held_once_at_a_time_and_may_be_given_again_later(minh: models.Staff) -> None:
    with pytest.raises(actions.AppointedAlready):
        actions.appoint(username="minh", role="KEEPER", place="TM-TVT", on=TODAY)
    with pytest.raises(actions.AppointedAlready):
        actions.appoint(username="minh", role="KEEPER", place="TM-TVT", on=date(2025, 1, 1))
    (held,) = queries.appointments_of(minh)
    actions.end_appointment(appointment=held.pk, on=TODAY)
    again = actions.appoint(username="minh", role="KEEPER", place="TM-TVT", on=TODAY)
    assert queries.appointments_of(minh, TODAY) == [again]


@pytest.mark.parametrize(("place", "commune"), [("NM-TV", "99001"), ("NO-SUCH", None), (None, "12345")])
def test_an_appointment_has_one_scope_that_exists(minh: models.Staff, place: str | None, commune: str | None) -> None:
    with pytest.raises(actions.ScopeUnknown):
        actions.appoint(username="minh", role="LIBRARIAN", place=place, commune=commune, on=TODAY)
    assert len(queries.appointments_of(minh)) == 1


def test_a_role_that_does_not_exist_is_refused(minh: models.Staff) -> None:
    with pytest.raises(actions.RoleUnknown):
        actions.appoint(username="minh", role="KING", on=TODAY)


def test_an_appointment_ends_once_and_not_before_it_began(minh: models.Staff) -> None:
    (held,) = queries.appointments_of(minh)
    with pytest.raises(actions.EndsBeforeStart) as refusal:
        actions.end_appointment(appointment=held.pk, on=date(2025, 12, 31))
    assert "01/01/2026" in str(refusal.value)
    actions.end_appointment(appointment=held.pk, on=TODAY)
    with pytest.raises(actions.AppointmentUnknown):
        actions.end_appointment(appointment=held.pk, on=TODAY)
    with pytest.raises(actions.AppointmentUnknown):
        actions.end_appointment(appointment=0, on=TODAY)


def test_everybody_is_listed_with_their_appointments_in_two_queries(
    lan: models.Staff, minh: models.Staff, hoa: models.Staff, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        found = [
            (person.username, [(one.role, one.place, one.commune) for one in person.appointments.all()])
            for person in queries.all_staff()
        ]
    assert [username for username, _ in found] == ["hoa", "lan", "minh"]
    assert len(found[0][1]) == 2


def test_a_person_is_found_by_any_spelling_of_the_name(lan: models.Staff) -> None:
    assert queries.staff(" LAN ") == lan
    assert queries.staff("la") is None
