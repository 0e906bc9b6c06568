"""Dateline beside what people start with: the same articles, embedder, machine and run.

    UV_LINK_MODE=copy uv sync --group peers --reinstall-package llama-index-core
    uv run --group peers python -m tests.bench.peers seeds guardian [squad=FILE clapnq=FILE] [--all]

(`copy`, since NLTK refuses the hard links that uv makes.) Development questions only, or all with
`--all`; of a public set 100, drawn at random. Each system runs in a process of its own.

- LangChain: `RecursiveCharacterTextSplitter` of 1,000 characters and 200 overlap, its Chroma,
  similarity.
- LlamaIndex: `VectorStoreIndex.from_documents` and its retriever; and the source chunks that its
  `CitationQueryEngine` hands a model.

All get the clean texts; Dateline alone reads and cleans the files itself, which counts in its
ingest. None of the peers has a reader: the sentence that they would show first is the one of the
first passage that the embedder finds closest to the question. A refusal of Dateline's is no first
sentence.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from langchain_core.embeddings import Embeddings

from retrieval.answer.chain import Answerer
from retrieval.evaluation import gold_quotes
from retrieval.evaluation.gold_quotes import GoldSpan
from retrieval.evaluation.public_sets import read_public, write_articles
from retrieval.evaluation.questions import GoldQuestion, find_gold, read_questions
from retrieval.evaluation.wording import fold
from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from retrieval.models.embedder import BuiltinEmbedder
from retrieval.settings import Settings
from retrieval.text.sentences import sentence_spans
from retrieval.types import Article, Hit, Passage

ROOT = Path(__file__).parents[2]
PUBLIC_QUESTIONS = 100
SHOWN, CUT = 4, gold_quotes.CUT
CHUNK_CHARS, OVERLAP_CHARS = 1000, 200  # what LangChain's own tutorial takes
Found = list[tuple[str, str]]
"""Article ids and texts, best first."""


@dataclass(frozen=True)
class Task:
    """One set: its files, its clean texts by article id, its questions with their gold."""

    folder: Path
    texts: dict[str, str]
    questions: tuple[GoldQuestion, ...]
    gold: dict[str, tuple[GoldSpan, ...]]


class Cut(Embeddings):
    """The shipped embedder for texts of any length: it sees the first 256 tokens, as MiniLM does
    wherever else it runs."""

    def __init__(self) -> None:
        self.shipped = BuiltinEmbedder()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self.shipped.embed_documents([self._cut(text) for text in texts])

    def embed_query(self, text: str) -> list[float]:
        return self.shipped.embed_query(text)

    def _cut(self, text: str) -> str:
        room = self.shipped.max_tokens - 2
        ends = self.shipped._tokenizer.encode(text, add_special_tokens=False).offsets
        return text if len(ends) <= room else text[: ends[room - 1][1]]


class LangChain:
    """Splitter, Chroma on disk, similarity."""

    def __init__(self, room: Path) -> None:
        from langchain_chroma import Chroma
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        self._splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK_CHARS, chunk_overlap=OVERLAP_CHARS
        )
        self.embeddings = Cut()
        self._store = Chroma(embedding_function=self.embeddings, persist_directory=str(room))

    def ingest(self, task: Task) -> int:
        chunks = self._splitter.create_documents(
            list(task.texts.values()), [{"article": name} for name in task.texts]
        )
        most = self._store._client.get_max_batch_size()
        for at in range(0, len(chunks), most):
            self._store.add_documents(chunks[at : at + most])
        return len(chunks)

    def search(self, question: str, k: int) -> Found:
        found = self._store.similarity_search(question, k=k)
        return [(one.metadata["article"], one.page_content) for one in found]


class LlamaIndex:
    """The default index, kept in memory and written as JSON."""

    def __init__(self, room: Path) -> None:
        from llama_index.core import Settings as Llama
        from llama_index.core.base.embeddings.base import BaseEmbedding
        from llama_index.core.llms import MockLLM

        cut = self.embeddings = Cut()

        class Adapter(BaseEmbedding):
            def _get_query_embedding(self, query: str) -> list[float]:
                return cut.embed_query(query)

            def _get_text_embedding(self, text: str) -> list[float]:
                return cut.embed_documents([text])[0]

            def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
                return cut.embed_documents(texts)

            async def _aget_query_embedding(self, query: str) -> list[float]:
                return cut.embed_query(query)

        Llama.embed_model, Llama.llm = Adapter(), MockLLM()
        self._room = room

    def ingest(self, task: Task) -> int:
        from llama_index.core import Document, VectorStoreIndex

        documents = [
            Document(text=text, metadata={"article": name}) for name, text in task.texts.items()
        ]
        self._index = VectorStoreIndex.from_documents(documents)
        self._index.storage_context.persist(str(self._room))
        return len(self._index.index_struct.nodes_dict)

    def nodes(self, question: str, k: int) -> Sequence[Any]:
        return self._index.as_retriever(similarity_top_k=k).retrieve(question)

    def search(self, question: str, k: int) -> Found:
        nodes = self.nodes(question, k)
        return [(one.node.metadata["article"], one.node.get_content()) for one in nodes]


class Cited(LlamaIndex):
    """What LlamaIndex's CitationQueryEngine numbers as sources: its nodes in smaller chunks."""

    def nodes(self, question: str, k: int) -> Sequence[Any]:
        from llama_index.core.query_engine import CitationQueryEngine
        from llama_index.core.schema import QueryBundle

        engine = CitationQueryEngine.from_args(self._index, similarity_top_k=k)
        return engine._create_citation_nodes(engine.retrieve(QueryBundle(question)))[:k]


