"""The providers of models that have an extra in pyproject.toml, and what to do without it."""

EXTRAS = {
    "openai": "openai",
    "anthropic": "anthropic",
    "ollama": "ollama",
    "google_genai": "google",
}
"""The extras of pyproject.toml, by LangChain's name of the provider."""
_NO_EMBEDDINGS = frozenset({"anthropic"})


def not_installed(provider: str) -> str:
    """Say that a provider's package is missing, and how to install it."""
    extra = EXTRAS.get(provider)
    if extra is None:
        return f"{provider} is not installed; install its LangChain package"
    return (
        f"{provider} is not installed; in the checkout: uv sync --extra {extra}, "
        f'or pip install ".[{extra}]"'
    )


def known_providers(*, embeddings: bool = False) -> str:
    """Name the providers to choose from, of chat models or of embeddings."""
    left_out = _NO_EMBEDDINGS if embeddings else ()
    return ", ".join(provider for provider in EXTRAS if provider not in left_out)
