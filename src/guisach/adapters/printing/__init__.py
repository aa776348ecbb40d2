"""Paper: registers, minutes, labels, posters and cards as PDF, set by typst.

What stands on paper is Vietnamese, whatever language the screen is in: these are the forms of Vietnamese libraries.
"""

from guisach.adapters.printing.cards import CARD_PAPERS, CARDS_MAX, CardText, cards
from guisach.adapters.printing.guides import guide
from guisach.adapters.printing.labels import LabelText, labels
from guisach.adapters.printing.minutes import Minutes, MinutesLine, minutes
from guisach.adapters.printing.money import MoneySlip, money_slip
from guisach.adapters.printing.papers import Calibration, Paper, paper, papers
from guisach.adapters.printing.posters import Poster, poster
from guisach.adapters.printing.registers import Heading, general_register, individual_register
from guisach.adapters.printing.sheets import Sheet, sheets
from guisach.adapters.printing.slips import aloud, slips
from guisach.adapters.printing.stocktakes import MissingLine, StocktakeMinutes, stocktake_minutes

__all__ = [
    "CARDS_MAX",
    "CARD_PAPERS",
    "Calibration",
    "CardText",
    "Heading",
    "LabelText",
    "Minutes",
    "MinutesLine",
    "MissingLine",
    "MoneySlip",
    "Paper",
    "Poster",
    "Sheet",
    "StocktakeMinutes",
    "aloud",
    "cards",
    "general_register",
    "guide",
    "individual_register",
    "labels",
    "minutes",
    "money_slip",
    "paper",
    "papers",
    "poster",
    "sheets",
    "slips",
    "stocktake_minutes",
]
