"""A model's reply in the form that is parsed, whatever form the model is used to.

Without its thoughts, calls of tools unpacked, tables as lines, and other marks of citation, such as
(2), ² or footnotes, as [2].
"""

import json
import re

_THOUGHTS = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_PACKED = re.compile(r'"(?:arguments|parameters|input)"\s*:\s*("(?:[^"\\]|\\.)*")')
_STRING = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?')
_MARKED = re.compile(r"\[\^?\d|【\d")
_NOTE = re.compile(r"^[ \t]*\[\^?(\d{1,3})\]:[ \t]*(.*)$", re.MULTILINE)
_NAMED = r"(?:sentences?|sources?|nos?\.?|see|s\.)"
_LIST = r"\d{1,3}(?:(?:\s*,\s*|\s*(?:and|&)\s*|\s*[–-]\s*)\d{1,3})*"
_WORDED = re.compile(rf"[(\[]\s*{_NAMED}:?\s*({_LIST})\s*[)\]]", re.IGNORECASE)
_ROUND = re.compile(rf"\(({_LIST})\)(?=\s*(?:[.!?;,]|\(\d|$|\n))|(?<=[.!?]) \(({_LIST})\)")
_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_TO_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RULE = re.compile(r"[|\s:-]+")


def without_thoughts(text: str) -> str:
    """Give the reply without what the model thought aloud, also where it still thinks."""
    return _THOUGHTS.sub("", text) if "<" in text else text


def unpacked(text: str) -> str:
    """Give the reply with a tool call's arguments, which may be JSON in a string, as JSON."""
    return _PACKED.sub(lambda found: f'"arguments": {_content(found[1])}', text)


def as_prose(text: str) -> str:
    """Give a reply that is no JSON of ours as sentences with [2] behind them."""
    if text.lstrip().startswith("{"):
        text = "\n".join(_content(said) for said, is_key in _STRING.findall(text) if not is_key)
    text = _resolved("\n".join(map(_row, text.splitlines())))
    text = _WORDED.sub(lambda found: f"[{_comma(found[1])}]", text)
    if not _MARKED.search(text):
        text = _ROUND.sub(lambda found: f"[{_comma(found[1] or found[2])}]", text)
    if not _MARKED.search(text):
        text = _RAISED.sub(lambda found: f"[{found[0].translate(_TO_DIGITS)}]", text)
    return text


def _content(literal: str) -> str:
    try:
        return str(json.loads(literal, strict=False))
    except ValueError:
        return literal


def _comma(numbers: str) -> str:
    return re.sub(r"\s*(?:and|&)\s*", ", ", numbers)


def _row(line: str) -> str:
    """Give a line of a table as a sentence; nothing of the rule below its head."""
    if not line.lstrip().startswith("|"):
        return line
    return "" if _RULE.fullmatch(line) else " ".join(line.replace("|", " ").split())


def _resolved(text: str) -> str:
    """Give footnotes' own numbers in the place of their marks."""
    notes = {label: re.findall(r"\d{1,3}", told) for label, told in _NOTE.findall(text)}
    if not any(notes.values()):
        return text
    body = _NOTE.sub("", text)
    for label, numbers in notes.items():
        body = re.sub(rf"\[\^{label}\]|\[{label}\]", f"[§{','.join(numbers)}]", body)
    return body.replace("[§", "[")
