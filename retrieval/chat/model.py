"""The chat model of the settings, made by LangChain: `provider:model`, keys, address, limits."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pydantic import SecretStr

from retrieval.chat.calls import Chat
from retrieval.chat.ledger import Ledger, priced_openai
from retrieval.chat.providers import EXTRAS, known_providers, not_installed
from retrieval.errors import ModelError, SettingsError
from retrieval.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

REPLY_TOKENS = 700
"""Enough for eight statements; an endless reply ends here."""
_NO_KEY = SecretStr("none")
"""Servers at an address of one's own often want some key and look at none."""
Arguments = Mapping[str, object]


def open_chat(
    settings: Settings, *, free_form: bool = False, sleep: Callable[[float], None] = time.sleep
) -> Chat:
    """Give the chat model that the settings name; `sleep` waits between attempts.

    With `free_form` its replies are plain text, else what `writers.reply` reads.

    Raises:
        SettingsError: `DATELINE_MODEL` is not of the form `provider:model`.
        ModelError: The provider's package is missing, or refuses its settings.
    """
    provider, _, name = settings.model.partition(":")
    if not name:
        raise SettingsError("DATELINE_MODEL must be extractive or provider:model, as openai:gpt-5")
    return Chat(
        _made(provider, name, _arguments(provider, settings)),
        name=settings.model,
        timeout_s=settings.model_timeout_s,
        ledger=Ledger(settings.state, keep_days=settings.keep_days, url=settings.state_url),
        daily_tokens=settings.daily_tokens,
        form=None if free_form else _json_form(provider),
        marks_prefix=provider == "anthropic",
        sleep=sleep,
    )


def _made(provider: str, name: str, arguments: Arguments) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    try:
        if provider == "openai":
            return priced_openai(name, arguments)
        made: BaseChatModel = init_chat_model(  # type: ignore[call-overload]  # any provider's arguments
            name, model_provider=provider, **arguments
        )
    except ImportError as error:
        raise ModelError(not_installed(provider)) from error
    except Exception as error:
        told = type(error).__name__
        known = "" if provider in EXTRAS else f"; the known providers are {known_providers()}"
        raise ModelError(
            f"{provider} cannot be used ({told}); look at DATELINE_MODEL and its key{known}"
        ) from error
    return made


def _arguments(provider: str, settings: Settings) -> dict[str, object]:
    """Give what the provider's class takes; retries and time limits are ours, once."""
    key = settings.model_key or _own_key(provider, settings)
    given: dict[str, object] = {}
    if settings.model_url is not None:
        given |= {"base_url": settings.model_url, "temperature": 0}
    if provider == "ollama":
        return given | _ollama_arguments(key, settings)
    if key is not None or settings.model_url:
        given["api_key"] = key or _NO_KEY
    reply = "max_output_tokens" if provider == "google_genai" else "max_tokens"
    limits = {reply: REPLY_TOKENS, "timeout": settings.model_timeout_s, "max_retries": 0}
    return given | limits | ({"stream_usage": True} if provider == "openai" else {})


def _ollama_arguments(key: SecretStr | None, settings: Settings) -> dict[str, object]:
    """Give what Ollama's class takes; it knows no key, though a guarded server may want one.

    Its window is made as large as a question may be: a prompt that is longer loses its beginning,
    the rules, and nobody is told.
    """
    client: dict[str, object] = {"timeout": settings.model_timeout_s}
    if key is not None:
        client["headers"] = {"Authorization": f"Bearer {key.get_secret_value()}"}
    limits = {"num_predict": REPLY_TOKENS, "num_ctx": settings.question_tokens}
    return {**limits, "client_kwargs": client, "temperature": 0}


def _own_key(provider: str, settings: Settings) -> SecretStr | None:
    return {
        "openai": settings.openai_api_key,
        "anthropic": settings.anthropic_api_key,
        "google_genai": settings.google_api_key,
    }.get(provider)


def _json_form(provider: str) -> Arguments | None:
    """Give the call argument that makes the provider keep to our JSON; None where none is known."""
    from retrieval.answer.model_reply import SCHEMA

    schema = dict(SCHEMA)
    named = {"name": "answer", "strict": True, "schema": schema}
    wanted = {"type": "json_schema", "json_schema": named}
    forms: dict[str, Arguments] = {
        # Told outright, OpenAI's client would parse the reply and raise on one that is cut.
        "openai": {"extra_body": {"response_format": wanted}},
        # Anthropic's client says the limits that the server does not take in words.
        "anthropic": {"response_format": wanted},
        "ollama": {"format": schema},
        "google_genai": {"response_mime_type": "application/json", "response_json_schema": schema},
    }
    return forms.get(provider)
