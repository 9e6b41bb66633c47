"""The command line: `uv run sleutel ...`. One file per command; heavy imports only inside a command."""

from bot.cli.main import app

__all__ = ["app"]
