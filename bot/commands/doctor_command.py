"""`dateline doctor`: what is wrong, and what to do about it."""

import platform
import re
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import SecretStr

from bot.options import index_option, settings_for
from bot.terminal.console import make_console, say
from bot.terminal.harmless import one_line
from bot.terminal.printing import last_written
from retrieval.answer.extractive import MODEL as EXTRACTIVE
from retrieval.articles.sources_toml import FILE_NAME as SOURCES_TOML
from retrieval.errors import DatelineError, ModelError, StateError
from retrieval.models.embedder import weak_for
from retrieval.models.weights import READER_WEIGHTS, has_int8_kernels, read_weights, reader_graph
from retrieval.settings import Settings, unknown_names, unread_lines
from retrieval.text.numbers import counted

if TYPE_CHECKING:
    from packaging.requirements import Requirement


@click.command("doctor")
@click.option("--online", is_flag=True, help="Also call the chat model once, and Discord.")
@index_option
def doctor_command(online: bool, index: Path | None) -> int:
    """Check the installation, settings, index and model, one line each."""
    return print_findings(run_doctor(settings_for(index), online=online))


_ENV = Path(".env")
_WEIGHTS = ("embedder.onnx", READER_WEIGHTS, "tokenizer.json")
# A user id in base64, a time and a signature: the form of every bot token.
_TOKEN = re.compile(r"[\w-]{18,32}\.[\w-]{6,7}\.[\w-]{27,45}")
_ASKED = {
    "relevance": "asked whatever the articles are about (gate: relevance)",
    "answerability": "asked only what the reader finds answered (gate: answerability)",
}
_INSTALL = "install Dateline again: `uv sync` or `pip install .`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report; what is `ok` may still have a remedy, which is then advice."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def _well(name: str, detail: str, *, remedy: str = "") -> Finding:
    return Finding(name=name, ok=True, detail=detail, remedy=remedy)


def _wrong(name: str, detail: str, *, remedy: str = "") -> Finding:
    return Finding(name=name, ok=False, detail=detail, remedy=remedy)


def run_doctor(settings: Settings, *, online: bool = False) -> Iterator[Finding]:
    """Give what is found, one by one; nothing is called that costs money unless `online`."""
    yield _python()
    yield _packages()
    yield _weights()
    yield _names()
    yield _env_file(_ENV)
    yield _articles(settings)
    yield _index(settings)
    yield _model(settings, online=online)
    yield _discord(settings, online=online)
    yield _state(settings)


def print_findings(findings: Iterable[Finding]) -> int:
    """Print findings as they come; gives 1 if anything is wrong, else 0."""
    console = make_console()
    is_well = True
    for finding in findings:
        is_well = is_well and finding.ok
        mark = ("note" if finding.remedy else "ok") if finding.ok else "WRONG"
        style = {"ok": "", "note": "yellow", "WRONG": "bold red"}[mark]
        say(console, f"{mark:<5} {one_line(f'{finding.name}: {finding.detail}')}", style)
        if finding.remedy:
            say(console, one_line(f"-> {finding.remedy}"), indent=6)
    return 0 if is_well else 1


def _python() -> Finding:
    return _well("Python", f"{platform.python_version()} on {platform.platform()}")


def _packages() -> Finding:
    """Compare the packages that are installed with those that Dateline asks for."""
    from packaging.requirements import Requirement

    try:
        needed = [Requirement(line) for line in requires("dateline") or ()]
    except PackageNotFoundError:
        return _wrong("packages", "not installed", remedy=_INSTALL)
    needed = [r for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    wrong = [words for words in map(_unmet, needed) if words]
    if wrong:
        return _wrong("packages", "; ".join(wrong), remedy=_INSTALL)
    return _well("packages", f"all {len(needed)} are installed")


def _unmet(requirement: "Requirement") -> str:
    try:
        held = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement.name} is missing"
    fits = requirement.specifier.contains(held, prereleases=True)
    return "" if fits else f"{requirement.name} is {held}, needed is {requirement.specifier}"


def _weights() -> Finding:
    try:
        for name in (*_WEIGHTS, reader_graph()):
            read_weights(name)
    except ModelError as error:
        return _wrong("model files", str(error), remedy=_INSTALL)
    how = "in int8" if has_int8_kernels() else "in fp32 (this processor has no int8 kernels)"
    detail = f"as shipped: {', '.join(_WEIGHTS)}; the reader runs {how}"
    return _well("model files", detail)


def _names() -> Finding:
    unknown = unknown_names()
    if not unknown:
        return _well("settings", "every name is known")
    return _wrong(
        "settings",
        f"not known: {', '.join(unknown)}",
        remedy="mend the spelling, .env.example has all names",
    )