class Dateline:
    """This package, as it comes."""

    def __init__(self, room: Path) -> None:
        self._library = open_library(Settings(_env_file=None, index=room))
        self._answerer = Answerer(self._library)
        self.embeddings = self._library.embedder

    def ingest(self, task: Task) -> int:
        ingest(self._library, [task.folder])
        return sum(article.passages for article in self._library.articles())

    def search(self, question: str, k: int) -> Found:
        hits = self._library.search(question, k=k)
        return [(hit.passage.article.article_id, hit.passage.text) for hit in hits]

    def first_sentence(self, question: str) -> tuple[str, str]:
        answer = self._answerer.answer(question)
        if answer.refusal or not answer.citations:
            return "", ""
        first = answer.citations[0]
        return first.article.article_id, first.quote


SYSTEMS: dict[str, Callable[[Path], Any]] = {
    "Dateline": Dateline,
    "LangChain + Chroma": LangChain,
    "LlamaIndex, default index": LlamaIndex,
    "LlamaIndex, CitationQueryEngine": Cited,
}


def closest_sentence(system: Any, question: str, found: Found) -> tuple[str, str]:
    """The first passage's sentence whose vector is closest to the question's."""
    if not found:
        return "", ""
    article, text = found[0]
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    asked = system.embeddings.embed_query(question)
    vectors = system.embeddings.embed_documents(sentences)
    likeness = [sum(a * b for a, b in zip(asked, one, strict=True)) for one in vectors]
    return article, sentences[likeness.index(max(likeness))]


def is_right(shown: tuple[str, str], question: GoldQuestion, gold: Sequence[GoldSpan]) -> bool:
    """Whether the sentence holds an answer, or rests on a gold quote."""
    article, words = shown[0], fold(shown[1])
    return any(span.is_in(article, words) for span in gold) or any(
        fold(answer) in words for answer in question.answers if words
    )


def as_hits(found: Found) -> list[Hit]:
    """What was found in the form that the measures take."""
    return [
        Hit(
            passage=Passage(
                passage_id="",
                article=Article(article_id=name, source=name, title=name),
                text=text,
                start=0,
                end=len(text),
            ),
            rank=rank,
            score=1 / rank,
        )
        for rank, (name, text) in enumerate(found, start=1)
    ]


