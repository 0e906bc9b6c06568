"""Every error that a person can mend, one class for each thing that they would do differently.

DatelineError
├── SettingsError      fix `.env` or the environment
├── UsageError         fix the command's words (exit code 2)
├── ArticleError       fix an article file or `sources.toml`
├── StoreError         the index cannot be used
│   ├── IndexEmpty     run `dateline ingest`
│   ├── IndexMismatch  the index was built with other settings: build it anew
│   └── IndexBusy      another process writes: try again
├── ModelError         a model or embeddings provider failed: try later, or look at its settings
│   └── Unverified     it replied, but nothing that it wrote could be verified: try another one
├── StateError         what the bot keeps cannot be used: look at its disk or its PostgreSQL
├── QuestionError      ask differently
├── QuestionSetError   fix a line of a question set
└── DiscordError       fix the bot's token or permissions
"""

from collections.abc import Iterator


def causes_of(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and what it was raised from: libraries wrap what a connection says."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


class DatelineError(Exception):
    """A problem with a name; its message says what happened and what to do, in one line."""


class SettingsError(DatelineError):
    """A setting is wrong; the message names it and never its value."""


class UsageError(DatelineError):
    """The command was called in a way that has no meaning."""


class ArticleError(DatelineError):
    """An article or its metadata cannot be read; the message names file and, if known, line."""


class StoreError(DatelineError):
    """The index folder or Chroma server cannot be used."""


class IndexEmpty(StoreError):  # noqa: N818  a state, and the name people see
    """There is no article in the index yet."""


class IndexMismatch(StoreError):  # noqa: N818
    """The index was built with another embedder or chunker than the settings name."""


class IndexBusy(StoreError):  # noqa: N818
    """Another process is writing to the index."""


class ModelError(DatelineError):
    """A chat model or embeddings provider failed or is not installed."""


class Unverified(ModelError):  # noqa: N818
    """A chat model replied, and nothing that it wrote is borne out by the articles."""


class StateError(DatelineError):
    """The bot's own state, in a folder or in PostgreSQL, cannot be read or written."""


class QuestionSetError(DatelineError):
    """A line of a question set cannot be used; the message names file and line."""


class DiscordError(DatelineError):
    """Discord refused the bot: token, permission or connection."""


class QuestionError(DatelineError):
    """A question cannot be searched for: it is empty or far too long."""
