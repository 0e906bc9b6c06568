"""Embeddings: close to the official weights, the same in any company, nothing cut in silence."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import numpy as np
import pytest

from retrieval.errors import ModelError
from retrieval.models import weights
from retrieval.models.embedder import BuiltinEmbedder, ProviderEmbedder, make_embedder
from retrieval.settings import Settings

DATA = Path(__file__).parents[1] / "data"


def test_vectors_are_close_to_those_of_the_official_weights(embedder: BuiltinEmbedder) -> None:
    texts = json.loads((DATA / "embedder_texts.json").read_text("utf-8"))
    official = np.load(DATA / "embedder_fp32.npz")["vectors"].astype(np.float32)

    vectors = np.array(embedder.embed_documents(texts))

    cosines = (vectors * official).sum(axis=1) / np.linalg.norm(official, axis=1)
    assert cosines.mean() >= 0.98
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_text_has_the_same_vector_in_any_company(embedder: BuiltinEmbedder) -> None:
    alone = embedder.embed_documents(["Rain fell on Bergen."])
    among = embedder.embed_documents(["Short.", "Rain fell on Bergen.", "A long one. " * 30])

    assert among[1] == alone[0]
    assert embedder.embed_query("Rain fell on Bergen.") == pytest.approx(alone[0], abs=1e-6)


def test_a_question_is_near_the_passage_that_answers_it(embedder: BuiltinEmbedder) -> None:
    near, far = embedder.embed_documents(["The ferry sank on Monday.", "Apples are red fruit."])

    question = embedder.embed_query("When did the boat go down?")

    assert np.dot(question, near) > np.dot(question, far) + 0.2


def test_a_passage_over_the_limit_is_refused_and_not_cut(embedder: BuiltinEmbedder) -> None:
    longest = "word " * (embedder.max_tokens - 2)

    assert embedder.count_tokens(longest) == embedder.max_tokens
    assert len(embedder.embed_documents([longest])[0]) == 384
    with pytest.raises(ValueError, match="257 tokens, 256 is the most"):
        embedder.embed_documents(["fine", longest + "more"])


def test_every_part_of_a_very_long_question_counts(embedder: BuiltinEmbedder) -> None:
    padding = "the weather of the north was mild and dry " * 80
    about_ferry, about_apples = embedder.embed_documents(["A ferry sank.", "Apples are fruit."])

    question = embedder.embed_query(padding + "a ferry sank and all passengers drowned " * 30)

    assert np.dot(question, about_ferry) > np.dot(question, about_apples)
    assert np.linalg.norm(question) == pytest.approx(1)


@pytest.mark.parametrize("text", ["", " ", "🙂", "Где встретились министры?"])
def test_any_question_has_a_vector(embedder: BuiltinEmbedder, text: str) -> None:
    assert np.linalg.norm(embedder.embed_query(text)) == pytest.approx(1)


def test_no_texts_have_no_vectors(embedder: BuiltinEmbedder) -> None:
    assert embedder.embed_documents([]) == []


def test_the_name_changes_with_the_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: BuiltinEmbedder
) -> None:
    (tmp_path / "models.json").write_text('{"embedder.onnx": {"sha256": "other"}}', "utf-8")
    monkeypatch.setattr(weights, "MODELS", tmp_path)

    assert BuiltinEmbedder().name != embedder.name


def test_weights_that_were_changed_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("models.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((weights.MODELS / name).read_bytes())
    (tmp_path / "embedder.onnx").write_bytes(b"not the weights")
    monkeypatch.setattr(weights, "MODELS", tmp_path)

    with pytest.raises(ModelError, match="install Dateline again"):
        BuiltinEmbedder().embed_query("anything")


def embeddings_settings(name: str, **more: object) -> Settings:
    return Settings(_env_file=None, embeddings=name, **more)


def test_the_setting_chooses_the_embedder() -> None:
    assert isinstance(make_embedder(embeddings_settings("builtin")), BuiltinEmbedder)
    assert isinstance(make_embedder(embeddings_settings("ollama:minilm")), ProviderEmbedder)


def test_a_provider_that_is_not_installed_is_named_with_its_extra() -> None:
    embedder = make_embedder(embeddings_settings("ollama:minilm"))

    with pytest.raises(ModelError, match="uv sync --extra ollama, or pip install"):
        embedder.embed_query("anything")


@pytest.mark.parametrize("name", ["nobody:model", "openai:", "just-a-name"])
def test_a_provider_that_there_is_not_is_a_named_error(name: str) -> None:
    with pytest.raises(ModelError, match=r"DATELINE_EMBEDDINGS=.* of openai, ollama, goog"):
        make_embedder(embeddings_settings(name)).embed_query("anything")


def test_an_error_of_the_provider_says_no_key() -> None:
    embedder = make_embedder(
        embeddings_settings(
            "openai:any", embeddings_key="sk-secret", embeddings_url="http://127.0.0.1:9/v1"
        )
    )

    with pytest.raises(ModelError, match="openai:any failed") as caught:
        embedder.embed_documents(["anything"])

    assert "sk-secret" not in str(caught.value)


class _Provider(BaseHTTPRequestHandler):
    """An OpenAI-compatible server on loopback whose vectors are made of the text's length."""

    asked: ClassVar[list[tuple[str, str, object]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, self.headers["Authorization"], body["input"]))
        data = [
            {"object": "embedding", "index": at, "embedding": [len(text), 1.0]}
            for at, text in enumerate(body["input"])
        ]
        reply = json.dumps({"object": "list", "data": data, "model": "any", "usage": {}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


def test_a_provider_gets_texts_address_and_key_from_the_settings() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Provider) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/v1"
        embedder = make_embedder(
            embeddings_settings("openai:any", embeddings_key="sk-own", embeddings_url=url)
        )

        vectors = embedder.embed_documents(["four", "seven77"])
        server.shutdown()

    assert vectors == [[4.0, 1.0], [7.0, 1.0]]
    assert _Provider.asked == [("/v1/embeddings", "Bearer sk-own", ["four", "seven77"])]
    assert embedder.count_tokens("four seven") == 4
