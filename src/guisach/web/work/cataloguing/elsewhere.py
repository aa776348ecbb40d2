"""Other catalogues' answers, prepared for showing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.rules.drafts import draft_of
from guisach.domain.catalogue.rules.elsewhere import Answer, Offer, Trouble
from guisach.domain.catalogue.rules.marc.incoming import to_json
from guisach.domain.catalogue.rules.marc.lines import write_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.domain.catalogue.queries import RecordView
    from guisach.domain.catalogue.rules.elsewhere import Question


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A record that may be taken over, as a page shows it."""

    title: str
    subtitle: str
    byline: str
    sources: str
    marc: str
    """MARC-in-JSON, which the form sends back."""
    lines: str
    """The whole record to look at."""
    here: tuple[RecordView, ...]
    """Titles of ours that may be the same."""


@dataclass(frozen=True, slots=True)
class Found:
    """All answers together."""

    offers: tuple[OfferLine, ...]
    answers: tuple[AnswerLine, ...]
    is_unable: bool = False
    """Nobody could be asked."""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What one catalogue said, in one line."""

    target: str
    text: str
    is_trouble: bool


def is_anybody_to_ask() -> bool:
    """Say whether a catalogue is written down and switched on; one query."""
    return bool(catalogue.search_targets(only_active=True))


def ask_elsewhere(question: Question, chosen: Sequence[int] = ()) -> Found:
    """Ask the catalogues that are switched on, or the chosen ones among them."""
    targets = [one.target for one in catalogue.search_targets(only_active=True) if not chosen or one.id in chosen]
    if not targets or not question:
        return Found((), (), is_unable=not targets)
    asked = catalogue.ask_elsewhere(targets, question)
    return Found(offer_lines(asked.offers), tuple(map(answer_line, asked.answers)))


def offer_lines(offers: Sequence[Offer]) -> tuple[OfferLine, ...]:
    """Prepare records for showing, with what is here already beside each."""
    return tuple(
        OfferLine(
            title=(draft := draft_of(offer.description)).title,
            subtitle=draft.subtitle,
            byline=_byline(draft.authors, draft.publisher, draft.year, draft.edition),
            sources=", ".join(offer.targets),
            marc=to_json(offer.marc),
            lines=write_lines(offer.marc),
            here=tuple(one.record for one in catalogue.likely_duplicates(draft, limit=2) if one.is_likely),
        )
        for offer in offers
    )


def _byline(authors: tuple[str, ...], publisher: str, year: int | None, edition: str) -> str:
    imprint = ", ".join(part for part in (publisher, str(year or "")) if part)
    return " · ".join(part for part in ("; ".join(authors[:3]), edition, imprint) if part)


def answer_line(answer: Answer) -> AnswerLine:
    """Say what a catalogue answered."""
    if answer.trouble is None:
        shown = len(answer.records)
        if answer.total > shown:
            text = _("%(shown)s of %(total)s") % {"shown": shown, "total": answer.total}
        else:
            text = _("%(n)s found") % {"n": shown}
        return AnswerLine(answer.target, text, is_trouble=False)
    told = {
        Trouble.ADDRESS: _("its address cannot be used"),
        Trouble.SLOW: _("did not answer in time"),
        Trouble.DOWN: _("cannot be reached"),
        Trouble.REFUSED: _("refused the question"),
        Trouble.NONSENSE: _("answered something that is not SRU"),
        Trouble.TOO_LARGE: _("answered more than is read"),
        Trouble.DIAGNOSTIC: _("says that it cannot answer"),
    }[answer.trouble]
    is_telling = answer.trouble in {Trouble.REFUSED, Trouble.DIAGNOSTIC}  # the rest are words of the machine
    text = f"{told} ({answer.detail})" if answer.detail and is_telling else str(told)
    return AnswerLine(answer.target, text, is_trouble=True)
