"""Text that cannot steer a terminal: controls and bidi marks are shown, not obeyed."""

import json
import re

import click

from retrieval.record import Json

# C0 but tab and line feed, DEL and C1, bidi marks, embeddings, overrides and isolates, line and
# paragraph separators, interlinear annotations, halves of surrogate pairs.
_ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ufff9-\ufffb\ud800-\udfff]"
)
_PICTURES = 0x2400
_LAST_C0 = 0x1F
_DELETE = "\x7f"


def harmless(text: str) -> str:
    """Give the text with each active character as a visible sign, such as ␛ or ‹U+202E›."""
    return _ACTIVE.sub(_sign, text)


def one_line(text: str) -> str:
    """Give harmless text with its white space folded, so that it stays one line."""
    return " ".join(harmless(text).split())


def json_line(record: Json) -> str:
    """Give one line of JSON, letters as they are; active characters are escaped, none is lost."""
    line = json.dumps(record, ensure_ascii=False)
    return _ACTIVE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def print_record(record: Json) -> None:
    """Print one JSON value on one line, as `json_line` gives it."""
    click.echo(json_line(record))


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= _LAST_C0:
        return chr(_PICTURES + code)
    return "␡" if match[0] == _DELETE else f"‹U+{code:04X}›"
