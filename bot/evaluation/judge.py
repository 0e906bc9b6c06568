"""Opens the chat model of the judged measures."""

from retrieval.evaluation.judge import ModelJudge
from retrieval.settings import Settings


def make_judge(settings: Settings, name: str) -> ModelJudge:
    """Give a judge by the LangChain model `provider:model`.

    Raises:
        ModelError: The provider is unknown, not installed or not set up.
    """
    from retrieval.writers.model import open_model

    return ModelJudge(open_model(settings.model_copy(update={"model": name})), name)
