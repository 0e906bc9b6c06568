"""Words that are said to the bot and ask nothing of the articles: greetings, thanks, 'help me'."""

import re

_SAID = (
    r"hi+|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day|night)|welcome",
    r"there|all|everyone|everybody|bot|dateline|please",
    r"thanks|thank you|thx|cheers|(?:very|so) much|a lot|for your help|again",
    r"bye(?: bye)?|good ?bye|see you(?: later)?|ok(?:ay)?|cool|great|perfect|lol|yes|no|yep|nope",
    r"how are you(?: doing| today)?|what is up",
)
_ABOUT_THE_BOT = (
    r"(?:who|what) are you|what is your name|are you (?:there|real|human|an? (?:ai|bot|robot))",
    r"what (?:can|do|could) you do(?: for me)?|how do you work|how do i (?:use|ask) you",
    r"help(?: me)?|(?:can|could) you help(?: me)?|how can you help(?: me)?|i need help",
)
_SMALL_TALK = re.compile(rf"\W*(?:\b(?:{'|'.join(_SAID + _ABOUT_THE_BOT)})\b\W*)+", re.IGNORECASE)
_ASKS = re.compile(rf"\b(?:{'|'.join(_ABOUT_THE_BOT)})\b", re.IGNORECASE)
_SHORT_IS = re.compile(r"\b(what|who)[’']s\b", re.IGNORECASE)


def is_small_talk(text: str) -> bool:
    """Tell whether a text is nothing but a greeting, thanks, or a question about the bot."""
    return _SMALL_TALK.fullmatch(_in_full(text)) is not None


def asks_about_bot(text: str) -> bool:
    """Tell whether a text asks who the bot is or what it can do, and nothing else."""
    return is_small_talk(text) and _ASKS.search(_in_full(text)) is not None


def _in_full(text: str) -> str:
    return _SHORT_IS.sub(r"\1 is", " ".join(text.split()))
