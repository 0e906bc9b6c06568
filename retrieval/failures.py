"""Failures of model providers, who share no base class, read off what the errors carry."""

from collections.abc import Iterator

from retrieval.errors import ModelError

_TOO_MANY, _OVERLOADED = 429, range(500, 600)
_LINK_ERRORS = frozenset(
    {
        "APIConnectionError",
        "APITimeoutError",
        "ConnectError",
        "ReadError",
        "RemoteProtocolError",
        "ConnectTimeout",
    }
)
_MAX_WAIT_S = 20.0
_ADVICE = {
    400: "it refuses the request; look at DATELINE_MODEL",
    401: "it refuses the key; look at DATELINE_MODEL_KEY",
    403: "it refuses the key; look at DATELINE_MODEL_KEY",
    404: "it does not know the model or address; look at DATELINE_MODEL and DATELINE_MODEL_URL",
    429: "it is asked too often; try again later",
}


def status_of(error: BaseException) -> int | None:
    """Give the HTTP status that an error carries; None if it carries none."""
    for holder in (error, getattr(error, "response", None)):
        for name in ("status_code", "code", "status"):
            value = getattr(holder, name, None)
            if isinstance(value, int) and not isinstance(value, bool):
                return value
    return None


def may_pass(error: BaseException) -> bool:
    """Tell whether the same request may well succeed in a moment."""
    status = status_of(error)
    if status is not None:
        return status == _TOO_MANY or status in _OVERLOADED
    return any(
        isinstance(one, ConnectionError) or type(one).__name__ in _LINK_ERRORS
        for one in _causes(error)
    )


def asked_wait_s(error: BaseException | None) -> float:
    """Give how long the server asks to wait (Retry-After), within reason; 0 if it does not say."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return min(max(0.0, float(headers.get("retry-after", 0))), _MAX_WAIT_S)
    except (TypeError, ValueError, AttributeError):
        return 0.0


def as_model_error(error: BaseException) -> ModelError:
    """Give the failure as ours; its message never repeats what the provider's says."""
    if isinstance(error, ModelError):
        return error
    status = status_of(error)
    if status in _ADVICE:
        return ModelError(f"error {status}: {_ADVICE[status]}")
    if status is not None:
        return ModelError(f"error {status}; try again later")
    if may_pass(error):
        return ModelError("it cannot be reached; look at DATELINE_MODEL_URL or try again later")
    return ModelError(f"it failed ({type(error).__name__}); try again later")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
