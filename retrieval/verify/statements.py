"""Lets a written statement through only if the sentences it names bear it out; fails closed."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.answer.model_reply import Written
from retrieval.text.date_mentions import date_mentions
from retrieval.text.dates import in_words
from retrieval.text.words import fold
from retrieval.types import Citation, Statement
from retrieval.verify.facts import Source
from retrieval.verify.support import Judge, Support, coverage
from retrieval.verify.window import Window, single_windows, with_antecedents, with_full_names

MAX_CHARS = 600
# The least probability that sentences answer a question. The question asserted with some words of a
# sentence ('The hotel was in Paris') has the sentence's own words, and no rule finds it wrong. Of
# such sentences of 89 development questions that the articles do not answer .24 are above this, of
# the right ones of 80 others that the reader doubts .79 (.3: .19 and .64; .1: .35 and .89).
_MAY_ANSWER = 0.2
_NEAR_CHARS = 40
_LINK = re.compile(r"\w+://|\bwww\.|\bmailto:|\]\s*\(|\bdiscord\.gg\b")
_DOMAIN = re.compile(r"(?<![\w.])[\w-]{2,}\.[a-z]{2,10}(?:/|\b(?!\.))")
"""Some clients make links of bare domains, so none is shown that the article does not name."""
_MENTION = re.compile(r"<[@#:/a-z!&]|@(?:everyone|here)\b|&(?:lt|gt|#\d+);", re.IGNORECASE)
_MARKER = re.compile(r"\s*(?:\[\^?[\d\s,;–-]+\]|【[^】]*】|\((?:sentences?|source)\s[\d\s,]+\))")
_LINE_LEAD = re.compile(r"^(?:\s*(?:#{1,6}|>{1,3}|[-*+•]|\d{1,2}[.)])\s+)+")
_EMPHASIS = re.compile(r"\*+|`+|~~|\|\||(?<!\w)_+|_+(?!\w)")
_WORD = re.compile(r"\w+")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})


def tidy(text: str) -> str:
    """Give the text as one plain line: no markup, no citation markers, nothing invisible."""
    spaced = " ".join(text.split())
    visible = "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE)
    plain = _EMPHASIS.sub("", _LINE_LEAD.sub("", _MARKER.sub("", visible)))
    return " ".join(plain.split())


def forbidden_form(text: str, *, source: str = "") -> str | None:
    """Give why a tidied sentence may not be shown, whatever it says; None if it may.

    A bare domain may stand in it if it stands in the source.
    """
    strange = [one[0] for one in _DOMAIN.finditer(text) if one[0] not in source]
    if strange or _LINK.search(text):
        return "links are not allowed"
    if _MENTION.search(text):
        return "mentions and tags are not allowed"
    if len(text) > MAX_CHARS:
        return f"a statement may have {MAX_CHARS} characters at most"
    return None if any(map(str.isalpha, text)) else "it holds no words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A statement that holds, with the runs of sentences that it rests on."""

    text: str
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A statement that does not hold, and why."""

    written: Written
    reason: str


class Verifier:
    """Holds statements against the numbered sentences that a model was shown."""

    def __init__(self, judge: Judge, numbered: Mapping[int, Window]) -> None:
        self._judge = judge
        self._numbered = numbered

    def verify(self, written: Written) -> Verified | Rejected:
        """Give the statement, tidied and with its quotations, or why it may not be shown.

        Its form is plain, its sentence numbers exist, its facts stand in those sentences (or in
        the ones just before, which are then quoted too), and they say what it says.
        """
        unknown = [n for n in written.sentences if n not in self._numbered]
        if unknown or not written.sentences:
            named = ", ".join(map(str, unknown))
            why = f"there is no sentence {named}" if unknown else "it names no sentence"
            return Rejected(written=written, reason=why)
        text = tidy(written.text)
        windows = merged(self._numbered[n] for n in written.sentences)
        if is_copied(text, windows) and not _LINK.search(text) and not _MENTION.search(text):
            return Verified(text=windows[0].text, windows=windows)
        reason = forbidden_form(text, source=joined(windows).text)
        if reason is not None:
            return Rejected(written=written, reason=reason)
        support: Support | None = None
        for chosen in _with_leaned_on(text, windows):
            support = self._support(text, chosen)
            if support.holds:
                fewer = _needed(text, chosen)
                holds = fewer == chosen or self._support(text, fewer).holds
                return Verified(text=text, windows=fewer if holds else chosen)
        reason = (support.objection if support else None) or "the sentences do not say so"
        return Rejected(written=written, reason=reason)

    def quoted_unless(self, said: Verified, *, answers: str | None) -> tuple[Verified, ...]:
        """Give the statement if its sentences may answer the question, else their own words.

        Without a question the statement. Sentences come one by one, so that none is told twice
        where runs of them overlap; of those with a mention or link of their own none does.
        """
        if answers is None or any(said.text == window.text for window in said.windows):
            return (said,)
        if self._judge.finds_answer(answers, joined(said.windows)) >= _MAY_ANSWER:
            return (said,)
        return tuple(
            Verified(text=one.text, windows=(one,))
            for window in said.windows
            for one in single_windows(window.passage, window.sentences)
            if window.first <= one.first <= window.last
            and forbidden_form(one.text, source=one.text) is None
        )

    def _support(self, text: str, windows: Sequence[Window]) -> Support:
        return self._judge.weigh(without_origin(text, windows), [joined(windows)])[0]


def is_copied(text: str, windows: Sequence[Window]) -> bool:
    """Tell whether a statement is its sentences, whole and word for word: a quote of them."""
    return len(windows) == 1 and _WORD.findall(fold(text)) == _WORD.findall(fold(windows[0].text))


def without_origin(text: str, windows: Sequence[Window]) -> str:
    """Give a statement without the cited articles' outlets, authors and dates: they are known.

    A date is the article's where it stands beside the outlet or author.
    """
    for article in {window.passage.article for window in windows}:
        for known in filter(None, (article.outlet, article.author)):
            named = re.compile(rf"\b{re.escape(known)}\b", re.IGNORECASE)
            if named.search(text):
                text = named.sub("the article", _undated(text, named, article.published))
    return text


def _undated(text: str, named: re.Pattern[str], published: str | None) -> str:
    """Leave out the mentions of an article's day that stand near its name."""
    known = date_mentions(in_words(published) or "") if published else []
    for mark in sorted(date_mentions(text), key=lambda mark: mark.span, reverse=True):
        start, end = mark.span
        near = named.search(text, max(0, start - _NEAR_CHARS), end + _NEAR_CHARS)
        if near and any(mark.follows_from(other) for other in known):
            text = text[:start] + text[end:]
    return text


