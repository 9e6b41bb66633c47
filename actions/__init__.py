"""What the bot does at a step of the conversation: thin rasa-sdk actions, one file per capability.

They read slots, call `bot.handover` or the content, and name the reply. No rule of practice and no sentence lives here.
"""

from datetime import datetime
from typing import Callable, List, Optional

from rasa_sdk import Action

from actions.answer import AnswerTopic, FollowUp, Menu, Repeat, Say, Unsure
from actions.handover import (
    Agree,
    DeclineOffer,
    HandoverStatus,
    OtherPerson,
    ProposePerson,
    StartHandover,
)
from actions.handover_desk import HandoverDesk
from actions.household import HouseholdCheck
from actions.language import ChooseLanguage
from actions.lessons import CancelAll, SmallLessons
from actions.lost import Lost
from actions.pass_on import PassOn
from actions.places import FindPlaces
from actions.privacy import Delete
from actions.proposals import AnswerAppointment, AnswerIntroduction, AnswerNumber, Feeling, Nickname
from actions.received import Received
from actions.relay import HiddenNumber
from actions.session import SessionStart
from bot.directory.store import Directory
from bot.handover.service import Handovers
from bot.lessons.service import Lessons
from bot.replies.speaker import Speaker


def all_actions(
    handovers: Handovers,
    speaker: Speaker,
    person_card: Callable[[str, str], str],
    clock: Callable[[], datetime],
    directory: Optional[Directory] = None,
    *,
    lessons: Lessons,
) -> List[Action]:
    """Every action of `domain.yml`, ready to run. `person_card(language, person_id)` names the picture of a person.

    Without a `directory` the bot names no places to walk in.
    """
    desk = HandoverDesk(handovers, speaker, person_card, clock)
    content = speaker.content
    return [
        SessionStart(),
        AnswerTopic(content, lessons.rest),
        FollowUp(content),
        PassOn(content),
        Say(content),
        Menu(content, speaker),
        Unsure(content, speaker),
        Lost(content),
        Repeat(content),
        ChooseLanguage(content),
        Received(content),
        FindPlaces(speaker, directory or Directory(None), clock),
        Delete(content, handovers),
        StartHandover(content, desk),
        ProposePerson(content, desk),
        Agree(content, desk),
        DeclineOffer(content, desk),
        OtherPerson(content, desk),
        HandoverStatus(content, desk),
        CancelAll(content, desk, speaker, lessons),
        SmallLessons(content, speaker, lessons),
        HouseholdCheck(content, speaker),
        AnswerIntroduction(content, desk),
        AnswerAppointment(content, desk),
        AnswerNumber(content, desk),
        Nickname(content, desk),
        Feeling(content, desk),
        HiddenNumber(content, desk),
    ]
