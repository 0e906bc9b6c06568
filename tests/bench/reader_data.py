"""Training examples for the reader: answerable pairs, and five kinds of unanswerable ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import bm25s
import numpy as np
import squad
import Stemmer
from adversarial import unanswerable
from squad import Article, Question

# How many of the SQuAD 1.1 questions also give an unanswerable example of each kind.
NEIGHBOUR_SHARE = 0.28  # with another paragraph of the article that BM25 finds for it
STRANGER_SHARE = 0.08  # with a paragraph of another article that BM25 finds for it
CUT_SHARE = 0.22  # with its own paragraph, the answer's sentence cut out
TWIN_SHARE = 0.25  # changed by rule so that its own paragraph no longer answers
NEAR = 3  # BM25's best so many paragraphs are taken from
UNANSWERABLE_COPIES, ANSWERABLE_COPIES = 5, 3  # of the few human-made SQuAD 2.0 pairs
QUERIES_AT_ONCE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A question with a passage; `answer` are its characters in the passage, if it answers."""

    question: str
    passage: str
    answer: tuple[int, int] | None
    kind: str
    title: str
    headline: str  # words of the same article that can stand in for a headline


def read_pairs(data: Path, random: Random) -> Iterator[Pair]:
    """Every training pair of the data folder; articles for measuring are never touched."""
    articles = squad.read_articles(data / squad.TRAIN_FILE)
    for article in articles:
        yield from _article_pairs(article, random)
    yield from _stranger_pairs(articles, random)
    for article in squad.read_dev2(data, "train"):
        for paragraph in article.paragraphs:
            for question in paragraph.questions:
                answer = _best_place(question, paragraph.text)
                copies = ANSWERABLE_COPIES if answer else UNANSWERABLE_COPIES
                pair = _pair(question.text, paragraph.text, answer, "human", article, random)
                yield from [pair] * copies


def _article_pairs(article: Article, random: Random) -> Iterator[Pair]:
    passages = [p.text for p in article.paragraphs]
    whole, index = "\n".join(passages), Bm25(passages)
    for paragraph in article.paragraphs:
        for question in paragraph.questions:
            answer = _best_place(question, paragraph.text)
            if answer is None:
                continue
            yield _pair(question.text, paragraph.text, answer, "answerable", article, random)
            gold = paragraph.text[slice(*answer)].lower()
            if random.random() < NEIGHBOUR_SHARE:
                near = index.best([question.text], NEAR + 1)[0]
                near = [t for t in near if gold not in t.lower()]
                if near:
                    other = random.choice(near[:NEAR])
                    yield _pair(question.text, other, None, "neighbour", article, random)
            yield from _spoilt_pairs(question.text, paragraph.text, answer, whole, article, random)


def _spoilt_pairs(
    asked: str,
    passage: str,
    answer: tuple[int, int],
    whole: str,
    article: Article,
    random: Random,
) -> Iterator[Pair]:
    """The question's own passage without the answer's sentence; a twin of the question."""
    first, last = _sentence_around(passage, answer)
    if random.random() < CUT_SHARE:
        cut = passage[:first] + passage[last:]
        if cut.strip() and passage[slice(*answer)].lower() not in cut.lower():
            yield _pair(asked, cut, None, "cut", article, random)
    if random.random() < TWIN_SHARE:
        twin = unanswerable(asked, passage, passage[first:last], whole, random)
        if twin:
            yield _pair(twin, passage, None, "twin", article, random)


def _stranger_pairs(articles: list[Article], random: Random) -> Iterator[Pair]:
    home = {p.text: a for a in articles for p in a.paragraphs}
    index = Bm25(list(home))
    asked = [
        (question, article)
        for article in articles
        for paragraph in article.paragraphs
        for question in paragraph.questions
        if random.random() < STRANGER_SHARE
    ]
    for at in range(0, len(asked), QUERIES_AT_ONCE):
        part = asked[at : at + QUERIES_AT_ONCE]
        found = index.best([q.text for q, _ in part], 4 * NEAR)
        for (question, article), texts in zip(part, found, strict=True):
            gold = question.answers[0][0].lower()
            others = [t for t in texts if home[t] is not article and gold not in t.lower()]
            if others:
                other = random.choice(others[:NEAR])
                yield _pair(question.text, other, None, "stranger", home[other], random)


def _pair(
    question: str,
    passage: str,
    answer: tuple[int, int] | None,
    kind: str,
    article: Article,
    random: Random,
) -> Pair:
    words = random.choice(article.paragraphs).text.split()
    return Pair(
        question=question,
        passage=passage,
        answer=answer,
        kind=kind,
        title=article.title.replace("_", " "),
        headline=" ".join(words[: random.randint(5, 11)]).rstrip(".,;:"),
    )


def _best_place(question: Question, text: str) -> tuple[int, int] | None:
    """The answer's place; of several, the one whose sentence shares most words with the question.

    The rebuilt files point at the first occurrence, which often is another one.
    """
    if not question.answers:
        return None
    gold, first = question.answers[0]
    asked, places, at = set(question.text.lower().split()), [], text.find(gold)
    while at >= 0:
        places.append((at, at + len(gold)))
        at = text.find(gold, at + 1)
    places = places or [(first, first + len(gold))]

    def shared(place: tuple[int, int]) -> int:
        return len(asked & set(text[slice(*_sentence_around(text, place))].lower().split()))

    return max(places, key=shared)


def _sentence_around(text: str, place: tuple[int, int]) -> tuple[int, int]:
    touched = [s for s in squad.sentence_bounds(text) if s[0] < place[1] and s[1] > place[0]]
    return (touched[0][0], touched[-1][1]) if touched else (0, len(text))


class Bm25:
    """BM25 over texts, with English stems and stop words."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self._stemmer = Stemmer.Stemmer("english")
        self._index = bm25s.BM25()
        self._index.index(self._words(texts), show_progress=False)

    def best(self, questions: list[str], count: int) -> list[list[str]]:
        """The best `count` texts for each question, best first."""
        return [[self.texts[i] for i in row] for row in self.rank(questions, count)[0]]

    def rank(self, questions: list[str], count: int) -> tuple[np.ndarray, np.ndarray]:
        """Places and scores [question, rank] of the best texts for each question."""
        count = min(count, len(self.texts))
        return self._index.retrieve(self._words(questions), k=count, show_progress=False)

    def _words(self, texts: list[str]) -> object:
        return bm25s.tokenize(texts, stopwords="en", stemmer=self._stemmer, show_progress=False)