def merged(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Give the windows with neighbours of one passage made one, passages in their first order."""
    given = list(windows)
    passages = list(dict.fromkeys(window.passage.passage_id for window in given))
    runs: list[Window] = []
    for window in sorted(given, key=lambda w: (passages.index(w.passage.passage_id), w.first)):
        if runs and _touch(runs[-1], window):
            runs[-1] = replace(runs[-1], last=max(runs[-1].last, window.last))
        else:
            runs.append(window)
    return tuple(runs)


def joined(windows: Sequence[Window]) -> Source:
    """Give the windows' words as one source, their articles' titles and outlets above them.

    Their day of publication is known only if they share it.
    """
    articles = list(dict.fromkeys(window.passage.article for window in windows))
    days = {article.published for article in articles}
    text = "\n".join(window.text for window in windows)
    about = "\n".join(f"{article.title}. {article.outlet or ''}" for article in articles)
    return Source(text, published=days.pop() if len(days) == 1 else None, about=about)


def cited(verified: Sequence[Verified]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Give the statements with their citations, numbered from 1 in the order of first use.

    The quotations are copied from the articles; the same one keeps its number.
    """
    numbers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    statements: list[Statement] = []
    for one in verified:
        used: list[int] = []
        for window in one.windows:
            key = (window.passage.article.article_id, *window.span)
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                citations.append(window.citation(numbers[key]))
            used.append(numbers[key])
        statements.append(Statement(text=one.text, citations=tuple(dict.fromkeys(used))))
    return tuple(statements), tuple(citations)


def _touch(run: Window, window: Window) -> bool:
    same = run.passage.passage_id == window.passage.passage_id
    return same and window.first <= run.last + 1


def _with_leaned_on(text: str, windows: tuple[Window, ...]) -> Iterator[tuple[Window, ...]]:
    """Give the windows, then, where only names are missing, with the sentences they lean on."""
    yield windows
    for at, window in enumerate(windows):
        for wider in with_antecedents(without_origin(text, windows), window):
            chosen = merged((*windows[:at], wider, *windows[at + 1 :]))
            plain = without_origin(text, chosen)
            if joined(windows).unheld(plain) and not joined(chosen).unheld(plain):
                yield chosen
    named = merged(with_full_names(without_origin(text, windows), windows))
    if named != windows and not joined(named).unheld(without_origin(text, named)):
        yield named


def _needed(text: str, windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """Leave out the windows that add nothing to what the others bear out."""
    kept = list(windows)
    for window in windows:
        others = [other for other in kept if other is not window]
        if not others:
            break
        rest, whole = joined(others), joined(kept)
        plain = without_origin(text, kept)
        if not rest.unheld(plain) and coverage(plain, rest.text) >= coverage(plain, whole.text):
            kept = others
    return tuple(kept)
