"""What a provider says that a reply cost: some OpenAI-compatible ones tell it beside the tokens.

LangChain's client drops that figure, so its class is taken with one method more.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from retrieval.types import Answer

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.outputs import ChatGenerationChunk

_COST = "cost"
_TOTAL = "total_cost"
"""Some give a table of costs; this is its sum."""
_SMALL = 0.01


def priced_openai(name: str, arguments: Mapping[str, object]) -> "BaseChatModel":
    """Give OpenAI's chat model whose last piece of a reply says its cost, where the server does.

    Raises:
        ImportError: LangChain's package for OpenAI is not installed.
    """
    from langchain_openai import ChatOpenAI

    class PricedChatOpenAI(ChatOpenAI):
        def _convert_chunk_to_generation_chunk(
            self, chunk: dict[str, Any], *args: Any
        ) -> "ChatGenerationChunk | None":
            made = super()._convert_chunk_to_generation_chunk(chunk, *args)
            cost = _told(chunk.get("usage"))
            if made is not None and cost is not None:
                # A list, because pieces are joined, and numbers cannot be.
                made.message.response_metadata[_COST] = [cost]
            return made

    return PricedChatOpenAI(model=name, **arguments)  # type: ignore[arg-type]  # any of its fields


def cost_of(piece: "AIMessage") -> float | None:
    """Give what a piece of a reply says of its cost; None where it says nothing."""
    told = piece.response_metadata.get(_COST)
    return told[0] if told else None


def money(cost: float) -> str:
    """Give a cost in words: that of one reply is a fraction of a cent."""
    return f"{cost:.{4 if cost >= _SMALL else 6}f}"


def counted(answer: Answer) -> str:
    """Give in words what an answer has and took, its cost only where it is told."""
    cost = "" if answer.cost is None else f", cost {money(answer.cost)}"
    return f"{len(answer.citations)} citations, {answer.tokens or 0} tokens{cost}"


def _told(usage: object) -> float | None:
    cost = usage.get(_COST) if isinstance(usage, Mapping) else None
    cost = cost.get(_TOTAL) if isinstance(cost, Mapping) else cost
    if not isinstance(cost, int | float) or isinstance(cost, bool) or cost < 0:
        return None
    return float(cost)
