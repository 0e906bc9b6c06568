"""A model's sentence made safe to show: plain words, no links, no mentions, no markup."""

import re
import unicodedata

MAX_CHARS = 600
_LINK = re.compile(
    r"\w+://|\bwww\.|\bmailto:|\]\s*\(|\bdiscord\.gg\b|(?<![\w.])[\w-]{2,}\.[a-z]{2,10}(?:/|\b(?!\.))",
)
"""Also a bare domain: some clients make links of them."""
_MENTION = re.compile(r"<[@#:/a-z!&]|@(?:everyone|here)\b|&(?:lt|gt|#\d+);", re.IGNORECASE)
_MARKER = re.compile(r"\s*(?:\[\^?[\d\s,;–-]+\]|【[^】]*】|\((?:sentences?|source)\s[\d\s,]+\))")
_LINE_LEAD = re.compile(r"^(?:\s*(?:#{1,6}|>{1,3}|[-*+•]|\d{1,2}[.)])\s+)+")
_EMPHASIS = re.compile(r"\*+|`+|~~|\|\||(?<!\w)_+|_+(?!\w)")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})


def tidy(text: str) -> str:
    """Give the text as one plain line: no markup, no citation markers, nothing invisible."""
    spaced = " ".join(text.split())
    visible = "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE)
    plain = _EMPHASIS.sub("", _LINE_LEAD.sub("", _MARKER.sub("", visible)))
    return " ".join(plain.split())


def forbidden_form(text: str) -> str | None:
    """Give why a tidied sentence may not be shown, whatever it says; None if it may."""
    if _LINK.search(text):
        return "links are not allowed"
    if _MENTION.search(text):
        return "mentions and tags are not allowed"
    if len(text) > MAX_CHARS:
        return f"a statement may have {MAX_CHARS} characters at most"
    return None if any(map(str.isalpha, text)) else "it holds no words"
