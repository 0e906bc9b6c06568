"""The connection to Chroma, embedded or a server; its failures as our errors; what it leaves.

Where a collection is deleted, files of vectors stay for good, and the index of letters that Chroma
makes of all texts, which nobody here asks, keeps an entry of each deleted row until it is told to
put itself in order.
"""

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from subprocess import DEVNULL, TimeoutExpired, run
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

from typing_extensions import override

from retrieval.errors import IndexBusy, SettingsError, StoreError, causes_of
from retrieval.settings import Settings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client
    from chromadb.config import Settings as ChromaSettings
    from httpx import Client as HttpSession
    from httpx import Response


# Rows in one call: an embedded Chroma takes 5,461 at most, Chroma Cloud 300.
_EMBEDDED_ROWS, _SERVER_ROWS = 1000, 300

FileIdentity: TypeAlias = tuple[int, int]
"""Device and number of a file: another file in its place has others."""

# A page of rows takes well under a second; a server that is silent for so long has gone.
_TIMEOUT_S = 30.0
_REFUSED = {401, 403}
_NO_ANSWERS = {*_REFUSED, 429}
_PORTS = {"http": 80, "https": 443}
_FULL = 'has no room left on its disk; free some, then run "dateline ingest"'
# What the messages of SQLite and of the file system say, in words that people can act on.
_CAUSES = {
    "readonly database": "is read-only; give write access to it or set DATELINE_INDEX",
    "unable to open database": "cannot be opened; give write access to it or set DATELINE_INDEX",
    "permission denied": "cannot be opened; give write access to it or set DATELINE_INDEX",
    "file exists": "is a file, not a folder; set DATELINE_INDEX to a folder",
    "not a directory": "is a file, not a folder; set DATELINE_INDEX to a folder",
    "disk is full": _FULL,
    "no space left": _FULL,
}
_LOCKED = ("database is locked", "database table is locked")
_DAMAGED = 'is damaged; delete that folder and run "dateline ingest" to build it anew'


class Connection:
    """A client of its own: closing or reopening it touches no other one in the process.

    `chromadb.PersistentClient` shares one system a path in a process; that system keeps the vectors
    it has loaded even when another process has changed them.
    """

    def __init__(self, settings: Settings) -> None:
        from chromadb.api import ServerAPI
        from chromadb.api.client import Client
        from chromadb.config import System

        self.place = settings.chroma_url or str(chroma_folder(settings))
        self.is_server = settings.chroma_url is not None
        self.page_rows = _SERVER_ROWS if self.is_server else _EMBEDDED_ROWS
        self._close: Callable[[], None]
        with self.named_errors():
            chroma = _chroma_settings(settings)
            if self.is_server:
                client = _server_client(chroma, settings)
                self._close = partial(_close_server, client, _limited_sessions(client))
                self._knock(client)
            else:
                system = System(chroma)
                system.instance(ServerAPI)  # type: ignore[type-abstract]  # its own way
                system.start()
                client = Client.from_system(system)
                self._close = system.stop
            self.client: ClientAPI = client

    def tidy(self) -> None:
        """Clear away what a deleted collection left in an embedded store."""
        if not self.is_server:
            clear_leavings(Path(self.place))

    def close(self) -> None:
        """Let go of files and sockets; the connection is of no use afterwards."""
        self._close()

    def _knock(self, client: "Client") -> None:
        try:
            client.heartbeat()
        except BaseException:
            self._close()
            raise

    @contextmanager
    def named_errors(self) -> Iterator[None]:
        """Raise what goes wrong inside as StoreError, with what to do about it."""
        from chromadb.errors import ChromaError
        from httpx import HTTPError

        try:
            yield
        except HTTPError as error:
            raise self._failure(error) from error
        except (ChromaError, OSError, ValueError, RuntimeError) as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> StoreError:
        text = str(error).casefold()
        if self.is_server:
            return self._server_failure(error)
        if any(words in text for words in _LOCKED):
            return IndexBusy(f"the index in {self.place} is locked by another process; try again")
        cause = next((cause for words, cause in _CAUSES.items() if words in text), _DAMAGED)
        return StoreError(f"the index in {self.place} {cause}")

    def _server_failure(self, error: Exception) -> StoreError:
        from httpx import HTTPStatusError

        server = f"the Chroma server at {self.place}"
        causes = list(causes_of(error))
        answers = [one.response.status_code for one in causes if isinstance(one, HTTPStatusError)]
        status = next(iter(answers), None)
        if status in _REFUSED:
            return StoreError(f"{server} refuses the token; check DATELINE_CHROMA_TOKEN")
        if status is not None:
            return StoreError(f"{server} answers {status}; try again, and see its log if it stays")
        if any("certificate" in str(cause).casefold() for cause in causes):
            return StoreError(
                f"{server} shows a certificate that nobody known has signed; set "
                "DATELINE_CHROMA_CA to the file of who did"
            )
        return StoreError(
            f"{server} failed or does not answer ({type(error).__name__}); start it or check "
            "DATELINE_CHROMA_URL"
        )


