"""The protocol of offline desks at the API's door: enrolment, signatures, bounds, numbers."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import timedelta

import pytest

from guisach.domain.journal.models import Device, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.domain.sync.models import Chain, Desk, EnrolmentCode
from guisach.domain.sync.queries import desk_of_credential
from guisach.domain.sync.queries.credentials import credential
from guisach.kernel.clock import system_clock
from tests import builders
from tests.desks import Key, TestDesk, connect, enrolled, enrolment_code, moved
from tests.web.api.scripts import is_problem


@pytest.fixture
def code(world):
    return enrolment_code(builders.COBA, builders.hoa().staff)


@pytest.fixture
def desk(world):
    return enrolled(connect(), builders.COBA, builders.hoa().staff, "lan", builders.PASSWORD)


def statuses(answer):
    assert answer.status == 200, answer.body
    return [(one["status"], one["outcome"]) for one in answer.body["answers"]]


# Enrolment -------------------------------------------------------------------------------------------------


def test_a_device_becomes_a_desk_of_a_place(code):
    desk = TestDesk(connect())
    told = desk.enrol(code)
    assert told.status == 201, told.body
    assert told.body["place"] == {
        "code": builders.COBA, "name": "Thư viện xã Cô Ba", "kind": "COMMUNE_LIBRARY", "commune": "Cô Ba",
    }  # fmt: skip
    assert (told.body["device"], told.body["protocol"]) == (desk.device, 1)
    assert desk.hello().status == 200
    assert Device.objects.get(pk=desk.device).kind == "DESK"


def test_a_code_is_read_however_it_is_typed(code):
    assert TestDesk(connect()).enrol(f" {code[:5].lower()}-{code[5:]} ").status == 201


def test_an_answer_lost_on_the_way_is_given_again_and_a_code_serves_one_device(code):
    desk = TestDesk(connect())
    first, again = desk.enrol(code), desk.enrol(code)
    assert first.body == again.body
    assert is_problem(TestDesk(connect()).enrol(code), 404, "code_wrong")
    assert is_problem(TestDesk(connect(), device=desk.device).enrol(code), 409, "device_taken")
    assert Desk.objects.count() == 1


def test_an_expired_and_an_invented_code_look_the_same(world):
    by = builders.hoa().staff
    old = enrolment_code(builders.COBA, by, at=system_clock() - timedelta(minutes=15))
    printed = enrolment_code(builders.COBA, by, at=system_clock() - timedelta(days=6), is_printed=True)
    for wrong in (old, "0" * 26, "", "không phải mã"):
        assert is_problem(TestDesk(connect()).enrol(wrong), 404, "code_wrong")
    assert TestDesk(connect()).enrol(printed).status == 201


def test_only_the_digest_of_a_code_is_kept(code):
    kept = EnrolmentCode.objects.get()
    assert code not in kept.digest
    assert kept.digest == hashlib.sha256(code.encode()).hexdigest()


@pytest.mark.parametrize("key", ["", "AAAA", "x" * 500, "không", "MCowBQYDK2VwAyEA" + "A" * 43])
def test_what_is_no_p256_key_is_refused_and_spends_no_code(code, key):
    desk = TestDesk(connect())
    told = desk.ask("POST", "/enrol", {"code": code, "device": desk.device, "key": key, "desk": 1})
    assert is_problem(told, 422, "key_unusable")
    assert desk.enrol(code).status == 201


def test_too_old_a_desk_is_not_enrolled(code):
    assert is_problem(TestDesk(connect(), version=0).enrol(code), 426, "upgrade_needed")


def test_a_machine_that_tries_codes_soon_rests(code):
    told = [TestDesk(connect()).enrol("0" * 26).status for _ in range(26)]
    assert told[0] == 404
    assert is_problem(TestDesk(connect()).enrol(code), 429, "too_many_tries")


def test_enrolling_again_elsewhere_keeps_the_former_place_in_scope(desk):
    first = desk.make("sighting", copy="CB000001")
    desk.enrol(enrolment_code(builders.DAMTHUY, builders.hoa().staff))
    assert Desk.objects.get().former_places == [builders.COBA]
    assert desk.bring([first]).body["answers"][0]["case"] is None


# Who asks --------------------------------------------------------------------------------------------------


def test_every_request_is_signed_by_the_devices_own_key(desk):
    own, desk.key = desk.key, Key()
    assert is_problem(desk.hello(), 401, "signature_wrong")
    desk.key = own
    assert is_problem(desk.ask("POST", "/hello", {}, path_signed="/api/v1/sync/ops"), 401, "signature_wrong")
    assert is_problem(
        desk.ask("POST", "/hello", {}, **{"Guisach-Signature": "A" * 86}), 401, "signature_wrong"
    )  # fmt: skip
    assert is_problem(desk.ask("POST", "/hello", {}, **{"Guisach-Signature": ""}), 401, "signature_wrong")
    assert desk.hello().status == 200


@pytest.mark.parametrize("said", ["", "Device", "Device x", "Bearer x", "Device x.1:y"])
def test_without_a_credential_of_this_hub_nobody_is_known(desk, said):
    assert is_problem(desk.ask("POST", "/hello", {}, Authorization=said), 401, "device_unknown")


def test_the_credential_of_another_device_does_not_fit_this_key(desk):
    other = enrolled(connect(), builders.DAMTHUY, builders.hoa().staff, "minh", builders.PASSWORD)
    desk.credential = other.credential
    assert is_problem(desk.hello(), 401, "signature_wrong")


def test_a_credential_lasts_ninety_days_and_is_renewed_at_each_hello(desk):
    at = system_clock()
    desk.credential = credential(Desk.objects.get().pk, at - timedelta(days=1))  # expired: it may still bring
    operation = desk.make("return", copy="CB000001")
    assert statuses(desk.bring([operation])) == [("stored", "SEEN")]
    told = desk.hello()
    assert told.status == 200
    assert timedelta(days=89) < Desk.objects.get().expires_at - at < timedelta(days=91)
    assert told.body["credential"] == credential(Desk.objects.get().pk, Desk.objects.get().expires_at)


def test_after_a_move_to_a_machine_with_another_secret_key_a_desk_is_known_by_its_signature(desk, settings):
    at = system_clock()
    assert not desk_of_credential(desk.credential, at=at).is_expired
    settings.SECRET_KEY = "another one, of the new machine"
    assert desk_of_credential(desk.credential, at=at).is_expired  # it is sent nothing, and may bring what it has
    assert statuses(desk.bring([desk.make("return", copy="CB000001")])) == [("stored", "SEEN")]
    assert desk.hello().status == 200
    assert not desk_of_credential(desk.credential, at=at).is_expired


def test_the_hubs_time_is_in_every_answer(desk):
    before = int(system_clock().timestamp() * 1000)
    for told in (desk.hello(), desk.ask("POST", "/hello", raw=b"?"), TestDesk(connect()).hello()):
        assert before <= int(told.headers["Guisach-Time"]) <= int(system_clock().timestamp() * 1000)


# Keepers ---------------------------------------------------------------------------------------------------


def test_a_person_proves_who_they_are(desk):
    told = desk.prove("LAN ", builders.PASSWORD)
    assert told.body == {"username": "lan", "name": "Hoàng Thị Lan", "may": ["LEND", "JOIN", "SEE_READERS"]}


def test_wrong_passwords_and_strangers_look_the_same_and_soon_rest(desk):
    for who, password in (("lan", "sai"), ("không-ai", builders.PASSWORD)):
        assert is_problem(desk.prove(who, password), 401, "sign_in_wrong")
    for _ in range(5):
        desk.prove("lan", "sai")
    assert is_problem(desk.prove("lan", builders.PASSWORD), 429, "too_many_tries")


def test_without_a_role_at_the_desks_place_nobody_serves_there(desk):
    assert is_problem(desk.prove("minh", builders.PASSWORD), 403, "not_allowed")


def test_acts_of_somebody_who_never_proved_who_they_are_count_and_are_looked_at(desk, hoa):
    desk.actor = "hoa"  # a librarian of the province, whose PIN nobody set here
    assert statuses(desk.bring([desk.make("return", copy="CB000001")])) == [("stored", "SEEN")]
    assert [case["kind"] for case in hoa.get("/cases").body["cases"]] == ["outside_scope"]
    assert Operation.objects.get().standing == ""
    assert list(differences()) == []


def test_acts_at_another_place_than_the_desks_count_and_are_looked_at(desk, hoa):
    desk.place = builders.DAMTHUY
    assert statuses(desk.bring([desk.make("return", copy="CB000001")])) == [("stored", "SEEN")]
    assert [case["place"] for case in hoa.get("/cases").body["cases"]] == [builders.DAMTHUY]


# Bodies ----------------------------------------------------------------------------------------------------


def test_a_body_is_read_plain_or_gzipped(desk):
    desk.is_gzipping = False
    assert desk.sync()[0].status == 200
    desk.is_gzipping = True
    assert desk.sync()[0].status == 200


@pytest.mark.parametrize("raw", [b"", b"?", b"{", b'{"epoch": NaN}', b"\xff", b"[" * 100_000])
def test_what_is_not_json_says_so(desk, raw):
    told = desk.ask("POST", "/hello", raw=raw)
    assert is_problem(told, 422, "not_json" if raw else "invalid")


@pytest.mark.parametrize("raw", [b"{}", gzip.compress(b"{}", mtime=0)[:-4], gzip.compress(b"?", mtime=0)])
def test_what_is_not_gzipped_as_it_says_is_no_json(desk, raw):
    assert is_problem(desk.ask("POST", "/hello", raw=raw, **{"Guisach-Encoding": "gzip"}), 422, "not_json")


def test_a_small_body_that_unpacks_to_much_is_not_unpacked(desk):
    bomb = gzip.compress(b" " * 20_000_000)
    assert len(bomb) < 30_000
    told = desk.ask("POST", "/ops", raw=bomb, **{"Guisach-Encoding": "gzip"})
    assert is_problem(told, 413, "batch_too_large")


def test_too_large_a_body_is_not_read(desk):
    assert is_problem(desk.ask("POST", "/ops", raw=b" " * 270_000), 413, "batch_too_large")
    told = TestDesk(connect()).ask("POST", "/enrol", raw=b" " * 270_000)
    assert is_problem(told, 413, "batch_too_large")


def test_at_most_two_hundred_operations_at_once(desk):
    assert is_problem(desk.bring([{"op": "x", "dev": "y"}] * 201), 413, "batch_too_large")
    assert not Operation.objects.exists()


# Numbers ---------------------------------------------------------------------------------------------------


def test_what_is_brought_twice_is_stored_once_and_always_answered(desk):
    one, other = desk.make("return", copy="CB000001"), desk.make("sighting", copy="CB000001")
    assert statuses(desk.bring([one])) == [("stored", "SEEN")]
    assert statuses(desk.bring([one, other])) == [("duplicate", "SEEN"), ("stored", "SEEN")]
    clone = {**other, "op": one["op"]}
    assert statuses(desk.bring([clone])) == [("fork", "SEEN")]
    assert not desk.outbox
    assert list(differences()) == []


def test_an_answer_names_the_place_in_the_log(desk):
    told = desk.bring([desk.make("return", copy="CB000001")]).body["answers"][0]
    assert told["number"] == Operation.objects.get().pk


def test_what_has_no_number_or_no_id_is_malformed_and_harms_no_other(desk):
    good = desk.make("return", copy="CB000001")
    unnumbered = {name: value for name, value in good.items() if name not in {"dev", "seq", "epoch"}}
    told = desk.ask("POST", "/ops", {"operations": [7, unnumbered, good, {**good, "op": "?"}]}).body["answers"]
    assert [one["status"] for one in told] == ["malformed", "malformed", "stored", "malformed"]
    assert [one["code"] for one in told] == ["not_an_object", "number_needed", "", "bad_id"]


def test_hello_says_what_is_lacking_whatever_came_in_which_order(desk):
    made = [desk.make("sighting", copy="CB000001") for _ in range(12)]
    desk.bring([made[n] for n in (7, 0, 3, 1)])
    told = desk.hello().body
    assert (told["contiguous"], told["gaps"]) == (2, [[3, 3], [5, 7]])
    desk.bring([made[n] for n in (6, 5, 2)])
    told = desk.hello().body
    assert (told["contiguous"], told["gaps"]) == (4, [[5, 5]])
    desk.bring([made[4]])
    told = desk.hello().body
    assert (told["contiguous"], told["gaps"]) == (8, [])
    desk.sync()
    assert desk.hello().body["contiguous"] == 12


def test_five_thousand_in_no_order_are_counted_right(desk, django_assert_max_num_queries):
    """The numbers as they stand in the log are what counts; the bound that is kept only saves reading."""
    import random

    numbers = list(range(1, 5001))
    lacking = set(random.Random(1).sample(numbers, 40)) - {1}
    first = desk.make("sighting", copy="CB000001")
    desk.bring([first])
    stored = Operation.objects.get()
    fields = {f.attname: getattr(stored, f.attname) for f in Operation._meta.concrete_fields if not f.primary_key}
    Operation.objects.bulk_create(
        [
            Operation(**{**fields, "op": builders.new_id(), "seq": seq})
            for seq in random.Random(2).sample(numbers, 5000)
            if seq not in lacking | {1}
        ],
        batch_size=500,
    )
    desk.high = 5000
    told = desk.hello().body
    expected = [[seq, seq] for seq in sorted(lacking)]
    assert [gap for gap in told["gaps"] if gap[0] == gap[1]] == [gap for gap in expected if gap in told["gaps"]]
    assert {seq for a, b in told["gaps"] for seq in range(a, b + 1)} == lacking
    assert told["contiguous"] == min(lacking) - 1
    with django_assert_max_num_queries(16):
        desk.hello()


def test_a_new_epoch_counts_from_one_and_the_old_one_is_told_too(desk):
    desk.make("sighting", copy="CB000001")
    desk.sync()
    desk.begin_epoch()
    assert desk.hello().body["contiguous"] == 0
    desk.make("return", copy="CB000001")
    desk.sync()
    told = desk.hello().body
    assert (told["epoch"], told["contiguous"]) == (2, 1)
    assert told["epochs"] == [{"epoch": 1, "contiguous": 1}, {"epoch": 2, "contiguous": 1}]
    device = Device.objects.get(pk=desk.device)
    assert (device.epoch, device.last_seq) == (2, 1)


def test_a_desk_passes_on_what_another_made_under_its_own_number(desk):
    other = enrolled(connect(), builders.COBA, builders.hoa().staff, "lan", builders.PASSWORD)
    operation = other.make("return", copy="CB000001")
    assert statuses(desk.bring([operation])) == [("stored", "SEEN")]
    stored = Operation.objects.get()
    assert (str(stored.dev), str(stored.via), stored.seq) == (other.device, desk.device, 1)
    assert statuses(other.bring([operation])) == [("duplicate", "SEEN")]
    assert other.hello().body["contiguous"] == 1


def test_whatever_was_made_before_the_last_hello_is_settled_when_all_of_it_is_here(desk):
    desk.hello()
    settled = Desk.objects.get().settled_at
    operation = desk.make("sighting", copy="CB000001")
    desk.hello(oldest="2026-11-20T09:00:00+07:00")
    row = Desk.objects.get()
    assert row.settled_at == settled
    assert row.waiting_since.isoformat() == "2026-11-20T02:00:00+00:00"
    desk.bring([operation])
    row = Desk.objects.get()
    assert row.settled_at == row.told_at > settled


def test_a_wrong_clock_is_mended_by_the_offset_it_measured(desk):
    right = desk.clock
    desk.clock, desk.off_ms = moved(right, days=-1), 86_400_000
    desk.bring([desk.make("return", copy="CB000001")])
    assert abs(Operation.objects.get().eff_at - right()) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "said",
    [
        {"epoch": 0}, {"epoch": 10**9}, {"high": -1}, {"high": 2**53}, {"high": "x"}, {"desk": -1},
        {"oldest": "hôm qua"}, {"oldest": "2026-11-20T09:00:00"},
    ],
)  # fmt: skip
def test_an_absurd_hello_is_invalid_and_changes_nothing(desk, said):
    before = list(Chain.objects.values())
    assert is_problem(desk.hello(**said), 422, "invalid")
    assert list(Chain.objects.values()) == before


def test_the_answer_comes_after_the_commit_and_a_batch_is_whole(desk):
    operations = [desk.make("return", copy="CB000001") for _ in range(3)]
    told = json.loads(json.dumps(desk.bring(operations).body))
    assert [one["status"] for one in told["answers"]] == ["stored"] * 3
    assert [row.seq for row in Operation.objects.order_by("seq")] == [1, 2, 3]
