"""What each kind of case means to a person: its title, what the system did, what to do, what can be decided.

The third step on the page is always the decision itself, so a text has at most two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.web.ui.cases_money import MONEY_CASES
from guisach.web.ui.cases_noted import NOTED_CASES
from guisach.web.ui.cases_shape import CaseText

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


DECISIONS: dict[str, _StrPromise] = {
    "AS_IS": _("It is right as it stands."),
    "MENDED": _("It was wrong and has been put right."),
    "CAME_BACK": _("The book came back first; only the return was not written down."),
    "WRONG_SCAN": _("It was a wrong scan and has been taken back."),
    "READER_HAS_IT": _("The reader still has the book."),
    "ON_SHELF": _("The book is here; it has been taken back."),
    "TALKED": _("Talked with the reader; nothing else to do."),
    "NEW_CARD": _("The second reader got a new card."),
    "SAME_PERSON": _("It is one person; one card has been taken back."),
    "TWO_PEOPLE": _("They are two people."),
    "CATALOGUED": _("The book is in the catalogue now."),
    "NOT_OURS": _("The book does not belong to the network."),
    "GIVEN_UP": _("Not found; given up as lost."),
    "GIVEN_BACK": _("Found; the reader got back what they gave for it."),
    "SENT_ON": _("Sent on to where it should go."),
    "APPLY": _("It really happened: let it count."),
    "LEAVE": _("It did not happen: leave it out."),
    "ENROLLED": _("The device is known and has been enrolled."),
    "PASSED_ON": _("Passed on to those who look after the program."),
}

CASES: dict[str, CaseText] = {
    **NOTED_CASES,
    **MONEY_CASES,
    "lent_twice": CaseText(
        _("Lent to a second reader without a return"),
        _(
            "The copy was lent again while another reader still had it in the books. The later loan holds. "
            "The first counts as returned at that moment, so the first reader owes nothing."
        ),
        (
            _("Ask at the desk whether the first reader had brought the book back."),
            _("If the second loan was a wrong scan, take it back on the page of the copy."),
        ),
        ("CAME_BACK", "WRONG_SCAN", "AS_IS"),
    ),
    "lent_twice_order_unknown": CaseText(
        _("Lent to two readers at nearly the same time: who has the book?"),
        _(
            "Two desks lent the same copy so close together that their clocks cannot say which was first. "
            "For now the loan with the later time holds; nobody owes anything for the other."
        ),
        (
            _("Call both places and ask who has the book in hand."),
            _("Take the other loan back on the page of the copy."),
        ),
        ("WRONG_SCAN", "AS_IS"),
    ),
    "lent_again_to_same_reader": CaseText(
        _("Lent again to the same reader"),
        _("The reader had the copy already. It counts as a renewal, so the book is due later."),
        (
            _("Nothing, if the reader wanted to keep the book."),
            _("If the book had come back and went out again, leave it so: the dates are right."),
        ),
        ("AS_IS", "WRONG_SCAN"),
    ),
    "seen_while_on_loan": CaseText(
        _("Seen at a place although it is on loan"),
        _("Somebody noted that the copy is there, but a reader still has it in the books. The loan stays open."),
        (
            _("Look whether the book is on the shelf of that place."),
            _("If it is, take it back there, so that the reader is free of it."),
        ),
        ("ON_SHELF", "READER_HAS_IT"),
    ),
    "claimed_returned": CaseText(
        _("The reader says it was brought back"),
        _("Nobody asks the reader for it any more. As soon as anybody scans the book, the loan ends by itself."),
        (
            _("Look for it on the shelf, beside its place, and among the books to be put back."),
            _("If it is there, scan it. If not, look again in a month, then give it up as lost."),
        ),
        ("ON_SHELF", "GIVEN_UP", "TALKED"),
    ),
    "claimed_without_loan": CaseText(
        _("Said to be brought back although it was not on loan"),
        _("The book had come back before, or was never written down. Nobody owes anything."),
        (_("Look whether the number was read wrongly and the reader means another book."),),
        ("AS_IS", "WRONG_SCAN"),
    ),
    "found_after_lost": CaseText(
        _("A lost book has turned up"),
        _("It counts as found. If the reader paid or brought another one for it, that is to be given back."),
        (
            _("Look at its state, and put it back among the others."),
            _("Tell the reader, and give back what they gave for it."),
        ),
        ("TALKED", "GIVEN_BACK", "WRONG_SCAN"),
    ),
    "withdrawn_while_on_loan": CaseText(
        _("Withdrawn while a reader has it"),
        _("The loan stands. The book leaves the stock when it comes back."),
        (
            _("When the reader brings it, take it back and put it with the withdrawn books."),
            _("If it should stay in the stock, take it off the list of withdrawn books."),
        ),
        ("AS_IS", "MENDED"),
    ),
    "lent_after_withdrawal": CaseText(
        _("Lent although it was withdrawn"),
        _("The loan stands: the reader has the book. It was still on the shelf when it was lent."),
        (
            _("Ask the place whether other withdrawn books still stand there."),
            _("When it comes back, put it with the withdrawn books, or take it into the stock again."),
        ),
        ("AS_IS", "MENDED", "WRONG_SCAN"),
    ),
    "seen_after_withdrawal": CaseText(
        _("A withdrawn book is here again"),
        _("It was taken out of the stock, yet somebody had it in hand at this place."),
        (_("Put it with the withdrawn books, or have it taken into the stock again."),),
        ("AS_IS", "MENDED", "WRONG_SCAN"),
    ),
    "strayed": CaseText(
        _("Sent to one place, turned up at another"),
        _("It counts as being where it was last seen; it is no longer on its way."),
        (
            _("Ask the place that has it now whether somebody there needs it."),
            _("If not, send it on to where it should go."),
        ),
        ("SENT_ON", "AS_IS", "WRONG_SCAN"),
    ),
    "lent_past_request": CaseText(
        _("Set aside for one reader, lent to another"),
        _("Who has the book keeps it. The reader who waits stays first in line, and another copy is looked for."),
        (
            _("Tell the reader who waits that it takes longer."),
            _("If it was the same family or a wrong scan, take the loan back and lend the book to who waits."),
        ),
        ("TALKED", "WRONG_SCAN", "AS_IS"),
    ),
    "renewed_while_requested": CaseText(
        _("Renewed although another reader waits for it"),
        _("What was promised to the one who has the book stands. The request moves on to whatever copy is free first."),
        (_("Tell the reader who waits that it takes longer, unless another copy is on its way."),),
        ("TALKED", "AS_IS"),
    ),
    "wish_declined": CaseText(
        _("A wish noted without a network could not be taken up"),
        _("It was looked at when it arrived: by the rules it cannot be a request. The reader does not know that yet."),
        (
            _("Look below why: too many requests, asked for twice, or no copy that is lent."),
            _("Tell the reader at the next visit; if it should be taken up after all, ask for the book at the desk."),
        ),
        ("TALKED", "MENDED"),
    ),
    "stocktake_closed_early": CaseText(
        _("A stocktake was closed while scans were still on their way"),
        _(
            "Scans from before the end came in after it, or were taken back since. What they saw is not missing; "
            "the missing list has put itself right."
        ),
        (
            _("Open the stocktake and print its minutes again: the numbers have changed."),
            _("Ask who scanned whether their device has sent everything."),
        ),
        ("MENDED", "AS_IS"),
    ),
    "stocktake_unknown": CaseText(
        _("Part of a stocktake without its beginning"),
        _("Somebody was done with, or closed, a stocktake that was not begun at this place. It changed nothing."),
        (
            _("Ask whether the device that began it has sent everything; then this case goes by itself."),
            _("If it was a mistake, take it back."),
        ),
        ("PASSED_ON", "WRONG_SCAN", "AS_IS"),
    ),
    "renewed_without_loan": CaseText(
        _("Renewed although it was not on loan to this reader"),
        _("The renewal changed nothing: the book had come back before, or another reader has it."),
        (
            _("Look at what happened below: was the book scanned for the wrong reader?"),
            _("If the reader does have it, lend it at the desk."),
        ),
        ("AS_IS", "MENDED"),
    ),
    "unknown_barcode": CaseText(
        _("A book that the catalogue does not know"),
        _("Somebody scanned a barcode that no copy has. The loan or return is kept and waits for the copy."),
        (
            _("Ask the place for title and author, or for the book itself."),
            _("Catalogue it under this barcode; then this case goes by itself."),
        ),
        ("CATALOGUED", "WRONG_SCAN", "NOT_OURS"),
    ),
    "reader_unknown": CaseText(
        _("Lent to a reader whom nobody knows"),
        _("The loan stands, but the reader has not been written down, or not yet: the card may still be on its way."),
        (
            _("Ask the place who took the book."),
            _("Write the reader down, or take the book back when it comes."),
        ),
        ("MENDED", "AS_IS"),
    ),
    "lent_on_expired_card": CaseText(
        _("Lent on a card that had ended"),
        _("The loan stands: the reader has the book. At the next visit the desk will ask to renew the card."),
        (_("Tell the place, so that the card is renewed when the book comes back."),),
        ("TALKED", "AS_IS"),
    ),
    "lent_over_limit": CaseText(
        _("Lent more books than the rules allow"),
        _("The loan stands: the reader has the book. The desk lends no more until one comes back."),
        (_("Look whether a book came back without being written down."),),
        ("AS_IS", "CAME_BACK", "TALKED"),
    ),
    "card_taken_twice": CaseText(
        _("Two readers with one card number"),
        _("Who had the number first keeps it. The other reader's card waits for a new number; loans stay as they are."),
        (
            _("Look whether it is one person written down twice."),
            _("If they are two, give the later one a new card."),
        ),
        ("NEW_CARD", "SAME_PERSON"),
    ),
    "same_phone": CaseText(
        _("Two readers with one telephone number: the same person?"),
        _("Nothing was changed. Families often share a telephone; it may also be one person written down twice."),
        (_("Compare names and birth dates, and ask the reader at the next visit."),),
        ("TWO_PEOPLE", "SAME_PERSON"),
    ),
    "same_name_and_birth": CaseText(
        _("Two readers with the same name and birth date: the same person?"),
        _("Nothing was changed: people are never put together by a machine."),
        (
            _("Compare addresses and telephones, and ask the reader at the next visit."),
            _("If it is one person, look at both side by side and put the cards together."),
        ),
        ("SAME_PERSON", "TWO_PEOPLE"),
    ),
    "reader_changed_twice": CaseText(
        _("Two desks changed a reader's name, birth date or guardian"),
        _("Whoever wrote later did not know of the other change. The later one holds; the former stays in the log."),
        (
            _("Ask the reader or the guardian which is right."),
            _("If the former was right, write it down again on the page of the reader."),
        ),
        ("AS_IS", "MENDED"),
    ),
    "edited_reader_unknown": CaseText(
        _("A change for a reader whom nobody knows"),
        _("The change is kept and counts as soon as the joining arrives: it may still be on its way from a desk."),
        (_("Ask the place whether a desk there still has something to send."),),
        ("MENDED", "AS_IS"),
    ),
    "merge_cycle": CaseText(
        _("Two cards were put together in both directions"),
        _("Two desks said that they are one person, each keeping the other card. The earlier one counts."),
        (_("Look whether the card that is in use is the one that the reader carries."),),
        ("AS_IS", "MENDED"),
    ),
    "reader_erased": CaseText(
        _("Something was written down for a reader who was erased"),
        _("The data stay erased. A loan stands without a name, so that the book is not lost from sight."),
        (
            _("Ask the place where the book is; if it came back, take it back."),
            _("If the person wants to borrow again, make a new card."),
        ),
        ("MENDED", "TALKED", "AS_IS"),
    ),
    "erasure_asked": CaseText(
        _("A reader asks to be erased"),
        _("Somebody noted the wish. Nothing is erased yet: a librarian does it."),
        (
            _("Take back the books that the reader still has."),
            _("Erase the data on the page of the reader; then this case goes by itself."),
        ),
        ("MENDED", "TALKED"),
    ),
    "void_not_allowed": CaseText(
        _("Somebody wanted to take back what they may not"),
        _("Only the author, on the same day, or a librarian takes an act back. So it still counts."),
        (
            _("Ask why it was to be taken back."),
            _("If it was wrong, take it back yourself."),
        ),
        ("AS_IS", "MENDED"),
    ),
    "void_of_void": CaseText(
        _("A taking back was itself taken back"),
        _("That is not possible, so it changed nothing: what was taken back first stays taken back."),
        (_("If the act should count after all, write it down again at the desk."),),
        ("MENDED", "AS_IS"),
    ),
    "outside_scope": CaseText(
        _("Written down by somebody who is not appointed there"),
        _("The act counts like any other. Perhaps somebody stood in for a colleague, or an appointment is missing."),
        (
            _("Ask the person and the place."),
            _("If they should work there, have them appointed."),
        ),
        ("AS_IS", "MENDED"),
    ),
    "clock": CaseText(
        _("The clock of a device was wrong"),
        _("The time that the device gave is not possible, so the nearest possible one was taken."),
        (
            _("Look at what happened below: is the order right?"),
            _("Have the clock of the device set, or let it set itself."),
        ),
        ("MENDED", "AS_IS"),
    ),
    "not_understood": CaseText(
        _("An act that this version cannot read"),
        _("It is kept as it came and is read again after every update of the program. Nothing is lost."),
        (
            _("Look whether an update of the program is waiting."),
            _("If this stays for weeks, send the code of the act to those who look after the program."),
        ),
        ("PASSED_ON", "AS_IS"),
    ),
    "revoked_device": CaseText(
        _("From a revoked device, perhaps made after it was revoked"),
        _("It is kept as it came and does not count: nothing proves that it was made before the device was revoked."),
        (
            _("Ask whoever is named whether they did this, and where the device was then."),
            _("If the device brought more, decide on all of it on the page of the device."),
        ),
        ("APPLY", "LEAVE"),
    ),
    "device_unknown": CaseText(
        _("Somebody brought the file of a device that nobody knows"),
        _("What is in the file counts in the name of who brought it. Devices are enrolled before they are used."),
        (
            _("Ask the place what device it is, and who used it."),
            _("If it goes on being used, enrol it on the page Devices; then this case goes by itself."),
        ),
        ("ENROLLED", "AS_IS", "PASSED_ON"),
    ),
    "chain_broken": CaseText(
        _("What a device brought does not follow from what it brought before"),
        _("Both acts count: they really happened. Probably the device was copied, or put back from an old backup."),
        (
            _("Ask whether two devices are in use that were once one."),
            _("Export what is on both, delete one of them and enrol it anew."),
        ),
        ("MENDED", "PASSED_ON", "AS_IS"),
    ),
    "fork": CaseText(
        _("Two devices with one number"),
        _("A device sent something else under a number that was taken. The first counts; the second is kept aside."),
        (
            _("Ask whether a device was copied or put back from an old backup."),
            _("Have it set up anew, and write down again what is missing."),
        ),
        ("MENDED", "PASSED_ON"),
    ),
}

UNKNOWN = CaseText(
    _("Something to look at"),
    _("This kind of case is newer than this page."),
    (_("Look at what happened below."),),
    ("AS_IS", "MENDED"),
)


def text_of(kind: str) -> CaseText:
    """Give the words for a kind of case; there are words for every kind, whatever comes."""
    return CASES.get(kind, UNKNOWN)


def decisions_of(kind: str) -> list[tuple[str, str]]:
    """Give what can be decided, for a form."""
    return [(code, str(DECISIONS[code])) for code in text_of(kind).decisions]


def decision_text(code: str) -> str:
    """Name a decision that was made; one from elsewhere is shown as it stands."""
    return str(DECISIONS.get(code, code))
