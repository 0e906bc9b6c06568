"""Text that cannot steer a terminal: controls and bidi marks are shown, not obeyed."""

import re

from retrieval.record import ACTIVE

_PICTURES = 0x2400
_LAST_C0 = 0x1F
_DELETE = "\x7f"


def harmless(text: str) -> str:
    """Give the text with each active character as a visible sign, such as ␛ or ‹U+202E›."""
    return ACTIVE.sub(_sign, text)


def one_line(text: str) -> str:
    """Give harmless text with its white space folded, so that it stays one line."""
    return " ".join(harmless(text).split())


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= _LAST_C0:
        return chr(_PICTURES + code)
    return "␡" if match[0] == _DELETE else f"‹U+{code:04X}›"
