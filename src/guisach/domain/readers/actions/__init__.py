"""The readers' room's doors for writing."""

from guisach.domain.readers.actions.access import blur_accesses, note_access
from guisach.domain.readers.actions.asking import ask_to_be_erased
from guisach.domain.readers.actions.correct import LOST, correct, move, renew_card
from guisach.domain.readers.actions.corrections import forget_corrections
from guisach.domain.readers.actions.enrolment import Joined
from guisach.domain.readers.actions.erasing import BASES, erase, erase_again, obstacles
from guisach.domain.readers.actions.importing import Brought, Row, import_readers, in_parts, note_receipts, refuse
from guisach.domain.readers.actions.join import join
from guisach.domain.readers.actions.merging import merge
from guisach.domain.readers.actions.pins import (
    FaceToFace,
    choose_pin,
    give_start_code,
    is_minor,
    let_try_again,
    take_pin_away,
)
from guisach.domain.readers.actions.refusals import RegistrationGone
from guisach.domain.readers.actions.registering import end_registration, forget_registrations, register
from guisach.domain.readers.actions.signing_in import (
    OwnSession,
    SignedIn,
    ask_for_code,
    end_sessions,
    session_of,
    sign_in,
    sign_out,
)
from guisach.domain.readers.actions.strangers import (
    TooManyStrangeCards,
    count_strange_card,
    forgive_strange_card,
    holder_of,
)

__all__ = [
    "BASES",
    "LOST",
    "Brought",
    "FaceToFace",
    "Joined",
    "OwnSession",
    "RegistrationGone",
    "Row",
    "SignedIn",
    "TooManyStrangeCards",
    "ask_for_code",
    "ask_to_be_erased",
    "blur_accesses",
    "choose_pin",
    "correct",
    "count_strange_card",
    "end_registration",
    "end_sessions",
    "erase",
    "erase_again",
    "forget_corrections",
    "forget_registrations",
    "forgive_strange_card",
    "give_start_code",
    "holder_of",
    "import_readers",
    "in_parts",
    "is_minor",
    "join",
    "let_try_again",
    "merge",
    "move",
    "note_access",
    "note_receipts",
    "obstacles",
    "refuse",
    "register",
    "renew_card",
    "session_of",
    "sign_in",
    "sign_out",
    "take_pin_away",
]
