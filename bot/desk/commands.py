"""Words that are no message for a resident: commands, with or without a slash, and yes and no."""

from typing import Any, Dict, List, Optional, Tuple

from bot.replies.content import Content, Language
from bot.replies.desk_texts import COMMANDS

FEW = 3  # words: "yes please do" is a yes; a longer sentence that begins with it may be a message


def typed_command(texts: Dict[str, Any], text: str) -> Optional[str]:
    """The command that the whole text is, in the language of the desk; None when it is none."""
    plain = _plain(text)
    return next((name for name in COMMANDS if plain in texts[f"{name}_words"]), None)


def slash_command(content: Content, text: str) -> Tuple[Optional[str], str]:
    """The command after a slash, in any language of the desk, and what follows it; None when there is no such one."""
    word, _, rest = text.lstrip("/").partition(" ")
    word = word.partition("@")[0]  # "/help@our_bot", as Telegram writes it in some places
    for language in content.languages.values():
        for name in COMMANDS if language.desk else ():
            if _plain(word.replace("_", " ")) in (language.desk or {})[f"{name}_words"]:
                return name, rest.strip()
    return None, rest.strip()


def after_word(texts: Dict[str, Any], name: str, text: str) -> Optional[str]:
    """What follows a command's word: "from 1 to 10 December" of "away from 1 to 10 December"; None without the word."""
    plain = text.casefold()
    for word in sorted(texts[f"{name}_words"], key=len, reverse=True):
        if plain.startswith(f"{word} "):
            return text[len(word) :].strip(" :,")
    return None


def says(texts: Dict[str, Any], name: str, text: str) -> bool:
    """Whether the text is a `yes`, or a `no`: one of its words, or a few words that begin with one."""
    known, words = texts[f"{name}_words"], _plain(text).replace(",", " ").split()
    return " ".join(words) in known or (0 < len(words) <= FEW and words[0] in known)


def menu_of(words: Language) -> List[Tuple[str, str]]:
    """The commands as Telegram shows them: each by its first word, with what its button says."""
    texts: Dict[str, Any] = words.desk or {}
    return [(texts[f"{name}_words"][0], texts[button]) for name, button in COMMANDS.items()]


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").strip(" .!?").split())
