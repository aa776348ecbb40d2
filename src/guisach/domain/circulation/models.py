"""Projections of the journal: loans, where copies were last seen, what was counted. All can be recomputed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Rulebook(models.Model):
    """A version of the loan rules. Once published it never changes: old loans keep the terms they were given under.

    Version 1 is the product's own and stands in `rules.policy`; a province's own begin with 2.
    """

    version = models.PositiveIntegerField(primary_key=True)
    valid_from = models.DateField(null=True)  # set when it is published
    decision = models.CharField(max_length=120, blank=True)  # number and date of the deciding document
    published_at = models.DateTimeField(null=True)  # empty: a draft
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return str(self.version)


class PolicyRule(models.Model):
    """A rule of a rulebook: for whom and what (empty: for all), and the terms it settles (empty: ask another)."""

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="rules")
    place = models.CharField(max_length=24, blank=True)
    place_kind = models.CharField(max_length=24, blank=True)
    group = models.CharField(max_length=12, blank=True)
    material = models.CharField(max_length=12, blank=True)
    is_lendable = models.BooleanField(null=True)
    loan_days = models.PositiveSmallIntegerField(null=True)
    until_next_visit = models.BooleanField(null=True)
    on_fair_days = models.BooleanField(null=True)
    loans_max = models.PositiveSmallIntegerField(null=True)
    renewal_days = models.PositiveSmallIntegerField(null=True)
    renewals_max = models.PositiveSmallIntegerField(null=True)
    holds_max = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rulebook", "place", "place_kind", "group", "material"], name="one_rule_per_scope"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rulebook_id}: {self.place or self.place_kind} {self.group} {self.material}"


class LoanEnd(models.TextChoices):
    """How a loan ended."""

    RETURNED = "RETURNED", _("returned")
    IMPLIED = "IMPLIED", _("lent again without a return")
    LOST = "LOST", _("given up as lost")
    FOUND = "FOUND", _("found in the library")


class Loan(models.Model):
    """A loan, known by the operation that made it. The barcode may belong to a copy not yet catalogued."""

    op = models.UUIDField(primary_key=True)
    barcode = models.CharField(max_length=32)
    reader = models.UUIDField(db_index=True)
    place = models.CharField(max_length=24, blank=True)
    lent_at = models.DateTimeField()
    due_on = models.DateField()
    renewals = models.PositiveSmallIntegerField(default=0)
    renewed_op = models.UUIDField(null=True)
    policy = models.PositiveIntegerField(null=True)  # version of the rulebook it was given under, where said
    group = models.CharField(max_length=12, blank=True)  # of the reader, as said when it was lent
    request = models.UUIDField(null=True)  # the request that it served, where the desk said so
    batch = models.UUIDField(null=True)  # shared by copies lent as one act
    judged = models.JSONField(null=True)  # kinds of cases, noted when the reader was forgotten
    others = models.PositiveSmallIntegerField(default=0)  # forgotten loans that were open when this one was made
    override = models.CharField(max_length=32, blank=True)  # the refusal that a person went past
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)  # the operation that ended it
    ended = models.CharField(max_length=12, choices=LoanEnd.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["barcode"], condition=models.Q(closed_at__isnull=True), name="one_open_loan_per_copy"
            ),
        ]
        indexes = [
            models.Index(fields=["barcode", "lent_at"]),
            models.Index(fields=["place", "lent_at"]),
            models.Index(fields=["due_on"], condition=models.Q(closed_at__isnull=True), name="loan_open_by_due"),
            models.Index(fields=["request"], condition=models.Q(request__isnull=False), name="loan_for_request"),
            models.Index(fields=["batch"], condition=models.Q(batch__isnull=False), name="loan_by_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.barcode} {self.lent_at}"


class Trouble(models.TextChoices):
    """Why a copy cannot be had although nobody has it, or is not asked for although somebody should have it."""

    LOST = "LOST", _("lost")
    CLAIMED = "CLAIMED", _("said to be brought back")
    MISSING = "MISSING", _("missing")
    DAMAGED = "DAMAGED", _("damaged")


class Whereabouts(models.Model):
    """Where a copy was last seen, where it is being sent, what is wrong with it; owner and base do not change by it.

    Copies with which nothing ever happened have no row.
    """

    barcode = models.CharField(max_length=32, primary_key=True)
    place = models.CharField(max_length=24, blank=True, db_index=True)
    seen_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=8, choices=Trouble.choices, blank=True)
    troubled_op = models.UUIDField(null=True)
    troubled_at = models.DateTimeField(null=True)
    going_to = models.CharField(max_length=24, blank=True)
    transfer_op = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_for = models.UUIDField(null=True)  # the request that it was sent for
    aside_for = models.UUIDField(null=True)  # the request that it stands on the hold shelf for
    asides = models.PositiveSmallIntegerField(default=0)  # how many rows of SetAside it has
    uses = models.PositiveIntegerField(default=0)  # how many rows of Use it has
    counts = models.PositiveSmallIntegerField(default=0)  # how many rows of StocktakeLine it has

    class Meta:
        indexes = [
            models.Index(fields=["going_to"], condition=~models.Q(going_to=""), name="copy_on_its_way"),
            models.Index(fields=["trouble", "place"], condition=~models.Q(trouble=""), name="copy_in_trouble"),
            models.Index(fields=["sent_for"], condition=models.Q(sent_for__isnull=False), name="copy_sent_for"),
        ]

    def __str__(self) -> str:
        return f"{self.barcode} at {self.place}"


class AsideEnd(models.TextChoices):
    """How a copy left the hold shelf."""

    LENT = "LENT", _("lent")
    PUT_BACK = "PUT_BACK", _("put back among the others")
    GONE = "GONE", _("went elsewhere")


class SetAside(models.Model):
    """A copy stands, or stood, on the hold shelf of a place for a request; known by the operation that put it there."""

    op = models.UUIDField(primary_key=True)
    barcode = models.CharField(max_length=32, db_index=True)
    request = models.UUIDField(db_index=True)
    place = models.CharField(max_length=24, blank=True)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    ended = models.CharField(max_length=8, choices=AsideEnd.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["barcode"], condition=models.Q(closed_at__isnull=True), name="one_open_aside_per_copy"
            ),
        ]
        indexes = [
            models.Index(fields=["place", "at"], condition=models.Q(closed_at__isnull=True), name="hold_shelf"),
        ]

    def __str__(self) -> str:
        return f"{self.barcode} for {self.request}"


class Use(models.Model):
    """A copy was read on the spot; known by the operation that noted it. Nobody's name belongs to it."""

    op = models.UUIDField(primary_key=True)
    barcode = models.CharField(max_length=32, db_index=True)
    place = models.CharField(max_length=24, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["place", "at"])]

    def __str__(self) -> str:
        return f"{self.barcode} at {self.place}"


