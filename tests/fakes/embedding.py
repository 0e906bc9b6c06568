"""An embedder that says what it was asked."""

from collections.abc import Sequence

from typing_extensions import override

from retrieval.models.embedder import BuiltinEmbedder


class CountingEmbedder(BuiltinEmbedder):
    """The shipped embedder, with the queries and the other texts that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.queries: list[str] = []
        self.texts: list[str] = []

    @override
    def embed_query(self, text: str) -> list[float]:
        self.queries.append(text)
        return super().embed_query(text)

    @override
    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        self.texts += texts
        return super().embed_documents(list(texts))
