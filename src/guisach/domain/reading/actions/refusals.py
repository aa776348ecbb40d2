"""Every way in which a reader is told no, with what to do about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guisach.domain.reading.rules.diary import BOOKS_MAX, ENTRIES_MAX
from guisach.kernel.errors import DomainError


class GuardianConsentNeeded(DomainError):
    """Law 91/2025/QH15, art. 24: a child's data are kept when the guardian agrees."""

    code = "guardian_consent_needed"
    status = 422
    text = _("Under 16 a parent or guardian agrees first. Please ask them, and tick the box together.")


class NotKept(DomainError):
    """The diary is switched off."""

    code = "diary_off"
    text = _("The reading diary is switched off. Switch it on first; nothing is kept before.")


class TitleNeeded(DomainError):
    """An entry without a book."""

    code = "diary_title_needed"
    status = 422
    text = _("Please write the title of the book, or choose it from the list.")


class EntryUnusable(DomainError):
    """A day to come, or stars that do not exist."""

    code = "diary_unusable"
    status = 422
    text = _("Please give a day that is past, and no more than five stars.")


class DiaryFull(DomainError):
    """As many entries as one reader may keep."""

    code = "diary_full"
    text = _("The diary is full (%(most)s books). Please download it, then delete what you need no more.") % {
        "most": ENTRIES_MAX
    }


class ChallengeUnusable(DomainError):
    """No books, too many, or a day that is past or too far."""

    code = "challenge_unusable"
    status = 422
    text = _("A challenge has 1 to %(most)s books and ends within a year.") % {"most": BOOKS_MAX}


OF_DIARY: dict[str, type[DomainError]] = {
    refusal.code: refusal for refusal in (TitleNeeded, EntryUnusable, ChallengeUnusable)
}