class RequestState(models.TextChoices):
    """Where a request stands."""

    NOTED = "NOTED", _("noted, not looked at yet")
    WAITING = "WAITING", _("waiting")
    ORDERED = "ORDERED", _("being bought")
    ON_ITS_WAY = "ON_ITS_WAY", _("on its way")
    READY = "READY", _("ready to be fetched")
    SERVED = "SERVED", _("fetched")
    PACKED = "PACKED", _("packed")
    BOUGHT = "BOUGHT", _("bought")
    CANCELLED = "CANCELLED", _("cancelled")
    EXPIRED = "EXPIRED", _("time over")
    DECLINED = "DECLINED", _("declined")


class Request(models.Model):
    """What a reader asks for, known by the operation that made it. What no place has is named in its private part."""

    op = models.UUIDField(primary_key=True)
    sort = models.CharField(max_length=10)  # of rules.request_fold.Sort
    reader = models.UUIDField(null=True, db_index=True)
    record = models.BigIntegerField(null=True)
    pickup = models.CharField(max_length=24, blank=True)
    group = models.CharField(max_length=12, blank=True)  # of the reader, as said when it was made
    place = models.CharField(max_length=24, blank=True)  # where it was made
    since = models.DateTimeField()
    until = models.DateField(null=True)
    awaits = models.CharField(max_length=32, blank=True)  # the copy that the reader was told of
    state = models.CharField(max_length=10, choices=RequestState.choices)
    barcode = models.CharField(max_length=32, blank=True)  # set aside or sent for it, or lent in the end
    copy_since = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    why = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["record", "since"], condition=models.Q(closed_at__isnull=True), name="request_queue"),
            models.Index(fields=["pickup", "state"], condition=models.Q(closed_at__isnull=True), name="request_pickup"),
            models.Index(fields=["awaits"], condition=~models.Q(awaits=""), name="request_awaiting"),
        ]

    def __str__(self) -> str:
        return f"{self.sort} {self.op} {self.state}"


