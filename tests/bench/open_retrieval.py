"""All SQuAD paragraphs as one collection: BM25 and dense rankings of them for a question."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random

import numpy as np
from reader import squad
from reader.bm25 import Bm25

from retrieval.models.weights import load_tokenizer, open_session, weights_sha256

EMBEDDED_TOKENS = 256
BATCH = 16
QUESTIONS = 2000


def all_paragraphs(data: Path) -> list[str]:
    """The 20,963 paragraphs of SQuAD 1.1 train and dev, in file order."""
    files = (squad.TRAIN_FILE, squad.DEV_FILE)
    return [p.text for f in files for a in squad.read_articles(data / f) for p in a.paragraphs]


def asked(data: Path, part: str) -> list[tuple[str, str]]:
    """(question, its paragraph) from SQuAD 1.1 dev.

    `measure`: 2,000 questions drawn from all articles but the 18 trainable ones; `calibrate`: all
    questions of the three articles that are kept for calibration.
    """
    titles = squad.split_titles(data)
    known = titles["train"] | titles["calibrate"]
    rows = {
        q.id: (q.text, p.text)
        for a in squad.read_articles(data / squad.DEV_FILE)
        if (a.title in titles["calibrate"] if part == "calibrate" else a.title not in known)
        for p in a.paragraphs
        for q in p.questions
    }
    ids = list(rows) if part == "calibrate" else Random(0).sample(list(rows), QUESTIONS)
    return [rows[i] for i in ids]


def embed(texts: list[str]) -> np.ndarray:
    """Vectors [text, 384] of the shipped embedder."""
    session, tokenizer = open_session("embedder.onnx"), load_tokenizer()
    vectors = np.zeros((len(texts), 384), np.float32)
    for places in _by_length(texts):
        encoded = [tokenizer.encode(texts[i]).ids[:EMBEDDED_TOKENS] for i in places]
        ids = np.zeros((len(encoded), max(map(len, encoded))), np.int64)
        for row, tokens in enumerate(encoded):
            ids[row, : len(tokens)] = tokens
        mask = (ids > 0).astype(np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        vectors[places] = session.run(None, feed)[0]
    return vectors


def _by_length(texts: list[str]) -> Iterator[list[int]]:
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for at in range(0, len(order), BATCH):
        yield order[at : at + BATCH]


def kept_vectors(texts: list[str], work: Path) -> np.ndarray:
    """Vectors of the texts, kept in `work` for as long as texts and embedder are the same."""
    made_of = "\0".join([weights_sha256("embedder.onnx"), *texts]).encode()
    kept = work / f"vectors_{sha256(made_of).hexdigest()[:16]}.npy"
    if not kept.exists():
        work.mkdir(parents=True, exist_ok=True)
        np.save(kept, embed(texts))
    return np.load(kept)


class Collection:
    """The paragraphs with both indexes; the vectors are kept in `work` between runs."""

    def __init__(self, texts: list[str], work: Path) -> None:
        self.texts = texts
        self.bm25 = Bm25(texts)
        self.vectors = kept_vectors(texts, work)

    def scores(self, questions: list[str], count: int) -> list[dict[int, tuple[float, float]]]:
        """For each question: place of a candidate to (BM25 score, cosine).

        Candidates are the best `count` of either ranking; BM25 is 0 outside its own best 10 x.
        """
        count = min(count, len(self.texts) - 1)
        lexical_places, lexical = self.bm25.rank(questions, 10 * count)
        found = []
        for row, vector in enumerate(embed(questions)):
            cosine = self.vectors @ vector
            terms = dict(zip(lexical_places[row].tolist(), lexical[row].tolist(), strict=True))
            near = np.argpartition(-cosine, count)[:count].tolist()
            places = {*list(terms)[:count], *near}
            found.append({i: (terms.get(i, 0.0), float(cosine[i])) for i in places})
        return found
