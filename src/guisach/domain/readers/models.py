"""Tables of the readers' room: what the log says of readers, and who looked at it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class ReaderGroup(models.TextChoices):
    """Groups that the yearly statistics count."""

    CHILD = "CHILD", _("child")
    PUPIL = "PUPIL", _("pupil")
    STUDENT = "STUDENT", _("student")
    OFFICIAL = "OFFICIAL", _("official")
    FARMER = "FARMER", _("farmer")
    SOLDIER = "SOLDIER", _("armed forces")
    ELDER = "ELDER", _("elder")
    DISABLED = "DISABLED", _("person with a disability")
    OTHER = "OTHER", _("other")


class ReaderKind(models.TextChoices):
    """What a card stands for: a person, or several for whom one person answers."""

    PERSON = "PERSON", _("person")
    HOUSEHOLD = "HOUSEHOLD", _("household")
    CLASS = "CLASS", _("school class")
    BODY = "BODY", _("border post, office or other body")


class Channel(models.TextChoices):
    """How a reader wants to hear from the library; empty: not asked yet."""

    SMS = "SMS", _("SMS")
    EMAIL = "EMAIL", _("e-mail")
    SLIP = "SLIP", _("printed slip")
    ALOUD = "ALOUD", _("read aloud on market day")
    NONE = "NONE", _("no messages at all")


class Language(models.TextChoices):
    """What the province's readers speak; the codes are those of ISO 639."""

    VIETNAMESE = "vi", _("Vietnamese")
    TAY = "tyz", _("Tày")
    NUNG = "nut", _("Nùng")
    MONG = "hmn", _("Mông")
    DAO = "ium", _("Dao")
    LO_LO = "nty", _("Lô Lô")
    SAN_CHAY = "mlc", _("Sán Chay")
    CHINESE = "zh", _("Chinese")
    ENGLISH = "en", _("English")


class Papers(models.TextChoices):
    """What was shown at joining; never its number."""

    NONE = "NONE", _("nothing was shown")
    BIRTH = "BIRTH", _("birth certificate seen")
    ID = "ID", _("identity card seen")


class Reader(models.Model):
    """A reader as the journal knows them. Loans point to `id`, never to the card number."""

    id = models.UUIDField(primary_key=True)
    full_name = models.CharField(max_length=80)
    folded_name = models.CharField(max_length=80)  # for search without marks
    card_no = models.CharField(max_length=32, db_index=True)
    is_card_pending = models.BooleanField(default=False)  # somebody had this number earlier
    group = models.CharField(max_length=12, choices=ReaderGroup.choices)
    birth_on = models.DateField(null=True)
    phone = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=200, blank=True)
    guardian_name = models.CharField(max_length=80, blank=True)
    guardian_phone = models.CharField(max_length=20, blank=True)
    has_guardian_consent = models.BooleanField(default=False)
    consent_at = models.DateTimeField(null=True)  # when it was last said, and to whom
    consent_to = models.CharField(max_length=40, blank=True)
    has_assent = models.BooleanField(default=False)  # the child's own, from seven years (Law 91/2025, art. 24)
    assent_at = models.DateTimeField(null=True)
    assent_to = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=8, choices=Language.choices, default=Language.VIETNAMESE)
    channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    kind = models.CharField(max_length=12, choices=ReaderKind.choices, default=ReaderKind.PERSON)
    papers = models.CharField(max_length=8, choices=Papers.choices, blank=True)
    household = models.UUIDField(null=True, db_index=True)  # the household's or class's own card, as a reader
    place = models.CharField(max_length=24, blank=True)  # which looks after them: where they joined, or moved to
    card_at = models.DateTimeField(null=True)  # since when they have the number
    card_op = models.UUIDField(null=True)
    survivor = models.UUIDField(null=True, db_index=True)  # the same person under another id, who is asked instead
    erased_at = models.DateTimeField(null=True)  # then nothing here says who it was
    joined_op = models.UUIDField(unique=True)
    joined_at = models.DateTimeField()
    expires_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["place", "folded_name"]),
            models.Index(fields=["folded_name"]),
            models.Index(fields=["phone"], condition=~models.Q(phone=""), name="reader_by_phone"),
        ]

    def __str__(self) -> str:
        return self.full_name


