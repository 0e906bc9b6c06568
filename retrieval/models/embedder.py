"""Texts as vectors, by the shipped MiniLM or a provider, and how like each other they are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings
from pydantic import SecretStr
from typing_extensions import override

from retrieval.chat.providers import known_providers, not_installed
from retrieval.errors import ModelError
from retrieval.models.kept_vectors import KeptVectors
from retrieval.models.weights import (
    load_tokenizer,
    open_session,
    thread_a_core,
    weights_sha256,
)
from retrieval.settings import Settings
from retrieval.text.words import ENGLISH
from retrieval.types import Article

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np
    import numpy.typing as npt
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

    Floats = npt.NDArray[np.float32]


BUILTIN = "builtin"
_WEIGHTS = "embedder.onnx"
_CLS, _SEP = 101, 102
_SPECIAL_TOKENS = 2
_SHA_CHARS = 12


class Embedder(Embeddings):
    """Turns texts into vectors whose cosine says how alike they are in meaning.

    `name` tells embedders apart whose vectors must not meet in one index. `max_tokens` is the
    longest passage, counted by `count_tokens`. One that is local costs no money and no call: a
    search may then compare every sentence of many passages.
    """

    name: str
    is_local = False
    # MiniLM was trained on no more; passages keep it with every provider, so that one chunker
    # serves all of them.
    max_tokens = 256

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        return load_tokenizer()

    def load(self) -> None:
        """Load now what the first text needs."""
        _ = self._tokenizer

    def count_tokens(self, text: str) -> int:
        """Count tokens as the shipped embedder does, its two special ones included."""
        return len(self._tokenizer.encode(text).ids)


class BuiltinEmbedder(Embedder):
    """All-MiniLM-L6-v2 as int8 ONNX: 384 numbers of length 1, no network, any thread.

    Texts run one at a time, one thread a core. Dynamic int8 takes one scale for a whole batch, so
    only this gives a text the same vector whatever else is ingested; it is also twice as quick
    on two cores as padded batches, and the memory stays flat.
    """

    is_local = True

    def __init__(self) -> None:
        self.name = f"{BUILTIN} all-MiniLM-L6-v2 int8 {weights_sha256(_WEIGHTS)[:_SHA_CHARS]}"

    @cached_property
    def _threads(self) -> "ThreadPoolExecutor":
        return thread_a_core()

    @cached_property
    def _session(self) -> "InferenceSession":
        return open_session(_WEIGHTS)

    @override
    def load(self) -> None:
        super().load()
        _ = self._session

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Give one vector a text, in order.

        Raises:
            ValueError: A text has more than `max_tokens` tokens; nothing is cut in silence.
        """
        encoded = [self._tokenizer.encode(text).ids for text in texts]
        longest = max(map(len, encoded), default=0)
        if longest > self.max_tokens:
            raise ValueError(f"a passage has {longest} tokens, {self.max_tokens} is the most")
        session = self._session
        on_cores = self._threads.map if len(encoded) > 1 else map
        return [vector.tolist() for vector in on_cores(partial(_run, session), encoded)]

    def embed_query(self, text: str) -> list[float]:
        """Give the vector of a question; one of over 256 tokens is the mean of its windows."""
        import numpy as np

        ids = self._tokenizer.encode(text, add_special_tokens=False).ids
        room = self.max_tokens - _SPECIAL_TOKENS
        windows = [ids[at : at + room] for at in range(0, len(ids), room)] or [[]]
        vectors = [_run(self._session, [_CLS, *window, _SEP]) for window in windows]
        mean = np.mean(vectors, axis=0)
        return [float(x) for x in mean / np.linalg.norm(mean)]


class ProviderEmbedder(Embedder):
    """Embeddings of `provider:model` by LangChain, with address and key handed over explicitly."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.embeddings
        self._provider, _, self._model_name = settings.embeddings.partition(":")
        self._settings = settings

    @cached_property
    def _model(self) -> Embeddings:
        from langchain.embeddings import init_embeddings

        try:
            return init_embeddings(
                self._model_name,
                provider=self._provider,
                **_arguments(self._provider, self._settings),
            )
        except ImportError as error:
            raise ModelError(not_installed(self._provider)) from error
        except ValueError as error:
            raise ModelError(
                f"DATELINE_EMBEDDINGS={self.name} cannot be set up; look at its key; it "
                f"takes builtin, or provider:model of {known_providers(embeddings=True)}"
            ) from error

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Give one vector a text, in order; ModelError if the provider fails."""
        try:
            return self._model.embed_documents(texts)
        except Exception as error:  # every provider raises its own kinds
            raise self._failure(error) from error

    def embed_query(self, text: str) -> list[float]:
        """Give the vector of a question; ModelError if the provider fails."""
        try:
            return self._model.embed_query(text)
        except Exception as error:  # every provider raises its own kinds
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> ModelError:
        if isinstance(error, ModelError):
            return error
        return ModelError(
            f"the embeddings provider {self.name} failed ({type(error).__name__}); try again, or "
            "check DATELINE_EMBEDDINGS_URL and DATELINE_EMBEDDINGS_KEY"
        )


