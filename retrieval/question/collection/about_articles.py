"""Questions about the articles themselves, answered from their metadata and never from a passage.

Each sentence cites the article that it is about. The quote is only that article's opening, which
shows which one is meant; what is told is metadata, and the notes say so.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.draft import Draft
from retrieval.question.breadth import outlets_named
from retrieval.question.collection import metadata_sentences
from retrieval.question.collection.asked_properties import (
    PropertyQuestion,
    property_questions,
)
from retrieval.question.collection.chosen_articles import Choice, Search, choose, no_search
from retrieval.question.collection.metadata_sentences import MetadataSentence
from retrieval.question.standalone import Standalone
from retrieval.text.sentences import passage_sentences
from retrieval.types import Article, Citation, Passage, Statement

MODEL = "metadata"
NOTE = (
    "This is what the collection's metadata says of its articles; the words quoted are each"
    " article's opening, to show which one is meant."
)
_TELLERS: dict[str, Callable[[Article], str]] = {
    "author": metadata_sentences.author_of,
    "date": metadata_sentences.date_of,
    "outlet": metadata_sentences.outlet_of,
    "kind": metadata_sentences.kind_of,
    "link": metadata_sentences.link_of,
    "title": metadata_sentences.title_of,
}
_WHOLE = frozenset({"list", "count", "coverage"})


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """An answer from metadata: its sentences in order, and how they are known."""

    told: tuple[MetadataSentence, ...]
    notes: tuple[str, ...] = (NOTE,)


def about_articles(
    question: Standalone,
    articles: Sequence[Article],
    *,
    today: date,
    search: Search = no_search,
) -> About | None:
    """Answer a question about the articles themselves, None if it is about something else.

    Args:
        question: A standalone question, with what it carries along.
        articles: Those held.
        today: What 'last month' leans on.
        search: Finds the passages that the answer before rested on, for 'Who wrote this?', and
            those on a topic; called only then.
    """
    for ask in property_questions(question.asked) if articles else ():
        topics = no_search if ask.asked in _WHOLE else search
        choice = choose(ask.selector, articles, today=today, search=topics)
        if choice is not None:
            before = question.context
            pointed = _pointed_at(before, articles, today, search) if choice.is_pointing else ()
            return _answer(ask, choice, articles, pointed)
    return None


def wanted_in_short(
    question: Standalone,
    articles: Sequence[Article],
    *,
    today: date,
    search: Search = no_search,
) -> tuple[Article, ...]:
    """Give the articles that a question wants summed up, none if it wants something else.

    The arguments are those of `about_articles`.
    """
    selector = summary_selector(question.asked)
    if not selector or not articles:
        return ()
    choice = choose(selector, articles, today=today, search=search)
    if choice is None:
        return ()
    if not choice.is_pointing:
        return choice.articles
    return tuple(_pointed_at(question.context, articles, today, search)) or choice.articles


def about_draft(about: About, passages: Callable[[str], Sequence[Passage]]) -> Draft:
    """Give the answer as a draft with the openings of the articles as citations.

    Args:
        about: The answer.
        passages: Gives an article's passages, in order, by its id.
    """
    citations: dict[str, Citation] = {}
    statements = []
    for item in about.told:
        for article in item.articles:
            key = article.article_id
            if key not in citations:
                citations[key] = _opening(len(citations) + 1, passages(key)[0])
        numbers = tuple(citations[article.article_id].n for article in item.articles)
        statements.append(Statement(text=item.text, citations=numbers))
    return Draft(
        statements=tuple(statements),
        citations=tuple(citations.values()),
        notes=about.notes,
        model=MODEL,
    )


def _opening(n: int, passage: Passage) -> Citation:
    start, end = next(iter(passage_sentences(passage)), (passage.start, passage.end))
    quote = passage.text[start - passage.start : end - passage.start]
    return Citation(n=n, passage=passage, quote=quote, start=start, end=end)


def _pointed_at(
    before: str, articles: Sequence[Article], today: date, search: Search
) -> Sequence[Article]:
    """Give the articles that 'this' means: those named before, else those last cited."""
    for ask in property_questions(before):
        choice = choose(ask.selector, articles, today=today)
        if choice is not None and choice.by:
            return choice.articles
    outlets = outlets_named(before, articles)
    if outlets:
        return [article for article in articles if article.outlet in outlets]
    hits = search(before) if before and len(articles) > 1 else ()
    return [hit.passage.article for hit in hits[:1]]


def _answer(
    ask: PropertyQuestion,
    choice: Choice,
    articles: Sequence[Article],
    pointed: Sequence[Article],
) -> About:
    chosen = tuple(pointed) or choice.articles
    sentences: tuple[MetadataSentence, ...]
    if not chosen:
        sentences = (metadata_sentences.none_of(choice.extreme, articles),)
    elif ask.asked in _WHOLE and not choice.extreme:
        chosen, sentences = choice.articles, _of_the_whole(ask, choice, articles)
    elif choice.extreme and len(chosen) == 1 and ask.asked in {"title", "list"}:
        sentences = metadata_sentences.tell_each(chosen, _extreme_teller(choice.extreme))
    else:
        tell = _TELLERS.get(ask.asked, metadata_sentences.title_of)
        sentences = metadata_sentences.tell_each(chosen, tell)
    left = len(chosen) - metadata_sentences.MOST_LISTED
    rest = (f"{left} more articles are not listed here.",) if left > 0 else ()
    counted = ask.asked in _WHOLE or choice.extreme
    unknown = metadata_sentences.left_out(articles, choice.by) if counted else ()
    return About(told=sentences, notes=(NOTE, *rest, *unknown))


def _extreme_teller(extreme: str) -> Callable[[Article], str]:
    return lambda article: f"The {extreme} article is {metadata_sentences.named(article)}."


def _of_the_whole(
    ask: PropertyQuestion, choice: Choice, articles: Sequence[Article]
) -> tuple[MetadataSentence, ...]:
    covers = ask.asked == "coverage" or (ask.asked == "list" and not choice.by)
    lead = (
        metadata_sentences.coverage_of(articles)
        if covers
        else metadata_sentences.count_of(choice.articles, articles)
    )
    return (lead, *metadata_sentences.tell_each(choice.articles, metadata_sentences.title_of))


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