def _server_client(chroma: "ChromaSettings", settings: Settings) -> "Client":
    """Make a client that asks nothing yet: until it is made, Chroma would wait for ever."""
    from chromadb.api.client import Client
    from chromadb.auth import UserIdentity

    class Quiet(Client):
        @override
        def get_user_identity(self) -> UserIdentity:
            return UserIdentity(user_id="")

        @override
        def _validate_tenant_database(self, tenant: str, database: str) -> None:
            pass

    return Quiet(settings.chroma_tenant, settings.chroma_database, chroma)


def _limited_sessions(client: "Client") -> "list[HttpSession]":
    """Give the HTTP sessions of a server's client, with what Chroma leaves out.

    Chroma makes one for the client and one for its administration, sets them no time limit,
    never closes them, and turns an answer that it does not understand into an error of no kind.
    """
    owners: tuple[Any, ...] = (client, client._admin_client)
    sessions: list[HttpSession] = [owner._server._session for owner in owners]
    for session in sessions:
        session.timeout = _TIMEOUT_S
        session.event_hooks = {"response": [_check]}
    return sessions


def _check(response: "Response") -> None:
    if response.status_code in _NO_ANSWERS or response.is_server_error:
        response.raise_for_status()


def _close_server(client: "Client", sessions: "list[HttpSession]") -> None:
    client.close()
    for session in sessions:
        session.close()


def chroma_folder(settings: Settings) -> Path:
    """Give the folder of the embedded store."""
    return settings.index / "chroma"


def store_identity(settings: Settings) -> FileIdentity | None:
    """Tell one embedded store from another in its place; None for a server, or if there is none."""
    if settings.chroma_url is not None:
        return None
    try:
        stat = (chroma_folder(settings) / DATABASE).stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def is_untouched(settings: Settings) -> bool:
    """Tell whether there is no store yet, without making one."""
    return settings.chroma_url is None and not (chroma_folder(settings) / DATABASE).exists()


def _chroma_settings(settings: Settings) -> "ChromaSettings":
    from chromadb.config import Settings as ChromaSettings

    if settings.chroma_url is None:
        return ChromaSettings(
            is_persistent=True,
            persist_directory=str(chroma_folder(settings)),
            anonymized_telemetry=False,
        )
    parts = urlsplit(settings.chroma_url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise SettingsError("DATELINE_CHROMA_URL is not an address such as http://localhost:8000")
    return ChromaSettings(
        chroma_api_impl="chromadb.api.fastapi.FastAPI",
        chroma_server_host=parts.hostname,
        chroma_server_http_port=parts.port or _PORTS[parts.scheme],
        chroma_server_ssl_enabled=parts.scheme == "https",
        chroma_server_ssl_verify=None if settings.chroma_ca is None else str(settings.chroma_ca),
        chroma_server_headers=_token_headers(settings),
        anonymized_telemetry=False,
    )


def _token_headers(settings: Settings) -> dict[str, str]:
    """Give the token in both headers that servers and the proxies before them look at."""
    if settings.chroma_token is None:
        return {}
    token = settings.chroma_token.get_secret_value()
    return {"Authorization": f"Bearer {token}", "X-Chroma-Token": token}


DATABASE = "chroma.sqlite3"
_MOST_S = 600
_WAIT_S = 30
_MERGE = (
    "INSERT INTO embedding_fulltext_search(embedding_fulltext_search, rank) VALUES ('merge', ?)"
)
_STEP_PAGES = 500  # at a time, since who reads has to wait for as long
_NO_STEP = 2  # as SQLite says: so few changes mean that nothing was left to do


def clear_leavings(folder: Path) -> None:
    """Clear them away, in a process of its own; what cannot be cleared now stays.

    Locks on files are a process's: closing the database here would let go of those that Chroma,
    which brings an SQLite of its own, holds in this process.
    """
    call = f"from {__name__} import clear; clear(sys.argv[1])"
    code = f"import sys; sys.path[:] = {sys.path!r}; {call}"
    command = [sys.executable, "-c", code, str(folder)]
    try:
        run(command, stdout=DEVNULL, stderr=DEVNULL, timeout=_MOST_S, check=False)  # noqa: S603  our own code
    except (OSError, TimeoutExpired):
        return


def clear(place: str) -> None:
    """Clear them away."""
    folder = Path(place)
    with closing(sqlite3.connect(folder / DATABASE, timeout=_WAIT_S)) as database:
        segments = {name for (name,) in database.execute("SELECT id FROM segments")}
        _put_in_order(database)
    for entry in folder.iterdir():
        if entry.is_dir() and _is_segment(entry.name) and entry.name not in segments:
            shutil.rmtree(entry, ignore_errors=True)


def _put_in_order(database: sqlite3.Connection) -> None:
    """Merge the index of letters to one, in small steps; the first says that all shall be one."""
    pages, before = -_STEP_PAGES, -_NO_STEP
    while database.total_changes - before >= _NO_STEP:
        before = database.total_changes
        with database:
            database.execute(_MERGE, (pages,))
        pages = _STEP_PAGES


def _is_segment(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