def weak_for(embedder: Embedder, articles: Iterable[Article]) -> str | None:
    """Say which articles the embedder finds badly by meaning; None if it suits them all."""
    if not embedder.name.startswith(BUILTIN):
        return None
    others = Counter(one.language for one in articles if one.language not in (None, ENGLISH))
    if not others:
        return None
    told = ", ".join(f"{count:,} in {language}" for language, count in others.most_common())
    return (
        f"articles in other languages than English ({told}): the built-in embedder finds them by"
        " their words rather than by meaning; DATELINE_EMBEDDINGS takes a model of many languages"
    )


def make_embedder(settings: Settings) -> Embedder:
    """Give the embedder that the settings name; weights are loaded at the first use."""
    return BuiltinEmbedder() if settings.embeddings == BUILTIN else ProviderEmbedder(settings)


def _run(session: "InferenceSession", ids: Sequence[int]) -> "Floats":
    import numpy as np

    row = np.array([ids], dtype=np.int64)
    inputs = {
        "input_ids": row,
        "attention_mask": np.ones_like(row),
        "token_type_ids": np.zeros_like(row),
    }
    (vectors,) = session.run(["embedding"], inputs)
    return np.asarray(vectors[0], dtype=np.float32)


def _arguments(provider: str, settings: Settings) -> dict[str, str | SecretStr | bool]:
    own = {"openai": settings.openai_api_key, "google_genai": settings.google_api_key}
    given: dict[str, str | SecretStr | bool] = {}
    if key := settings.embeddings_key or own.get(provider):
        given["google_api_key" if provider == "google_genai" else "api_key"] = key
    if settings.embeddings_url:
        given["base_url"] = settings.embeddings_url
    if provider == "openai":
        # It would send token numbers, which compatible servers refuse, and fetch a token table.
        given["check_embedding_ctx_length"] = False
    return given


# 13 MB.
_REMEMBERED = 16_384
KEPT_PASSAGES = 2_400
"""Of about so many passages, or 350 articles, the sentences are all remembered."""
# Half the room, and a cosine is off by less than .001. Vectors have this form from the first time
# on, so that it is no matter whether one was kept.
_KEPT_AS = "<f2"


class Likeness:
    """Compares sentences with questions; the vectors of those seen lately are at hand."""

    def __init__(self, embedder: Embedder, file: Path | None = None) -> None:
        """Take what makes vectors, and where they are kept; without a file in memory alone."""
        made = embedder.name, embedder.embed_documents
        self._kept = KeptVectors(*made, _packed, file, most=_REMEMBERED)

    def load(self) -> None:
        """Read now what is kept."""
        self._kept.load()

    def to(self, asked: Sequence[float], sentences: Sequence[str]) -> list[float]:
        """Give the cosine of each sentence to the vector of a question, in order."""
        if not sentences:
            return []
        import numpy as np

        cosines = self._matrix(sentences) * _units(np.asarray([asked], np.float32))
        return [float(one) for one in cosines.sum(axis=1)]

    def to_the_middle(self, sentences: Sequence[str]) -> list[float]:
        """Give the cosine of each sentence to the middle of them all, in order."""
        if not sentences:
            return []
        return self.to(self._matrix(sentences).sum(axis=0).tolist(), sentences)

    def learn(self, sentences: Sequence[str]) -> None:
        """Embed what is not known yet."""
        self._kept.of(sentences)

    def forget(self, sentences: Sequence[str]) -> None:
        """Let go of the vectors of what is no longer held, in memory and in the file."""
        self._kept.forget(sentences)

    def forget_all(self) -> None:
        """Let go of all vectors."""
        self._kept.forget_all()

    def _matrix(self, sentences: Sequence[str]) -> "Floats":
        import numpy as np

        data = b"".join(self._kept.of(sentences))
        return np.frombuffer(data, _KEPT_AS).reshape(len(sentences), -1).astype(np.float32)


def _packed(vector: Sequence[float]) -> bytes:
    """Give the vector with length 1, as it is kept; not every embedder gives it so."""
    import numpy as np

    return _units(np.asarray([vector], np.float32)).astype(_KEPT_AS).tobytes()


def _units(vectors: "Floats") -> "Floats":
    import numpy as np

    lengths: Floats = np.sqrt((vectors * vectors).sum(axis=1, keepdims=True))
    lengths[lengths == 0] = 1
    return vectors / lengths