class PaymentSort(models.TextChoices):
    """What a reader gave, where a province lets its places take it."""

    DEPOSIT = "DEPOSIT", _("deposit")
    COMPENSATION = "COMPENSATION", _("compensation")


class Payment(models.Model):
    """A deposit, or compensation for a copy, known by the operation that took it; amounts in whole đồng."""

    op = models.UUIDField(primary_key=True)
    sort = models.CharField(max_length=12, choices=PaymentSort.choices)
    reader = models.UUIDField(db_index=True)
    place = models.CharField(max_length=24, blank=True)
    at = models.DateTimeField()
    amount = models.PositiveIntegerField()  # 0: made good in kind
    number = models.PositiveIntegerField()
    barcode = models.CharField(max_length=32, blank=True)
    cause = models.CharField(max_length=8, blank=True)
    way = models.CharField(max_length=8, blank=True)
    trouble = models.UUIDField(null=True)  # the operation by which the copy was lost or damaged
    is_found = models.BooleanField(default=False)  # the copy that was lost is not any more
    back_op = models.UUIDField(null=True)
    back_at = models.DateTimeField(null=True)
    back_place = models.CharField(max_length=24, blank=True)
    back_number = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["place", "at"]),
            models.Index(fields=["place", "back_at"]),
            models.Index(fields=["barcode"], condition=~models.Q(barcode=""), name="payment_for_copy"),
        ]

    def __str__(self) -> str:
        return f"{self.sort} {self.amount}"


class SlipNumber(models.Model):
    """The last number of the slips of a place; numbers run on, and one whose act was taken back is not given again.

    `series` is that of money in, or of money out.
    """

    place = models.CharField(max_length=24)
    series = models.CharField(max_length=3)
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "series"], name="one_number_per_series")]

    def __str__(self) -> str:
        return f"{self.place} {self.series} {self.last}"


class MoneyRule(models.Model):
    """What may be taken from a day on (`rules.money.MoneyTerms`). Rows are added and never changed."""

    valid_from = models.DateField()
    deposit_vnd = models.PositiveIntegerField(null=True)
    compensation_vnd = models.PositiveIntegerField(null=True)
    compensation_times = models.PositiveSmallIntegerField(default=1)
    decision = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.valid_from}"


class Stocktake(models.Model):
    """A count of a place by scanning: all of it, a collection, or shelves from `first` to `last`."""

    id = models.UUIDField(primary_key=True)
    place = models.CharField(max_length=24)
    collection = models.CharField(max_length=16, blank=True)
    first = models.CharField(max_length=80, blank=True)
    last = models.CharField(max_length=80, blank=True)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=40, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=40, blank=True)
    close_op = models.UUIDField(null=True)
    copies = models.PositiveIntegerField(null=True)  # scanned by anybody, as who closed it knew
    results = models.JSONField(default=dict)  # the account as it was when somebody closed it
    reports = models.JSONField(default=dict)  # devices that are done, with how many copies each scanned

    class Meta:
        indexes = [models.Index(fields=["place", "begun_at"])]

    def __str__(self) -> str:
        return f"{self.place} {self.begun_at}"


class StocktakeLine(models.Model):
    """What a stocktake says of a copy: a device scanned it (known by its first scan), or it was not found."""

    op = models.UUIDField(primary_key=True)
    stocktake = models.UUIDField()
    barcode = models.CharField(max_length=32, db_index=True)
    is_missing = models.BooleanField(default=False)
    dev = models.UUIDField()
    actor = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=24, blank=True)
    at = models.DateTimeField()
    scans = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["stocktake", "barcode", "is_missing"], name="line_of_stocktake")]

    def __str__(self) -> str:
        return f"{self.stocktake} {self.barcode}"


class Measure(models.TextChoices):
    """Counts that are never mixed: people who came, documents used without a named loan, different borrowers."""

    VISITS = "VISITS", _("visits")
    USES = "USES", _("uses on the open shelf")
    BORROWERS = "BORROWERS", _("different borrowers in a month")  # noted under the first of the month


class Tally(models.Model):
    """What was counted at a place on a day, by reader group; sums of the journal's tally operations."""

    place = models.CharField(max_length=24)
    on = models.DateField()
    measure = models.CharField(max_length=12, choices=Measure.choices)
    group = models.CharField(max_length=12)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "on", "measure", "group"], name="one_tally_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.on} {self.measure} {self.count}"