class Registration(models.Model):
    """Somebody wrote themselves down on the portal; they are a reader only once a place has met them and made the card.

    Not in the journal: nothing has happened yet. Deleted when the card is made, when a place declines, or with time.
    """

    code = models.CharField(max_length=8, primary_key=True)  # what the person says at the desk
    place = models.CharField(max_length=24, db_index=True)
    said = models.JSONField()  # of the person: the fields of `Applicant` that the portal asks for
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.code


class Correction(models.Model):
    """A reader asked from home for their data to be put right; nothing has happened yet, so it is not in the journal.

    What was asked is deleted as soon as somebody settles it; what became of it, with time.
    """

    reader = models.UUIDField(primary_key=True)
    place = models.CharField(max_length=24, blank=True)
    said = models.JSONField(default=dict)  # by the fields of `Applicant`, as text
    note = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    is_applied = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["place", "asked_at"], condition=models.Q(settled_at__isnull=True), name="correction_waiting"
            ),
            models.Index(fields=["settled_at"]),
        ]

    def __str__(self) -> str:
        return str(self.reader)


class Merge(models.Model):
    """Somebody said that two readers are one; whether it has an effect is for the fold of both to say."""

    op = models.UUIDField(primary_key=True)
    old = models.UUIDField(db_index=True)
    into = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return f"{self.old} is {self.into}"


class FormerCard(models.Model):
    """A number that was replaced: nobody lends on it and nobody else gets it. Without reader: of somebody erased."""

    card_no = models.CharField(max_length=32, db_index=True)
    reader = models.UUIDField(null=True, db_index=True)
    ended_at = models.DateTimeField(null=True)
    ended_op = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "card_no"], name="one_former_card_once")]

    def __str__(self) -> str:
        return self.card_no


class ReaderAccess(models.Model):
    """The trace that looking at a reader's data leaves (Law 91/2025): who, whom, when, by which door."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    reader = models.UUIDField(null=True, db_index=True)  # empty for a search that listed several
    act = models.CharField(max_length=24)
    place = models.CharField(max_length=24, blank=True)
    at = models.DateTimeField(db_index=True)
    found = models.PositiveIntegerField(default=1)
    is_of_month = models.BooleanField(default=False)  # `at` is the first instant of its month, and no more is known

    class Meta:
        indexes = [
            models.Index(
                fields=["at"], condition=models.Q(reader__isnull=False, is_of_month=False), name="access_to_the_minute"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.act} {self.reader}"


class ReaderPin(models.Model):
    """How a reader signs in to their own pages: a PIN of their choosing, or the start code of a slip before that.

    Never both: signing in then always compares one secret. Nobody has a row here who did not ask for it at a desk.
    """

    reader = models.UUIDField(primary_key=True)
    secret = models.CharField(max_length=128)  # hashed, as passwords are
    is_start_code = models.BooleanField()
    expires_at = models.DateTimeField(null=True)  # of a start code
    set_at = models.DateTimeField()
    has_guardian_wish = models.BooleanField(default=False)  # a child has one because the guardian wished it

    def __str__(self) -> str:
        return str(self.reader)


class ReaderCode(models.Model):
    """A one-time code that was sent to a reader; only its keyed digest is kept, and not for long.

    A code asked for with a card that nobody has makes a row as well, of the reader that nobody is.
    """

    reader = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.reader)


class ReaderSession(models.Model):
    """A reader who is signed in to their own pages on some device; only the digest of the cookie is kept."""

    digest = models.CharField(max_length=64, primary_key=True)
    reader = models.UUIDField(db_index=True)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    must_choose_pin = models.BooleanField()

    def __str__(self) -> str:
        return str(self.reader)


class SignInTries(models.Model):
    """Wrong tries to sign in, by a keyed digest of a card number or of an address: neither can be read from it."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField()
    last_at = models.DateTimeField(db_index=True)
    rests_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.failures}"

    @staticmethod
    def key_of(what: str, value: str) -> str:
        """Return the key of a "card" or an "address"."""
        return salted_hmac(f"guisach.readers.tries.{what}", value, algorithm="sha256").hexdigest()
