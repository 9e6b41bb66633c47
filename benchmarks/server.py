"""Our model behind Rasa's plain REST channel, for measuring only: never served to anybody.

`python -m benchmarks.server PORT`
"""

import sys
import tempfile

from rasa.core.channels.channel import register
from rasa.core.channels.rest import RestInput
from sanic import Sanic

from actions import all_actions
from benchmarks.speed import senders
from bot.app import connect
from bot.dialogue.brain import RasaBrain
from bot.lessons.service import Lessons
from bot.records.database import Database
from bot.records.models import Resident, now
from bot.records.secrecy import Secrecy, new_key
from bot.replies.content import load_content
from bot.replies.speaker import Speaker
from bot.settings import Settings
from bot.training import train_if_needed


def main(port: int, folder: str) -> None:
    """Serve until stopped."""
    database, speaker = Database(f"sqlite:///{folder}/records.db", Secrecy(new_key())), Speaker(load_content())
    parts = connect(
        Settings(),
        database,
        speaker,
        lambda handovers: RasaBrain(
            train_if_needed(),
            database,
            speaker,
            all_actions(handovers, speaker, lambda *_: "", now, lessons=Lessons(database, 0, now)),
        ),
    )
    with database.change() as session:  # a conversation is kept with its resident, as in real life
        session.add_all(Resident(id=name, channel="rest", choices=[]) for name in senders())
    app = Sanic("measured")
    register([RestInput()], app, route="/webhooks/")
    app.ctx.agent = parts.brain.agent
    app.run(host="127.0.0.1", port=port, access_log=False, motd=False)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(int(sys.argv[1]), folder)
