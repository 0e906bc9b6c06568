"""The providers of models: which have an extra in pyproject.toml, and what their failures mean.

They share no base class; a failure is read off what its error carries.
"""

from retrieval.errors import ModelError, causes_of

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


_TOO_MANY, _OVERLOADED = 429, range(500, 600)
_REFUSALS = range(400, 600)
"""A reply that broke off carries the status with which it began, 200, or none that HTTP knows."""
_BAD_REQUESTS = frozenset({400, 422})
_BAD_KEYS = frozenset({401, 403})
_BAD_KEY_REASON = "API_KEY_INVALID"
"""Google refuses a key with status 400 and says so in the details alone."""
_LINK_ERRORS = frozenset(
    "APIConnectionError APITimeoutError ConnectError ConnectTimeout ReadError"
    " RemoteProtocolError".split()
)
_MAX_WAIT_S = 20.0
_ADVICE = {
    400: "it refuses the request; look at DATELINE_MODEL",
    404: "it does not know the model or address; look at DATELINE_MODEL and DATELINE_MODEL_URL",
    429: "it is asked too often; try again later",
}


def status_of(error: BaseException) -> int | None:
    """Give the HTTP status of a refusal that an error or its cause carries; None if none does."""
    for one in causes_of(error):
        for holder in (one, getattr(one, "response", None)):
            for name in ("status_code", "code", "status"):
                value = getattr(holder, name, None)
                if isinstance(value, int) and value in _REFUSALS:
                    return value
    return None


def refuses_request(error: BaseException) -> bool:
    """Tell whether the server does not take the request as it is; its key may be good."""
    return status_of(error) in _BAD_REQUESTS and not _refuses_key(error)


def may_pass(error: BaseException) -> bool:
    """Tell whether the same request may well succeed in a moment."""
    status = status_of(error)
    if status is not None:
        return status == _TOO_MANY or status in _OVERLOADED
    return any(
        isinstance(one, ConnectionError) or type(one).__name__ in _LINK_ERRORS
        for one in causes_of(error)
    )


def asked_wait_s(error: BaseException | None) -> float:
    """Give how long the server asks to wait (Retry-After), within reason; 0 if it does not say."""
    for one in causes_of(error):
        headers = getattr(getattr(one, "response", None), "headers", None) or {}
        try:
            return min(max(0.0, float(headers["retry-after"])), _MAX_WAIT_S)
        except (KeyError, TypeError, ValueError):
            continue
    return 0.0


def as_model_error(error: BaseException) -> ModelError:
    """Give the failure as ours; its message never repeats what the provider's says."""
    if isinstance(error, ModelError):
        return error
    status = status_of(error)
    if _refuses_key(error):
        return ModelError(
            f"error {status}: it refuses the key; look at DATELINE_MODEL_KEY or the provider's own "
            "key, such as OPENAI_API_KEY"
        )
    if status in _ADVICE:
        return ModelError(f"error {status}: {_ADVICE[status]}")
    if status is not None:
        return ModelError(f"error {status}; try again later")
    if may_pass(error):
        return ModelError("it cannot be reached; look at DATELINE_MODEL_URL or try again later")
    return ModelError(f"it failed ({type(error).__name__}); try again later")


def _refuses_key(error: BaseException) -> bool:
    named = any(_BAD_KEY_REASON in str(one) for one in causes_of(error))
    return named or status_of(error) in _BAD_KEYS
