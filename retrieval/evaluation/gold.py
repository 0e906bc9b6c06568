"""Gold evidence put to the library: which article a quote is of, and whether it stands there."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from retrieval.errors import ArticleError
from retrieval.evaluation.measures.ranking import GoldSpan
from retrieval.evaluation.measures.wording import fold, folded_same_words
from retrieval.evaluation.questions import GoldQuestion
from retrieval.types import Article

CACHED_ARTICLES = 64  # texts kept at once: questions of one article mostly follow each other


class Articles(Protocol):
    """What gold needs of a library."""

    def find_article(self, name: str) -> Article:
        """Give the article of that id, source or unique file name, or raise ArticleError."""
        ...

    def article_text(self, article_id: str) -> str:
        """Give the clean text, or raise ArticleError."""
        ...


@dataclass(frozen=True, slots=True)
class Gold:
    """Gold spans by question id; questions with an unknown source are problems, not in here.

    `unheld` says which gold quotes no passage of their article can hold; they stay in the
    denominators, so such a question can only lose by them.
    """

    spans: Mapping[str, tuple[GoldSpan, ...]]
    problems: tuple[str, ...] = ()
    unheld: tuple[str, ...] = ()


def find_gold(questions: Iterable[GoldQuestion], articles: Articles) -> Gold:
    """Look up every question's evidence; what is wrong is named by file and line."""
    folded = lru_cache(maxsize=CACHED_ARTICLES)(lambda name: fold(articles.article_text(name)))
    spans: dict[str, tuple[GoldSpan, ...]] = {}
    problems: list[str] = []
    unheld: list[str] = []
    for question in questions:
        try:
            found = _spans(question, articles)
        except ArticleError as error:
            problems.append(f"{question.place}: {error}")
            continue
        spans[question.id] = found
        unheld += [
            f"{question.place}: no article holds {words!r}" for words in _lost(found, folded)
        ]
    return Gold(spans, tuple(problems), tuple(unheld))


def _spans(question: GoldQuestion, articles: Articles) -> tuple[GoldSpan, ...]:
    return tuple(
        GoldSpan(articles.find_article(evidence.source).article_id, fold(evidence.quote))
        for evidence in question.evidence
    )


def _lost(spans: Iterable[GoldSpan], folded: Callable[[str], str]) -> list[str]:
    """Give the beginnings of the quotes that share no run with their article."""
    return [s.words[:60] for s in spans if not folded_same_words(folded(s.article_id), s.words)]