def _env_file(path: Path) -> Finding:
    if not path.is_file():
        return _well(".env", "none here, the environment and defaults hold")
    unread = unread_lines()
    if unread:
        numbers = ", ".join(map(str, unread))
        detail = f"no value is given to a name in line {numbers}"
        return _wrong(".env", detail, remedy="write it as NAME=value")
    others = stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    if others and platform.system() != "Windows":
        detail = "other users of this machine may read its secrets"
        return _well(".env", detail, remedy="chmod 600 .env")
    return _well(".env", "read, and closed to others")


def _articles(settings: Settings) -> Finding:
    folder = settings.articles_folder
    found = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    files = [path for path in found if path.name != SOURCES_TOML]
    if not files:
        state = "holds no file" if folder.is_dir() else "is not there"
        remedy = "set DATELINE_ARTICLES to a folder of articles"
        return _wrong("articles", f"{folder} {state}", remedy=remedy)
    return _well("articles", f"{counted(len(files), 'file')} in {folder}")


def _index(settings: Settings) -> Finding:
    """Open the index as a question would; one that was never made is no fault."""
    from retrieval.index.library import open_library

    try:
        with open_library(settings) as library, library.snapshot() as held:
            articles, revision = held.articles, held.revision
            fingerprint, written = library.fingerprint, last_written(held.written_at)
            weak = weak_for(library.embedder, articles)
            if articles:
                held.search(articles[0].title or "article", k=1)
    except DatelineError as error:
        return _wrong("index", str(error))
    if not articles:
        return _well("index", "empty, the first question fills it")
    passages = sum(article.passages for article in articles)
    counts = f"{counted(len(articles), 'article')}, {counted(passages, 'passage')}"
    place = settings.chroma_url or settings.index
    detail = f"{counts} in {place}{written}; revision {revision}; {fingerprint}"
    return _well("index", detail, remedy=weak or "")


def _model(settings: Settings, *, online: bool) -> Finding:
    """Make the chat model as an answer would; only `online` sends it a word."""
    if settings.model == EXTRACTIVE:
        return _well("chat model", "none, the articles are quoted")
    from retrieval.chat.model import open_chat

    try:
        chat = open_chat(settings)
        if online:
            chat.ask([("human", "Reply with one word.")])
    except DatelineError as error:
        return _wrong("chat model", str(error))
    called = "it replied" if online else "not called, `dateline doctor --online` does so once"
    asked = _ASKED["relevance" if settings.gate == "auto" else settings.gate]
    question, day = settings.question_tokens, settings.daily_tokens
    most = f"at most {question:,} tokens a question, {day:,} a day"
    detail = f"{settings.model}: {called}; {asked}; {most}"
    return _well("chat model", detail)


def _discord(settings: Settings, *, online: bool) -> Finding:
    if settings.discord_token is None:
        return _well("Discord", "no DISCORD_TOKEN, the terminal works alone")
    token = settings.discord_token.get_secret_value().strip()
    if online:
        return _discord_online(token, wants_content=settings.message_content)
    if _TOKEN.fullmatch(token):
        return _well("Discord", "a token is set and has the right form")
    return _wrong(
        "Discord",
        "DISCORD_TOKEN does not look like a bot token",
        remedy="copy it again: discord.com/developers, your application, Bot, Reset Token",
    )


def _discord_online(token: str, *, wants_content: bool) -> Finding:
    from bot.discord.registration import NOT_GRANTED, check_token

    try:
        told = check_token(token)
    except DatelineError as error:
        return _wrong("Discord", str(error))
    asked_in_vain = [NOT_GRANTED] if wants_content and not told.grants_content else []
    remedy = "; ".join([*asked_in_vain, *told.lacks])
    return _well("Discord", told.words, remedy=remedy)


def _state(settings: Settings) -> Finding:
    """Write and delete a file where the bot keeps its own state, or would make the folder.

    A PostgreSQL is asked instead, if that is where the state is.
    """
    if settings.state_url is not None:
        return _shared_state(settings.state_url)
    folder = settings.state.absolute()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        return _wrong(
            "state folder",
            f"{settings.state} cannot be written: {error.strerror}",
            remedy="make it writable, or set DATELINE_STATE to another folder",
        )
    return _well("state folder", f"SQLite in {settings.state}, which can be written")


def _shared_state(url: SecretStr) -> Finding:
    from retrieval.chat.state.kept import PostgresState

    try:
        with closing(PostgresState(url)) as state:
            release = str(state.execute("SHOW server_version").fetchone()[0]).partition(" ")[0]
    except StateError as error:
        return _wrong("state", str(error))
    return _well("state", f"in PostgreSQL {release}, which answers")
