"""Tables of the network: units, places, fairs, staff."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Province(models.Model):
    """A province; one hub runs one."""

    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name


class CommuneKind(models.TextChoices):
    """Kinds of commune-level unit since 1/7/2025 (Law on local government)."""

    COMMUNE = "COMMUNE", _("commune")
    WARD = "WARD", _("ward")
    SPECIAL_ZONE = "SPECIAL_ZONE", _("special zone")


class Commune(models.Model):
    """A commune-level unit while it exists: units change, so each carries its dates and what it came from."""

    code = models.CharField(max_length=5, primary_key=True)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="communes")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=CommuneKind.choices)
    former_district = models.CharField(max_length=80, blank=True)
    predecessors = models.JSONField(default=list)  # names of the units merged into this one
    neighbours = models.JSONField(default=list)  # codes of adjoining communes
    is_border = models.BooleanField(default=False)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    area_km2 = models.FloatField(null=True)
    population = models.PositiveIntegerField(null=True)
    population_note = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name


class PlaceKind(models.TextChoices):
    """Kinds of place where a reader meets books."""

    PROVINCIAL_LIBRARY = "PROVINCIAL_LIBRARY", _("provincial library")
    COMMUNE_LIBRARY = "COMMUNE_LIBRARY", _("commune library")
    COMMUNITY_LIBRARY = "COMMUNITY_LIBRARY", _("community library")
    COMMUNITY_BOOKCASE = "COMMUNITY_BOOKCASE", _("community bookcase")
    POST_OFFICE_POINT = "POST_OFFICE_POINT", _("post-office culture point")
    LEARNING_CENTRE = "LEARNING_CENTRE", _("community learning centre")
    LAW_BOOKCASE = "LAW_BOOKCASE", _("law bookcase")
    SCHOOL = "SCHOOL", _("school library")
    BORDER_POST = "BORDER_POST", _("border post")
    READING_ROOM = "READING_ROOM", _("village reading room")
    MOBILE_UNIT = "MOBILE_UNIT", _("mobile unit")
    POP_UP = "POP_UP", _("pop-up shelf")


class ServiceMode(models.TextChoices):
    """How a place lends."""

    STAFFED = "STAFFED", _("named loans")
    KEPT = "KEPT", _("book in, book out")
    OPEN_SHELF = "OPEN_SHELF", _("open shelf, counts only")


class Place(models.Model):
    """A place of service (điểm phục vụ): anywhere a reader meets books."""

    code = models.CharField(max_length=24, primary_key=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=24, choices=PlaceKind.choices)
    service_mode = models.CharField(max_length=12, choices=ServiceMode.choices)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="places")
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    area_m2 = models.FloatField(null=True)
    periodicals = models.PositiveIntegerField(null=True)  # newspaper and journal titles held
    active_from = models.DateField(null=True)
    active_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["commune", "kind"])]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """One stretch of opening on a weekday (1 Monday … 7 Sunday, ISO 8601)."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "weekday", "opens"], name="one_opening_per_time"),
            models.CheckConstraint(condition=models.Q(weekday__range=(1, 7)), name="weekday_is_iso"),
            models.CheckConstraint(condition=models.Q(closes__gt=models.F("opens")), name="closes_after_opening"),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.weekday} {self.opens}-{self.closes}"


class Closure(models.Model):
    """Days on which a place, all places of a commune or (neither given) the whole network does not serve."""

    place = models.ForeignKey(Place, null=True, on_delete=models.CASCADE, related_name="closures")
    commune = models.ForeignKey(Commune, null=True, on_delete=models.CASCADE, related_name="+")
    first_on = models.DateField()
    last_on = models.DateField()
    reason = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(place__isnull=True) | models.Q(commune__isnull=True), name="one_scope_per_closure"
            ),
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("first_on")), name="closure_runs_forward"),
        ]
        indexes = [models.Index(fields=["last_on"], name="closure_by_end")]

    def __str__(self) -> str:
        return f"{self.first_on}-{self.last_on} {self.reason}"


class MinimumCondition(models.Model):
    """What a kind of place must have at least (Decree 93/2020/NĐ-CP); data, since decrees change."""

    kind = models.CharField(max_length=24, choices=PlaceKind.choices, primary_key=True)
    article = models.CharField(max_length=40)
    copies = models.PositiveIntegerField(null=True)
    titles = models.PositiveIntegerField(null=True)
    periodicals = models.PositiveIntegerField(null=True)
    area_m2 = models.FloatField(null=True)
    staff = models.CharField(max_length=200, blank=True)
    is_required = models.BooleanField(default=True)  # article 9 only encourages
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.kind


class ScheduleKind(models.TextChoices):
    """How the days of a fair are reckoned."""

    LUNAR_DAY_SET = "LUNAR_DAY_SET", _("lunar days")
    WEEKDAY = "WEEKDAY", _("weekdays")
    ZODIAC_DAY_SET = "ZODIAC_DAY_SET", _("zodiac days")
    SOLAR_DAY_SET = "SOLAR_DAY_SET", _("solar days")
    DATES = "DATES", _("given dates")
    UNKNOWN = "UNKNOWN", _("days not established")


class MissingDayRule(models.TextChoices):
    """What a fair on day 30 does in a lunar month of 29 days."""

    SKIP = "SKIP", _("no fair")
    LAST_DAY = "LAST_DAY", _("on day 29")
    NEXT_DAY = "NEXT_DAY", _("on day 1 of the next month")


class Fair(models.Model):
    """A market (chợ phiên) with a rule for its days."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=80)
    commune = models.ForeignKey(Commune, null=True, on_delete=models.PROTECT, related_name="fairs")
    schedule_kind = models.CharField(max_length=16, choices=ScheduleKind.choices)
    days = models.JSONField(default=list)  # numbers 1-30, weekdays 1-7, zodiac signs 0-11, or ISO dates
    missing_day_rule = models.CharField(max_length=12, choices=MissingDayRule.choices, default=MissingDayRule.SKIP)
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    confidence = models.CharField(max_length=12, blank=True)
    source = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff by the name that they sign in with, which is kept in small letters."""

    def get_by_natural_key(self, username: str | None) -> Staff:
        """Find somebody however they typed their name."""
        return self.get(username=(username or "").strip().lower())


class Staff(AbstractBaseUser):
    """A person who works for the network and signs in."""

    username = models.CharField(max_length=40, unique=True)
    full_name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    def __str__(self) -> str:
        return self.full_name


class Role(models.TextChoices):
    """What a person may do; the scope of an appointment says where."""

    KEEPER = "KEEPER", _("keeper")
    CREW = "CREW", _("mobile crew")
    LIBRARIAN = "LIBRARIAN", _("librarian")
    CATALOGUER = "CATALOGUER", _("cataloguer")
    PROGRAMME_OFFICER = "PROGRAMME_OFFICER", _("programme officer")
    INSPECTOR = "INSPECTOR", _("inspector")
    ADMINISTRATOR = "ADMINISTRATOR", _("administrator")


class Appointment(models.Model):
    """A role that a person holds at a place, in a commune, or (neither given) in the whole province."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="appointments")
    role = models.CharField(max_length=20, choices=Role.choices)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT)
    commune = models.ForeignKey(Commune, null=True, on_delete=models.PROTECT)
    active_from = models.DateField()
    active_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(place__isnull=True) | models.Q(commune__isnull=True),
                name="one_scope_per_appointment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.role}"