def measured(name: str, task: Task, room: Path) -> dict[str, object]:
    """Everything about one system on one set."""
    system = SYSTEMS[name](room)
    system.embeddings.embed_query("load the weights")
    began = time.perf_counter()
    chunks = system.ingest(task)
    ingest_s = time.perf_counter() - began
    waits, ranks, right = [], [], []
    for question in task.questions:
        began = time.perf_counter()
        system.search(question.question, SHOWN)
        waits.append(time.perf_counter() - began)
        gold, found = task.gold[question.id], system.search(question.question, CUT)
        ranks.append(gold_quotes.ranks_of_gold(as_hits(found), gold))
        shown = (
            system.first_sentence(question.question)
            if name == "Dateline"
            else closest_sentence(system, question.question, found)
        )
        right.append(is_right(shown, question, gold))
    words = sum(len(text.split()) for text in task.texts.values())
    return {
        "system": name,
        "chunks": chunks,
        "recall@4": mean(gold_quotes.recall_at(SHOWN, one) for one in ranks),
        "success@1": mean(gold_quotes.success_at(1, one) for one in ranks),
        "nDCG@10": mean(gold_quotes.ndcg(one) for one in ranks),
        "first sentence right": mean(map(float, right)),
        "words a second": round(words / ingest_s),
        "search p50 ms": round(1000 * statistics.median(waits), 1),
        "search p95 ms": round(1000 * statistics.quantiles(waits, n=20)[-1], 1),
        "memory MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "disk MB": round(sum(f.stat().st_size for f in room.rglob("*") if f.is_file()) / 1e6, 1),
    }


def mean(values: Iterable[float]) -> float:
    """The mean, to three places."""
    return round(statistics.fmean(values), 3)


def load(name: str, work: Path, *, everything: bool) -> Task:
    """Read a set: texts and gold as Dateline's own clean texts have them."""
    form, _, file = name.partition("=")
    if file:
        public = read_public(Path(file), form)  # type: ignore[arg-type]
        folder = work / "articles"
        folder.mkdir(exist_ok=True)
        write_articles(public.articles, folder / "articles.jsonl")
        asked = list(public.questions)
        chosen = Random(0).sample(asked, min(PUBLIC_QUESTIONS, len(asked)))
    else:
        home = ROOT / "tests" / "collections" / form
        folder = ROOT / "seeds" if form == "seeds" else home / "articles"
        path = ROOT / "tests" if form == "seeds" else home
        read = read_questions([path / "questions.jsonl"]).questions
        chosen = [one for one in read if everything or one.split == "dev"]
    chosen = [one for one in chosen if one.answerable and one.evidence and not one.history]
    with open_library(Settings(_env_file=None, index=work / "gold")) as library:
        if not library.articles():
            ingest(library, [folder])
        texts = {a.article_id: library.article_text(a.article_id) for a in library.articles()}
        gold = dict(find_gold(chosen, library).spans)
    kept = tuple(one for one in chosen if one.id in gold and not one.filters)
    return Task(folder, texts, kept, gold)


def main() -> None:
    """Print a table for each set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="+", metavar="SET")
    parser.add_argument("--all", action="store_true", help="the test questions too")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        task = load(given.sets[0], given.work, everything=given.all)
        with tempfile.TemporaryDirectory(dir=given.work) as room:
            print(json.dumps(measured(given.one, task, Path(room))))
        return
    for name in given.sets:
        with tempfile.TemporaryDirectory() as work:
            count = len(load(name, Path(work), everything=given.all).questions)
            print(f"\n{name.partition('=')[0]}: {count} questions\n", flush=True)
            for place, system in enumerate(SYSTEMS):
                command = [sys.executable, "-m", "tests.bench.peers", name, "--one", system]
                more = ["--work", work, *(["--all"] if given.all else [])]
                done = subprocess.run(
                    [*command, *more], check=True, stdout=subprocess.PIPE, text=True
                )
                row = json.loads(done.stdout.splitlines()[-1])
                if not place:
                    print("|", " | ".join(row), "|\n|" + "---|" * len(row))
                print("|", " | ".join(map(str, row.values())), "|", flush=True)


if __name__ == "__main__":
    main()
