"""Tiny newsrooms: one with systems that answer by script, one really indexed for the command."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.cli import exit_code
from retrieval.errors import ArticleError
from retrieval.evaluation.questions import GoldEvidence, GoldQuestion, find_gold
from retrieval.evaluation.runner import EvalRow, evaluate
from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from retrieval.settings import Settings
from retrieval.types import Answer, Article, Citation, Filters, Hit, Passage, Refusal, Statement

HARBOUR = (
    "The harbour of Lerwick was closed for nine hours on Monday. "
    "Captain Ivy Moar said the ferry had struck a crane.\n\n"
    "Repairs will cost two million pounds, the council said."
)
VALLEY = (
    "Farmers in the valley lost half of their apples to frost. "
    "The growers' union asked for help on Tuesday.\n\n"
    "Snow is forecast for the weekend."
)
TEXTS = {"harbour": HARBOUR, "valley": VALLEY}


class ScriptedLibrary:
    """Two articles, a passage a paragraph; ranked by how many words they share with the query."""

    def __init__(self, texts: Mapping[str, str] = TEXTS) -> None:
        self._texts = texts
        self.asked: list[tuple[str, Filters]] = []

    def find_article(self, name: str) -> Article:
        for known in self._texts:
            if name in (known, f"{known}.txt"):
                return Article(article_id=known, source=f"{known}.txt", title=known.title())
        raise ArticleError(f"no article {name!r}; `dateline sources` lists them")

    def article_text(self, article_id: str) -> str:
        if article_id not in self._texts:
            raise ArticleError(f"no article {article_id!r}")
        return self._texts[article_id]

    def passages(self) -> list[Passage]:
        found = []
        for name, text in self._texts.items():
            for paragraph in text.split("\n\n"):
                start = text.index(paragraph)
                article, end = self.find_article(name), start + len(paragraph)
                found.append(
                    Passage(
                        passage_id=f"{name}:{start}",
                        article=article,
                        text=paragraph,
                        start=start,
                        end=end,
                    )
                )
        return found

    def search(self, query: str, *, k: int, filters: Filters) -> list[Hit]:
        self.asked.append((query, filters))
        words = set(query.lower().split())
        shared = [(len(words & set(p.text.lower().split())), p) for p in self.passages()]
        ranked = sorted(shared, key=lambda pair: -pair[0])[:k]
        return [
            Hit(passage=passage, rank=rank, score=float(score))
            for rank, (score, passage) in enumerate(ranked, start=1)
        ]

    def cite(self, name: str, quote: str, n: int = 1) -> Citation:
        """Cite words that stand in the article."""
        start = self._texts[name].index(quote)
        passage = next(
            p
            for p in self.passages()
            if p.article.article_id == name and p.start <= start and start + len(quote) <= p.end
        )
        return Citation(n=n, passage=passage, quote=quote, start=start, end=start + len(quote))


def answered(question: str, *citations: Citation, text: str | None = None) -> Answer:
    """Give an answer that says what it quotes, a statement a citation."""
    statements = tuple(Statement(text=text or c.quote, citations=(c.n,)) for c in citations)
    said = text or " ".join(f"{c.quote} [{c.n}]" for c in citations)
    return Answer(
        question=question,
        standalone_question=question,
        text=said,
        model="scripted",
        statements=statements,
        citations=citations,
        confidence=0.9,
    )


def refused(question: str) -> Answer:
    return Answer(
        question=question,
        standalone_question=question,
        text="The articles do not say.",
        model="scripted",
        refusal=Refusal(reason="nothing answers"),
        confidence=0.1,
    )


Change = Callable[[str, Answer], Answer]


@dataclass
class ScriptedSystem:
    """Gives the scripted answers, each through `change`; what has no script is refused."""

    library: ScriptedLibrary
    script: Mapping[str, Answer]
    change: Change = lambda _, answer: answer

    def answer(
        self,
        question: str,
        *,
        history: Sequence[str],
        filters: Filters,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        return self.change(question, self.script.get(question, refused(question)))

    def check(self, claim: str, *, filters: Filters) -> Answer:
        answer = self.answer(claim, history=(), filters=filters)
        return replace(answer, verdict="not found" if answer.refusal else "supported")


CLOSED = "The harbour of Lerwick was closed for nine hours on Monday."
CRANE = "Captain Ivy Moar said the ferry had struck a crane."
APPLES = "Farmers in the valley lost half of their apples to frost."
Q_CLOSED, Q_CRANE = "How long was the harbour closed?", "What did the ferry strike?"
Q_APPLES, Q_MAYOR = "What did the frost destroy?", "Who is the mayor of Lerwick?"
Q_MOON = "How far is the moon?"


class Newsroom:
    """The library, four questions with gold over it, and systems that are honest or not."""

    def __init__(self) -> None:
        self.library = ScriptedLibrary()
        self.questions = (
            self.asked("closed", Q_CLOSED, "harbour", CLOSED, "nine hours", kind="fact"),
            self.asked("crane", Q_CRANE, "harbour", CRANE, "a crane", kind="fact"),
            self.asked("apples", Q_APPLES, "valley", APPLES, "apples", kind="paraphrase"),
            GoldQuestion(id="mayor", question=Q_MAYOR, answerable=False, kind="unanswerable"),
            GoldQuestion(id="moon", question=Q_MOON, answerable=False, kind="unanswerable"),
        )
        self.script = {
            Q_CLOSED: answered(Q_CLOSED, self.library.cite("harbour", CLOSED)),
            Q_CRANE: answered(Q_CRANE, self.library.cite("harbour", CRANE)),
            Q_APPLES: answered(Q_APPLES, self.library.cite("valley", APPLES)),
        }

    @staticmethod
    def asked(
        name: str, question: str, source: str, quote: str, answer: str, *, kind: str
    ) -> GoldQuestion:
        return GoldQuestion(
            id=name,
            question=question,
            answerable=True,
            answers=(answer,),
            evidence=(GoldEvidence(source=f"{source}.txt", quote=quote),),
            kind=kind,
            split="dev",
            place=f"set.jsonl:{name}",
        )

    def system(self, change: Change = lambda _, answer: answer) -> ScriptedSystem:
        return ScriptedSystem(self.library, self.script, change)

    def run(self, change: Change = lambda _, answer: answer, **options: bool) -> list[EvalRow]:
        gold = find_gold(self.questions, self.library)
        return list(evaluate(self.system(change), self.questions, gold.spans, **options))


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom()


@pytest.fixture
def say() -> Callable[..., Answer]:
    """Give `say(question, *citations)`, an answer that says what it quotes."""
    return answered


@pytest.fixture
def refuse() -> Callable[[str], Answer]:
    return refused


def hit(text: str, rank: int, article_id: str = "a") -> Hit:
    article = Article(article_id=article_id, source=f"{article_id}.txt", title="")
    passage = Passage(passage_id=str(rank), article=article, text=text, start=0, end=len(text))
    return Hit(passage=passage, rank=rank, score=1 / rank)


@pytest.fixture
def hits() -> Callable[..., list[Hit]]:
    """Give `hits(*texts)`: passages of article `a` in that order."""
    return lambda *texts: [hit(text, rank) for rank, text in enumerate(texts, start=1)]


ARTICLES = {
    "harbour": (
        "The harbour of Lerwick was closed for nine hours on Monday after an accident. "
        "Captain Ivy Moar said that the ferry had struck a crane while it was turning in the "
        "wind.\n\nRepairs to the crane will cost two million pounds, the town council said."
    ),
    "valley": (
        "Farmers in the valley lost half of their apples to the frost in April. "
        "The growers' union asked the government for help on Tuesday."
    ),
}


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("newsroom")
    articles = folder / "articles"
    articles.mkdir()
    for name, text in ARTICLES.items():
        (articles / f"{name}.txt").write_text(text, "utf-8")
    with open_library(Settings(index=folder / "index")) as library:
        ingest(library, [articles])
    return folder / "index"


@pytest.fixture(name="evaluate")
def command(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., int]]:
    """Run `dateline eval` in an empty folder over the newsroom's index."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATELINE_INDEX", str(index))
    return lambda *arguments: exit_code(["eval", *arguments])
