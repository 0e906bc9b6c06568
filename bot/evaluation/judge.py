"""Opens the chat model of the judged measures."""

from retrieval.evaluation.measures.judged import ModelJudge
from retrieval.settings import Settings


def make_judge(settings: Settings, name: str) -> ModelJudge:
    """Give a judge by the LangChain model `provider:model`, with the limits of the settings.

    Raises:
        SettingsError: The name is not of that form.
        ModelError: The provider's package is missing, or refuses its settings.
    """
    from retrieval.chat.model import open_chat

    return ModelJudge(open_chat(settings.model_copy(update={"model": name}), free_form=True))
