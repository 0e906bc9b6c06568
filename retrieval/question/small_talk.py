"""Words that are said to the bot and ask nothing of the articles: greetings, thanks, 'who r u'."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from retrieval.text.words import fold

PHRASES_FILE = Path(__file__).parent.parent / "text" / "lists" / "small_talk.txt"
# More words than this are no small talk, whatever they are.
_MOST_WORDS = 12
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")
_LAUGH = re.compile(r"(?:ha|he){2,}h?")
_IN_FULL = {
    **{"u": "you", "ur": "your", "r": "are", "ya": "you", "pls": "please", "plz": "please"},
    **{"im": "i am", "i'm": "i am", "youre": "you are", "you're": "you are", "dont": "do not"},
    **{"don't": "do not", "whats": "what is", "what's": "what is", "whos": "who is"},
    **{"who's": "who is", "hows": "how is", "how's": "how is", "that's": "that is"},
    **{"wats": "what is", "wat": "what", "wassup": "what is up", "thanx": "thanks"},
}


def is_small_talk(text: str) -> bool:
    """Tell whether a text is nothing but a greeting, thanks, or a question about the bot.

    Pictures of faces alone are small talk too.
    """
    said = _in_full(text)
    if not said:
        return any(is_picture(character) for character in text)
    reached = {0}
    for start in range(len(said)):
        if start in reached and len(said) <= _MOST_WORDS:
            reached |= {
                end
                for end in range(start + 1, len(said) + 1)
                if " ".join(said[start:end]) in _phrases()
            }
    return len(said) in reached


def is_picture(character: str) -> bool:
    """Tell whether a character is an emoji or another picture, and no letter or mark."""
    return unicodedata.category(character) == "So"


def _in_full(text: str) -> list[str]:
    """Give the words in lower case, short forms written out and drawn-out letters once."""
    plain = fold(text.replace("’", "'"))
    short = [_DRAWN_OUT.sub(r"\1", word) for word in _WORD.findall(plain)]
    once = ["haha" if _LAUGH.fullmatch(word) else word for word in short]
    return [full for word in once for full in _IN_FULL.get(word, word).split()]


@cache
def _phrases() -> frozenset[str]:
    lines = (line.strip() for line in PHRASES_FILE.read_text("utf-8").splitlines())
    # 'see ya' stands in the list as people write it.
    return frozenset(" ".join(_in_full(line)) for line in lines if line and line[0] != "#")
