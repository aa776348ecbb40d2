"""The named cast and the small world in which tests happen.

Lan keeps the library of commune Cô Ba; Minh keeps the one of Đàm Thủy and must see nothing of Lan's readers;
Hoa is librarian at the provincial library; Kiên administers; Thảo catalogues; Dũng is programme officer;
Vân inspects. An is a reader, Bình a child reader, both of Cô Ba.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from guisach.domain.catalogue.models import Copy, Record
from guisach.domain.journal import actions as journal
from guisach.domain.journal.models import Device, DeviceKind
from guisach.domain.journal.queries import Source
from guisach.domain.network.models import (
    Appointment,
    Commune,
    CommuneKind,
    MinimumCondition,
    OpeningHours,
    Place,
    PlaceKind,
    Province,
    Role,
    ServiceMode,
    Staff,
)
from guisach.domain.readers import actions as readers
from guisach.domain.readers.rules.joining import Applicant
from guisach.kernel.errors import DomainError
from guisach.kernel.ids import new_id
from guisach.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # a Friday, nine in the morning in Cao Bằng
PASSWORD = "rung-xanh-nui-do-2026"

COBA, DAMTHUY, TINH = "CB-COBA", "CB-DAMTHUY", "CB-TINH"


class Clock:
    """A clock that the test moves; it also moves a millisecond by itself at each look, as time does."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def forward(self, **amount: float) -> None:
        """Let time pass, in the units of timedelta."""
        self.at += timedelta(**amount)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff with the source of their acts."""

    staff: Staff
    source: Source


def province() -> None:
    """Make three places in three communes, open on working days; calling it again changes nothing."""
    Province.objects.get_or_create(code="04", defaults={"name": "Cao Bằng"})
    for code, name, kind, is_border, lat, lon in (
        ("01273", "Thục Phán", CommuneKind.WARD, False, 22.67, 106.25),
        ("01324", "Cô Ba", CommuneKind.COMMUNE, True, 23.02, 105.72),
        ("01501", "Đàm Thủy", CommuneKind.COMMUNE, True, 22.84, 106.70),
    ):
        Commune.objects.get_or_create(
            code=code,
            defaults={
                "province_id": "04",
                "name": name,
                "kind": kind,
                "is_border": is_border,
                "lat": lat,
                "lon": lon,
                "valid_from": date(2025, 7, 1),
            },
        )
    for code, name, place_kind, commune in (
        (TINH, "Thư viện tỉnh Cao Bằng", PlaceKind.PROVINCIAL_LIBRARY, "01273"),
        (COBA, "Thư viện xã Cô Ba", PlaceKind.COMMUNE_LIBRARY, "01324"),
        (DAMTHUY, "Thư viện xã Đàm Thủy", PlaceKind.COMMUNE_LIBRARY, "01501"),
    ):
        place, is_new = Place.objects.get_or_create(
            code=code,
            defaults={"name": name, "kind": place_kind, "service_mode": ServiceMode.STAFFED, "commune_id": commune},
        )
        if is_new:
            OpeningHours.objects.bulk_create(
                OpeningHours(place=place, weekday=day, opens=time(7, 30), closes=time(17)) for day in range(1, 6)
            )


def place(code: str, kind: str = PlaceKind.COMMUNITY_BOOKCASE, commune: str = "01324", **changes: Any) -> Place:
    """Make one more place, kept by somebody of the village."""
    fields = {"name": f"Điểm {code}", "service_mode": ServiceMode.KEPT, **changes}
    return Place.objects.create(code=code, kind=kind, commune_id=commune, **fields)


def minimum(kind: str = PlaceKind.COMMUNE_LIBRARY, **least: Any) -> MinimumCondition:
    """Set what a kind of place must have: nothing but what is named."""
    return MinimumCondition.objects.create(kind=kind, article="Điều 13", **least)


def person(username: str, full_name: str, role: str, *, place: str | None = None, commune: str | None = None) -> Person:
    """Make a member of staff with one role and a workbench of their own."""
    staff, is_new = Staff.objects.get_or_create(
        username=username, defaults={"full_name": full_name, "created_at": START}
    )
    if is_new:
        staff.set_password(PASSWORD)
        staff.save(update_fields=["password"])
        Appointment.objects.create(
            staff=staff, role=role, place_id=place, commune_id=commune, active_from=date(2025, 7, 1)
        )
    return Person(staff, journal.workbench_source(staff=staff, at=START))


def lan() -> Person:
    """Return the keeper of Cô Ba."""
    return person("lan", "Hoàng Thị Lan", Role.KEEPER, place=COBA)


def minh() -> Person:
    """Return the keeper of Đàm Thủy, who must see nothing of Cô Ba's readers."""
    return person("minh", "Nông Văn Minh", Role.KEEPER, place=DAMTHUY)


