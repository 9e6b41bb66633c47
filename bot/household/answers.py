"""Works out the next question and the schemes that fit. Pure: everything known is in the answers that are handed in.

The answers travel inside the buttons as a code: two letters an answer, the first letters of question and answer. So
nothing has to be remembered between two messages, and the id of a button stays short (Telegram: 64 bytes).
"""

from typing import Any, Dict, Iterator, List, Optional

from bot.replies.household import ANSWER, Condition, Household, Question, Scheme

MOST_QUESTIONS = 6  # on any way through the check
Answers = Dict[str, str]  # question: answer


def fits(when: Condition, answers: Answers) -> bool:
    """Whether every question of the condition was answered with one of the answers that it names."""
    return all(answers.get(question) in wanted for question, wanted in when.items())


def next_question(household: Household, answers: Answers) -> Optional[Question]:
    """The first question that is still open and not made needless by the answers; None at the end."""
    return next((q for q in household.questions if q.name not in answers and fits(q.when, answers)), None)


def fitting(household: Household, answers: Answers) -> List[Scheme]:
    """What this household may ask about, in the order of the file."""
    return [scheme for scheme in household.schemes if fits(scheme.when, answers)]


def write(household: Household, answers: Answers) -> str:
    """The answers as a code, in the order of the questions."""
    return "".join(q.name[0] + answers[q.name][0] for q in household.questions if q.name in answers)


def read(household: Household, code: Any) -> Answers:
    """The answers of a code. What is not known (an old button, a forged one) is as if it had not been answered."""
    text = code if isinstance(code, str) else ""
    given = {text[at]: text[at + 1] for at in range(0, len(text) - 1, 2)}
    answers: Answers = {}
    for question in household.questions:
        if fits(question.when, answers):
            letter = given.get(question.name[0])
            found = next((answer for answer in question.answers if answer[0] == letter), None)
            if found is not None:
                answers[question.name] = found
    return answers


def payload(household: Household, answers: Answers) -> str:
    """What a button means: all answers so far, with the one that it stands for."""
    return f'{ANSWER}{{"answers": "{write(household, answers)}"}}'


def ways(household: Household, answers: Optional[Answers] = None) -> Iterator[Answers]:
    """Every way through the check, as the answers at its end; cut off after one question too many."""
    answers = answers or {}
    question = next_question(household, answers)
    if question is None or len(answers) > MOST_QUESTIONS:
        yield answers
        return
    for answer in question.answers:
        yield from ways(household, {**answers, question.name: answer})
