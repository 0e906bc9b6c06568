"""The only reader of the environment and `.env`; what is wrong becomes one `SettingsError`."""

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, AliasGenerator, Field, FilePath, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from retrieval.errors import SettingsError

if TYPE_CHECKING:
    from dotenv.parser import Binding

_OURS = ("DATELINE_", "DISCORD_")
_ENCODING = "utf-8-sig"  # some editors put a byte-order mark in front
_NO_TEXT = ".env is not UTF-8 text; save it as UTF-8."
_POSTGRES = ("postgresql://", "postgres://")


def _of_postgres(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(_POSTGRES):
        raise ValueError("must begin with postgresql://")
    return url


class Settings(BaseSettings):
    """Everything a person can set, by environment or `.env`; see docs/configuration.md.

    Values are checked at load. Secrets print as stars. `index` is DATELINE_INDEX there, and so on.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding=_ENCODING,
        extra="ignore",
        hide_input_in_errors=True,
        populate_by_name=True,
        alias_generator=AliasGenerator(validation_alias=lambda name: f"DATELINE_{name.upper()}"),
        env_ignore_empty=True,
    )

    discord_token: SecretStr | None = Field(default=None, validation_alias="DISCORD_TOKEN")
    message_content: bool = Field(default=False, validation_alias="DISCORD_MESSAGE_CONTENT")
    index: Path = Path(".dateline")
    articles: Path | None = None
    state: Path = Path(".dateline-state")
    state_url: Annotated[SecretStr, AfterValidator(_of_postgres)] | None = None
    model: str = "extractive"
    model_url: str | None = None
    model_key: SecretStr | None = None
    model_timeout_s: float = Field(default=60.0, gt=0)
    question_tokens: int = Field(default=16_000, gt=0)
    daily_tokens: int = Field(default=1_000_000, gt=0)
    gate: Literal["auto", "relevance", "answerability"] = "auto"
    embeddings: str = "builtin"
    embeddings_url: str | None = None
    embeddings_key: SecretStr | None = None
    chroma_url: str | None = None
    chroma_token: SecretStr | None = None
    chroma_ca: FilePath | None = None
    chroma_tenant: str = "default_tenant"
    chroma_database: str = "default_database"
    min_confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    read_passages: Annotated[int, Field(ge=1, le=64)] | None = None
    passage_tokens: int = Field(default=256, ge=128, le=256)
    log: Literal["text", "json"] = "text"
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    keep_days: int = Field(default=30, ge=1)
    server_articles: int = Field(default=50, ge=0)
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    anthropic_api_key: SecretStr | None = Field(default=None, validation_alias="ANTHROPIC_API_KEY")
    google_api_key: SecretStr | None = Field(default=None, validation_alias="GOOGLE_API_KEY")

    @property
    def articles_folder(self) -> Path:
        """The folder that `ingest` takes by default: set, else ./seeds, else the shipped copy."""
        if self.articles is not None:
            return self.articles
        local = Path("seeds")
        return local if local.is_dir() else shipped_seeds()


def shipped_seeds() -> Path:
    """Give the folder of sample articles that comes with the package."""
    package = Path(__file__).parent
    inside = package / "seeds"
    return inside if inside.is_dir() else package.parent / "seeds"


def load_settings() -> Settings:
    """Read the environment and `.env` once.

    Raises:
        SettingsError: A value is out of range or of the wrong form; only names are told.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors(include_input=False))
        raise SettingsError(
            f"wrong setting: {wrong}. Mend it in .env or the environment."
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(_NO_TEXT) from None


def unknown_names() -> list[str]:
    """Give the names that look like ours but are not known, from the environment and `.env`."""
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    given = {*os.environ, *(line.key for line in _env_lines() if line.key)}  # noqa: TID251  the one place that reads it
    return sorted(name for name in given if name.startswith(_OURS) and name not in known)


def unread_lines() -> list[int]:
    """Give the numbers of the lines of `.env` that hold something but give no name a value."""
    return [
        line.original.line + _blank_lines_before(line.original.string)
        for line in _env_lines()
        if line.error or (line.key is not None and line.value is None)
    ]


def _blank_lines_before(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].count("\n")


def _env_lines() -> "list[Binding]":
    from dotenv.parser import parse_stream

    path = Path(str(Settings.model_config["env_file"]))
    try:
        text = path.read_text(_ENCODING) if path.is_file() else ""
    except UnicodeDecodeError:
        raise SettingsError(_NO_TEXT) from None
    return list(parse_stream(io.StringIO(text)))
