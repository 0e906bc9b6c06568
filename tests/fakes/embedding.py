"""An embedder that says what it was asked."""

from retrieval.models.embedder import BuiltinEmbedder


class CountingEmbedder(BuiltinEmbedder):
    """The shipped embedder, with the queries that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.queries: list[str] = []

    def embed_query(self, text: str) -> list[float]:
        self.queries.append(text)
        return super().embed_query(text)
