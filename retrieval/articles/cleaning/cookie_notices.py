"""Cookie and consent text, told from articles that write about cookies and privacy.

A site's notice speaks in its own voice to the visitor ("we", "our site", "your browser"), outside
quotation marks, and stands around buttons. Its weaker paragraphs count only beside such signs, so
a report on a privacy law stays whole.
"""

import re
from collections.abc import Iterable, Sequence

from retrieval.articles.cleaning.page_lines import ends_sentence, word_count
from retrieval.articles.cleaning.page_words import any_of, plain

_MAX_BUTTON_WORDS = 8
_MAX_LABEL_WORDS = 12
_MIN_TERMS = 3

_QUOTED = re.compile(
    r"“[^”]*(?:”|$)|«[^»]*(?:»|$)|(?<!\w)‘[^’]*’(?!\w)|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)"
)
_HINTS = ("cookie", "privacy", "consent", "tracking", "toggle", "rights", "device")

_BUTTON = any_of(
    r"(?:accept|allow|agree to|reject|decline|refuse|deny|manage|customi[sz]e|save|confirm|update)"
    r"(?: (?:to|and|&|my|your|all|only|the|non-essential|optional|essential|necessary|selected"
    r"|additional|recommended|consent|cookie|privacy))*"
    r"(?: (?:cookies?|choices?|settings|preferences|options|consents?|close|continue|all))+",
    r"(?:i |yes,? i )?(?:accept|agree|consent)(?: (?:and|&) (?:close|continue|proceed))?|got it",
    r"(?:cookie|consent|privacy|tracking) (?:preferences|settings|options|choices|consent|manager"
    r"|banner|cent(?:er|re))(?: cookie list)?",
    r"(?:learn more / )?do not (?:sell|share)(?: or share)? my (?:personal )?(?:info\w*|data)",
    r"(?:continue|proceed) (?:without|with) (?:accepting|agreeing|consent|ads|cookies)\b.{0,30}",
    r"(?:we (?:value|respect|care about)|about) your privacy|your (?:privacy|cookie)"
    r" (?:choices|settings|matters?)(?: to us)?|(?:accept|reject|allow|decline|deny) all",
)

_LABEL = any_of(
    r".{0,60}\b(?:cookies?|personal (?:data|information)|privacy|consent)\b.{0,40}",
    r"always (?:active|on)|legitimate interests?.{0,30}|(?:list of |our )?(?:vendors|partners)",
    r"(?:strictly )?(?:necessary|essential|functional|performance|analytics|statistics|marketing"
    r"|advertising|targeting|preferences|social media|unclassified)|(?:in)?active|on|off|x|×",
    r"purposes?|more (?:information|options|details)|(?:show|hide) details|powered by .{0,30}",
    r"(?:learn|read|find out) more.{0,60}|imprint|impressum|settings|clear|apply|cancel|back"
    r"|save|close|details",
)

_NOTICE = any_of(
    r"\b(?:we|this (?:web)?site|our (?:web)?site|our partners|we and our(?: \w+){0,3} partners)"
    r"(?: (?:may|also|and/or|can|will))* (?:uses?|stores?|access|places?|sets?)\b[^.]{0,60}"
    r"\b(?:cookies?|tracking technolog\w+|information on (?:a|your) device)\b",
    r"\bcookies?\b[^.]{0,60}\b(?:through|on|by) our (?:web)?site\b",
)
_PURPOSE = re.compile(
    r"\byou(?:r|rs)?\b|\bto (?:ensure|improve|enhance|personali[sz]e|provide|analy[sz]e|give|offer"
    r"|deliver|measure|show|remember|make)\b"
)
_DEMAND = any_of(
    r"\bby (?:continuing|using|browsing|clicking|closing|visiting)\b[^.]{0,80}"
    r"\b(?:you (?:agree|accept|consent)|our (?:use of cookies|cookie policy))\b",
    r"\byou (?:agree|consent) to (?:our|the|this)\b[^.]{0,40}\bcookies?\b",
    r"\bexercise (?:my|your) (?:privacy )?rights\b|\bthis toggle switch\b",
    r"\b(?:change|withdraw|manage) your (?:consent|cookie|privacy)(?: \w+)?"
    r" (?:at any time|settings)",
)

_TERMS = re.compile(
    r"\b(?:cookies?|consents?|opt(?:ing)?[ -](?:out|in)|personal|privacy|third[ -]part(?:y|ies)"
    r"|browser|devices?|preferences|personali[sz]e\w*|advertis\w+|ads?|adverts|track\w*|gdpr|ccpa"
    r"|do not sell|identifiers|partners|legitimate interests?|subscription|ad-free)\b"
)
_VISITOR = re.compile(r"\byou(?:r|rs)?\b")
_SITE = re.compile(r"\b(?:our|us|we|these cookies|this (?:web)?site)\b")


def consent_lines(lines: Sequence[str]) -> set[int]:
    """Give the indexes of lines that ask for consent or explain it to the visitor."""
    marked = {i for i, line in enumerate(lines) if _is_sure(line)}
    _spread(lines, marked, range(len(lines)), step=1)
    _spread(lines, marked, range(len(lines) - 1, -1, -1), step=-1)
    return marked


def _spread(lines: Sequence[str], marked: set[int], order: Iterable[int], *, step: int) -> None:
    """Carry the mark on to neighbours that may belong, over one short line at most."""
    for i in order:
        beside = i - step in marked
        if i in marked or not (beside or i - 2 * step in marked):
            continue
        if (beside or _is_short(lines[i - step])) and _may_belong(lines[i]):
            marked |= {i, i - step}


def _is_sure(line: str) -> bool:
    text = plain(line)
    if word_count(line) <= _MAX_BUTTON_WORDS and _BUTTON.fullmatch(text.strip(" .!›→>×")):
        return True
    if not any(hint in text for hint in _HINTS):
        return False
    text = _unquoted(line)
    return bool(_DEMAND.search(text) or (_NOTICE.search(text) and _PURPOSE.search(text)))


def _may_belong(line: str) -> bool:
    if _is_short(line):
        return _LABEL.fullmatch(plain(line).strip(" .!:›→>-–")) is not None
    text = _unquoted(line)
    if not (_VISITOR.search(text) and _SITE.search(text)):
        return False
    return len({match[0] for match in _TERMS.finditer(text)}) >= _MIN_TERMS


def _is_short(line: str) -> bool:
    return word_count(line) <= _MAX_LABEL_WORDS and not ends_sentence(line)


def _unquoted(line: str) -> str:
    return plain(_QUOTED.sub(" ", line))
