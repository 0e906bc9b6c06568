"""Articles and evidence made up for the tests of picking and quoting."""

from retrieval.draft import Evidence
from retrieval.text.sentences import passage_sentences
from retrieval.types import Article, Passage

TEXT = "Ida Huber bought a mill in 1921. She sold it two years later. Nobody knows why."


def article(number: int, **fields: str) -> Article:
    return Article(
        article_id=f"a{number}", source=f"{number}.txt", title=f"Title {number}", **fields
    )


def evidence(
    text: str, words: str, *, about: Article, probability: float = 0.9, worth: float = 0.0
) -> Evidence:
    passage = Passage(
        passage_id=f"{about.article_id}-{text[:8]}",
        article=about,
        text=text,
        start=100,
        end=100 + len(text),
    )
    start = 100 + text.index(words)
    return Evidence(
        passage=passage,
        sentences=passage_sentences(passage),
        probability=probability,
        worth=worth,
        span=(start, start + len(words)),
    )
