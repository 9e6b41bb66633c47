"""The handover as a service: everything that residents, key persons and time do with it."""

from bot.handover.core import Messenger
from bot.handover.person_side import BadTime, PersonSide
from bot.handover.resident_side import Agreement, NoLongerFree, Offer, ResidentSide
from bot.handover.states import NotPossible
from bot.handover.time_side import TimeSide


class Handovers(ResidentSide, PersonSide, TimeSide):
    """One service with three sides. Raises `NotPossible` for what the table of states refuses."""


__all__ = ["Agreement", "BadTime", "Handovers", "Messenger", "NoLongerFree", "NotPossible", "Offer"]
