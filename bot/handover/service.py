"""The handover as a service: everything that residents, key persons and time do with it."""

from bot.handover.answers import AnswerSide
from bot.handover.consents import Agreement
from bot.handover.core import Messenger
from bot.handover.numbers import NumberSide
from bot.handover.person_side import BadTime, PersonSide
from bot.handover.resident_side import Offer, ResidentSide
from bot.handover.states import NoLongerFree, NotPossible
from bot.handover.time_side import TimeSide


class Handovers(ResidentSide, AnswerSide, NumberSide, PersonSide, TimeSide):
    """One service with all its sides. Raises `NotPossible` for what the table of states refuses."""


__all__ = ["Agreement", "BadTime", "Handovers", "Messenger", "NoLongerFree", "NotPossible", "Offer"]
