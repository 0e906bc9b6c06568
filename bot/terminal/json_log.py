"""The log as JSON, a line each, for the programs that collect logs."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

from typing_extensions import override

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The question that is worked on; set for the task and the thread that answer it."""


class _JsonLines(logging.Formatter):
    @override
    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_id.get() or None,
            "error": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps({name: value for name, value in told.items() if value is not None})


def log_as_json() -> None:
    """Write every line on standard error as JSON, and tell what each question came to."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for handler in root.handlers:
        handler.setFormatter(_JsonLines())


def is_json() -> bool:
    """Tell whether standard error is written as JSON."""
    return any(
        isinstance(handler.formatter, _JsonLines) for handler in logging.getLogger().handlers
    )
