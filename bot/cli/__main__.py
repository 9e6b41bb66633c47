"""`python -m bot.cli` is the same as `sleutel`."""

from bot.cli.main import app

app(prog_name="sleutel")