def hoa() -> Person:
    """Return the librarian of the provincial library, whose scope is the province."""
    return person("hoa", "Bế Thị Hoa", Role.LIBRARIAN)


def kien() -> Person:
    """Return the administrator."""
    return person("kien", "Lý Trung Kiên", Role.ADMINISTRATOR)


def thao() -> Person:
    """Return the cataloguer."""
    return person("thao", "Đinh Thu Thảo", Role.CATALOGUER)


def dung() -> Person:
    """Return the programme officer."""
    return person("dung", "Mạc Tiến Dũng", Role.PROGRAMME_OFFICER)


def van() -> Person:
    """Return the inspector."""
    return person("van", "Triệu Thị Vân", Role.INSPECTOR)


def applicant(name: str = "Vàng Thị An", **changes: Any) -> Applicant:
    """Return a grown person who agrees to everything."""
    said: dict[str, Any] = {
        "group": "FARMER",
        "birth_on": date(1990, 5, 2),
        "phone": "",
        "address": "",
        "guardian": "",
        "guardian_phone": "",
        "has_consent": True,
        "has_assent": False,
    }
    return Applicant(name=name, **{**said, **changes})


def an(by: Person, clock: Callable[[], datetime]) -> UUID:
    """Enrol An, a farmer of Cô Ba."""
    return reader(by, clock, applicant())


def binh(by: Person, clock: Callable[[], datetime]) -> UUID:
    """Enrol Bình, a child of nine whose mother agrees, and who agrees too."""
    child = applicant("Vàng A Bình", group="CHILD", birth_on=date(2017, 9, 5), guardian="Vàng Thị An", has_assent=True)
    return reader(by, clock, child)


def school_class(by: Person, clock: Callable[[], datetime]) -> UUID:
    """Enrol class 4A, for which its teacher answers."""
    who = applicant("Lớp 4A", group="PUPIL", kind="CLASS", birth_on=None, guardian="Nông Thị Xuân")
    return reader(by, clock, who)


def reader(by: Person, clock: Callable[[], datetime], who: Applicant, *, place: str = COBA, card: str = "") -> UUID:
    """Enrol somebody."""
    joined = readers.join(op_id=new_id(), by=by.source, place=place, applicant=who, card=card, clock=clock)
    return joined.reader


def record(title: str = "Dế Mèn phiêu lưu ký", author: str = "Tô Hoài", **changes: Any) -> Record:
    """Make a bibliographic record."""
    fields: dict[str, Any] = {
        "title": title,
        "title_key": fold(title)[:200],
        "author": author,
        "authors": [author] if author else [],
        "language": "vie",
        "marc": "{}",
        "created_at": START,
        "updated_at": START,
        **changes,
    }
    return Record.objects.create(**fields)


def copy(barcode: str = "CB000001", *, of: Record | None = None, place: str = COBA, **changes: Any) -> Copy:
    """Make a copy that the provincial library owns and a place keeps."""
    return Copy.objects.create(barcode=barcode, record=of or record(), owner_id=TINH, base_id=place, **changes)


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Expect a refusal with this code."""
    try:
        yield
    except DomainError as refusal:
        if refusal.code != code:
            raise AssertionError(f"refused with {refusal.code}, not {code}") from refusal
    else:
        raise AssertionError(f"was not refused; {code} expected")


def device(owner: Person) -> Source:
    """Make an offline desk of somebody's, which numbers its operations itself."""
    made = Device.objects.create(id=new_id(), kind=DeviceKind.DESK, staff=owner.staff, created_at=START)
    return Source(made.pk, owner.staff.pk, owner.staff.username)
