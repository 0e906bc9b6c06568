"""An article of our own, as evidence for writers and checks; its sentences are numbered from 1."""

from retrieval.draft import Evidence
from retrieval.text.sentences import passage_sentences
from retrieval.types import Article, Hit, Passage

ARTICLE = Article(
    article_id="harbour",
    source="harbour.txt",
    title="Varnholm closes its ferry terminal",
    outlet="The Varnholm Post",
    author="Ida Strand",
    published="2021-03-12",
    kind="news",
)
TEXT = (
    "The council of Varnholm voted on Tuesday to close the old ferry terminal. "
    "Nine members were in favor and four were against it after a three-hour debate. "
    "Mayor Astrid Lindqvist called the decision painful but necessary. "
    "She said that the terminal had lost 12 percent of its traffic since 2015. "
    "Tomas Brekke of the Harbor Union handed over half a million signatures against the plan. "
    "Nordic Rail did not bid for the site. "
    "The terminal was built in 1931."
)
START = 40


def passage(text: str = TEXT, *, article: Article = ARTICLE) -> Passage:
    return Passage(
        passage_id=f"{article.article_id}-0",
        article=article,
        text=text,
        start=START,
        end=START + len(text),
    )


def evidence(text: str = TEXT, *, article: Article = ARTICLE) -> Evidence:
    held = passage(text, article=article)
    return Evidence(passage=held, sentences=passage_sentences(held), probability=0.9)


def hit(text: str = TEXT, *, article: Article = ARTICLE, rank: int = 1) -> Hit:
    return Hit(passage=passage(text, article=article), rank=rank, score=1.0)
