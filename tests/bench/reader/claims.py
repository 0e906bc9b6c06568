"""Questions with their answers as statements. The grammar is rough; the facts are people's."""

import re

_AUXILIARY = r"(?P<aux>did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|may)"
_WH = re.compile(r"\b(who|whom|what|which|when|where|how many|how much|how long|how old)\b", re.I)


def statement(question: str, answer: str) -> str | None:
    """The question as a statement with this answer; None where the rules know no way."""
    asked = question.strip().rstrip("? ")
    found = _WH.search(asked)
    if found is None:
        return None
    before, after = asked[: found.start()], asked[found.end() :].strip()
    verb = re.match(rf"(?P<noun>(?:[a-z'-]+\s+){{0,4}}?){_AUXILIARY}\s+(?P<rest>.*)", after, re.I)
    if found[1].lower() in {"when", "where"}:
        if verb is None or verb["noun"]:
            return None
        preposition = "in " if found[1].lower() == "when" and answer[0].isdigit() else ""
        text = f"{before}{verb['rest']} {preposition}{answer}."
    elif verb is None:
        text = f"{before}{answer} {after}."
    elif verb["aux"].lower() in {"did", "does", "do"}:
        noun = verb["noun"] if found[1].lower().startswith("how") else ""
        text = f"{before}{verb['rest']} {answer} {noun}."
    else:
        text = f"{before}{answer} {verb['aux']} {verb['rest']}."
    folded = " ".join(text.split()).replace(" .", ".")
    return folded[0].upper() + folded[1:]


def yes_no_question(question: str, answer: str) -> str | None:
    """The question as one of yes or no that puts this answer forward; None as for `statement`."""
    asked = question.strip().rstrip("? ")
    found = _WH.search(asked)
    if found is None:
        return None
    before, after = asked[: found.start()], asked[found.end() :].strip()
    verb = re.match(rf"(?P<noun>(?:[a-z'-]+\s+){{0,4}}?){_AUXILIARY}\s+(?P<rest>.*)", after, re.I)
    if found[1].lower() in {"when", "where"}:
        if verb is None or verb["noun"]:
            return None
        preposition = "in " if found[1].lower() == "when" and answer[0].isdigit() else ""
        text = f"{verb['aux']} {before}{verb['rest']} {preposition}{answer}"
    elif verb is None:
        text = f"is it true that {before}{answer} {after}"
    elif verb["aux"].lower() in {"did", "does", "do"}:
        noun = verb["noun"] if found[1].lower().startswith("how") else ""
        text = f"{verb['aux']} {before}{verb['rest']} {answer} {noun}"
    else:
        text = f"{verb['aux']} {before}{answer} {verb['rest']}"
    folded = " ".join(text.split())
    return f"{folded[0].upper()}{folded[1:]}?"
