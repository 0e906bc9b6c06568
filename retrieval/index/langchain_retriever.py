"""The library as a LangChain retriever; apart, because LangChain takes long to import."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.index.library import Library
from retrieval.record import hit_record
from retrieval.types import Filters


class LibraryRetriever(BaseRetriever):
    """Gives the best passages as documents, for any LangChain chain.

    A document's metadata has what a hit of `dateline search --json` has, and the `hit` itself.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    k: int = 10
    filters: Filters = Filters()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002  LangChain passes it
    ) -> list[Document]:
        return [
            Document(
                id=hit.passage.passage_id,
                page_content=hit.passage.text,
                metadata={**hit_record(hit), "hit": hit},
            )
            for hit in self.library.search(query, k=self.k, filters=self.filters)
        ]
