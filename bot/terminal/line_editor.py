"""The line editor of the REPL: history, completion, and keys that leave cleanly."""

from collections.abc import Callable, Iterable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from typing_extensions import override

from bot.terminal.harmless import one_line
from bot.terminal.printing import limits_words
from bot.terminal.session import COMMANDS, Session

_OWNER_ONLY_FOLDER, _OWNER_ONLY_FILE = 0o700, 0o600


def make_prompt(session: Session, state: Path) -> Callable[[], str]:
    """Give a function that asks for one line.

    It raises EOFError on Ctrl-D and KeyboardInterrupt on Ctrl-C, on an empty line; Ctrl-C clears
    a line that is not. `state` is the folder that keeps the history, readable by its owner only.
    """
    editor: PromptSession[str] = PromptSession(
        history=_history(session, state / "repl_history"),
        completer=CommandCompleter(session),
        key_bindings=_keys(),
    )
    return lambda: editor.prompt(lambda: _message(session))


def _message(session: Session) -> StyleAndTextTuples:
    limits = limits_words(session.filters)
    mode = "json" if session.as_json else ""
    before = " ".join(part for part in (f"({limits})" if limits else "", mode) if part)
    return [("fg:ansibrightblack", f"{one_line(before)} " if before else ""), ("bold", "> ")]


def _history(session: Session, path: Path) -> History:
    try:
        path.parent.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        path.touch(mode=_OWNER_ONLY_FILE)
        path.chmod(_OWNER_ONLY_FILE)
    except OSError as error:
        session.tell(f"The history of questions is not kept: {path}: {error.strerror}.")
        return InMemoryHistory()
    return FileHistory(str(path))


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("c-c")
    def _clear_or_leave(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=KeyboardInterrupt)

    return keys


class CommandCompleter(Completer):
    """Completes commands and what they take: outlets, passage numbers, article names."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @override
    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        line = document.text_before_cursor
        name, space, typed = line.partition(" ")
        if not line.startswith("/"):
            return
        known = self._arguments(name) if space else {n: c.says for n, c in COMMANDS.items()}
        wanted = typed if space else name
        for text, meaning in known.items():
            if wanted.casefold() in text.casefold():
                yield Completion(text, start_position=-len(wanted), display_meta=one_line(meaning))

    def _arguments(self, name: str) -> dict[str, str]:
        library = self._session.answerer.library
        if name == "/outlet":
            return dict.fromkeys(library.outlets(), "")
        if name != "/open":
            return {}
        passages = {str(c.n): c.article.title for c in self._session.opened}
        return passages | {article.source: article.title for article in library.articles()}
