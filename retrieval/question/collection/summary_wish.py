"""A wish to hear what whole articles say in short, and the words that select the articles."""

import re

_SHORT = r"(?:short|brief|quick|concise)"
_POINTS = r"(?:points?|takeaways?|ideas?|messages?|arguments?|findings?)"
# The signs of such a wish; what one matches is taken out of the question, the rest selects.
_SIGNS = tuple(
    re.compile(sign, re.IGNORECASE)
    for sign in (
        r"\b(?:summari[sz]e|sum(?:med)? up|recap|condense|shorten|abridge|outline)\b",
        rf"\b(?:{_SHORT} )?(?:summary|summaries|gist|tl;? ?dr|overview|synopsis|digest)"
        r"(?: (?:of|for|on))?\b",
        rf"\b(?:main|key|central|most important) {_POINTS}(?: (?:of|in|from))?\b",
        r"\bin (?:short|brief|a nutshell|a few words|(?:one|two|three) sentences?)\b",
        r"^what (?:is|are|was|were)\b(?=.* (?:all )?about$)",
        r"^what (?:does|do|did)\b(?=.* (?:say|argue)$)",
    )
)
# Words around the wish that select nothing.
_AROUND = re.compile(
    r"\b(?:please|pls|plz|can|could|would|will|u|you|i|we|me|us|for (?:me|us)|give|get|write|make|"
    r"need|want|what (?:is|are)|both|two|three|all about|about|say|argue|up)\b",
    re.IGNORECASE,
)
_CONTRACTED = re.compile(r"\bwhat'?s\b", re.IGNORECASE)
# Longer than any question of this kind; a title and an outlet fit.
_MOST_CHARS = 250


def summary_selector(question: str) -> str | None:
    """Give the words that may select the articles to sum up; None if nobody wishes a summary."""
    plain = " ".join(question.replace("’", "'").split()).strip(" ?.!")
    plain = _CONTRACTED.sub("what is", plain)
    if len(plain) > _MOST_CHARS:
        return None
    for sign in _SIGNS:
        match = sign.search(plain)
        if match:
            rest = f"{plain[: match.start()]} {plain[match.end() :]}"
            return " ".join(_AROUND.sub(" ", rest).split())
    return None
