"""The `dateline` command: its subcommands, its exit codes, and the last door for errors.

Each module of `bot/commands` is imported only when a command of it is called, because a cold
`dateline ask` should not pay for Discord.
"""

import difflib
import gc
import importlib
import logging
import secrets
import shlex
import sys
import tempfile
from pathlib import Path

import click
from typing_extensions import override

from bot.terminal.harmless import one_line
from bot.terminal.stderr import say_on_stderr
from retrieval.errors import DatelineError, SettingsError, UsageError

DONE, PROBLEM, WRONG_USAGE = 0, 1, 2
_INTERRUPTED = 130
# Imports make objects that stay: Python, which would seek garbage after each 700, is asked to wait.
_OBJECTS_BETWEEN_GARBAGE = 10_000
_COMMANDS = {
    "ask": "Answer one question from the articles.",
    "backup": "Write index and state to one checked file.",
    "check": "Say which passages support or contradict a claim.",
    "discord": "Run the Discord bot.",
    "doctor": "Check the installation and say what to do about what is wrong.",
    "eval": "Answer a question set and score the answers.",
    "feedback": "Turn feedback from Discord into question-set lines.",
    "ingest": "Add or refresh articles from files, folders and the web.",
    "repl": "Chat in the terminal.",
    "restore": "Put index and state of a backup in place.",
    "search": "Show ranked passages, without an answer.",
    "show": "Show the clean text of one article.",
    "sources": "List the articles held.",
}
_MODULES = {
    name: module
    for module, names in {
        "article_commands": ("ingest", "show", "sources"),
        "backup_commands": ("backup", "restore"),
        "discord_commands": ("discord", "feedback"),
        "question_commands": ("ask", "check", "repl", "search"),
    }.items()
    for name in names
}
_OUR_PACKAGES = ("bot", "retrieval")
log = logging.getLogger(__name__)


def _hint(typed: str) -> str:
    """Say what may be meant by words that are no command; a question is the likeliest."""
    if " " in typed.strip():
        return f"To ask: dateline ask {shlex.quote(one_line(typed))}"
    near = difflib.get_close_matches(typed.lower(), _COMMANDS, n=1)
    return f"Did you mean {near[0]!r}?" if near else ""


class _LazyGroup(click.Group):
    """A group that imports a command's module when it is called, not before."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        name = f"{cmd_name}_command"
        module = importlib.import_module(f"bot.commands.{_MODULES.get(cmd_name, name)}")
        command: click.Command = getattr(module, name)
        return command

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(f"{error.message} {_hint(args[0])}".strip(), ctx) from None

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dateline")
@click.option("-v", "--verbose", is_flag=True, help="Log what happens to standard error.")
def main(verbose: bool) -> None:
    """Dateline answers questions from news articles and shows the passages it rests on."""
    handler = logging.StreamHandler(sys.stderr)
    if not verbose:
        handler.addFilter(_is_ours_or_an_error)
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
        handlers=[handler],
    )
    # A line for each request to a Chroma server or a model drowns what is told of questions.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _is_ours_or_an_error(record: logging.LogRecord) -> bool:
    """Leave out the warnings of other packages: people can do nothing about most of them."""
    return record.levelno >= logging.ERROR or record.name.partition(".")[0] in _OUR_PACKAGES


def run() -> None:
    """Run the command line and leave with its exit code; no traceback reaches a person."""
    gc.set_threshold(_OBJECTS_BETWEEN_GARBAGE)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter shows an escape, never a traceback.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(exit_code(sys.argv[1:]))


def exit_code(arguments: list[str]) -> int:
    """Run a command and give its exit code; what went wrong is said on standard error."""
    try:
        result = main.main(arguments, prog_name="dateline", standalone_mode=False)
    except click.Abort:
        return _INTERRUPTED
    except click.ClickException as error:
        error.show()
        return WRONG_USAGE if isinstance(error, click.UsageError) else PROBLEM
    except UsageError as error:
        return _say(error, WRONG_USAGE)
    except DatelineError as error:
        return _say(error, PROBLEM)
    except BrokenPipeError:
        return _leave_quietly()
    except Exception as error:  # noqa: BLE001  the outer door: a line for the person, a log for us
        return _say(DatelineError(_internal_error(error)), PROBLEM)
    return result if isinstance(result, int) else DONE


def _say(error: DatelineError, code: int) -> int:
    say_on_stderr(str(error), logging.ERROR)
    return code


def _internal_error(error: Exception) -> str:
    number = secrets.token_hex(3)
    path = _log_folder() / "dateline.log"
    handler = logging.FileHandler(path, encoding="utf-8")
    log.addHandler(handler)
    log.propagate = False
    log.error("internal error %s", number, exc_info=error)
    handler.close()
    return f"internal error {number}; the details are in {path}. Please report it."


def _log_folder() -> Path:
    from retrieval.settings import load_settings

    try:
        folder = load_settings().state
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, SettingsError):
        return Path(tempfile.gettempdir())
    return folder


def _leave_quietly() -> int:
    """Leave as a pipe's reader expects: `dateline search x | head` is no error."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE
