"""The outbox: messages, and what each is about. The words are composed when they are sent and never stored."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from guisach.domain.messages.rules.states import FOR_A_PERSON, State

_WAITING = (State.QUEUED, State.SENDING)


class Message(models.Model):
    """One message to one reader. Its id is the reference by which the far end knows it again."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=24)
    reader = models.UUIDField(null=True)
    place = models.CharField(max_length=24, blank=True)  # in whose name it goes, and whose staff see it
    channel = models.CharField(max_length=8)
    language = models.CharField(max_length=8)
    is_urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField(null=True)  # then it is of no use any more
    state = models.CharField(max_length=12)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=32, blank=True)  # a word of `queries.outbox`, naming nobody
    claim = models.UUIDField(null=True)  # of the worker that is at it
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)  # sent, printed, read out or told
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["reader", "claimed_at"], name="message_by_reader"),
            models.Index(
                fields=["-is_urgent", "not_before", "id"], condition=Q(state__in=_WAITING), name="message_waiting"
            ),
            models.Index(fields=["place", "id"], condition=Q(state__in=FOR_A_PERSON), name="message_for_person"),
            models.Index(fields=["place", "channel"], condition=Q(state=State.QUEUED), name="message_by_hand"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.state}"


class Matter(models.Model):
    """What a message is about. The key makes that the same thing is never told twice."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="matters")
    key = models.CharField(max_length=160, unique=True)
    subject = models.CharField(max_length=64, blank=True, db_index=True)
    data = models.JSONField(default=dict)  # emptied as soon as the message is done

    def __str__(self) -> str:
        return self.key
