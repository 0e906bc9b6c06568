"""What the chat model took and cost today, and what it replied before; SQLite or PostgreSQL.

Some OpenAI-compatible providers tell what a reply cost beside its tokens. LangChain's client drops
that figure, so its class is taken with one method more.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from retrieval.chat.state.kept import PostgresState, SqliteState, State, open_postgres
from retrieval.errors import ModelError, StateError
from retrieval.types import Answer, Spent

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.outputs import ChatGenerationChunk


_COST = "cost"
_TOTAL = "total_cost"
"""Some give a table of costs; this is its sum."""
_SMALL = 0.01


def priced_openai(name: str, arguments: Mapping[str, object]) -> "BaseChatModel":
    """Give OpenAI's chat model whose last piece of a reply says its cost, where the server does.

    Raises:
        ImportError: LangChain's package for OpenAI is not installed.
    """
    from langchain_openai import ChatOpenAI

    class PricedChatOpenAI(ChatOpenAI):
        def _convert_chunk_to_generation_chunk(
            self, chunk: dict[str, Any], *args: Any
        ) -> "ChatGenerationChunk | None":
            made = super()._convert_chunk_to_generation_chunk(chunk, *args)
            cost = _told(chunk.get("usage"))
            if made is not None and cost is not None:
                # A list, because pieces are joined, and numbers cannot be.
                made.message.response_metadata[_COST] = [cost]
            return made

    return PricedChatOpenAI(model=name, **arguments)  # type: ignore[arg-type]  # any of its fields


def cost_of(piece: "AIMessage") -> float | None:
    """Give what a piece of a reply says of its cost; None where it says nothing."""
    told = piece.response_metadata.get(_COST)
    return told[0] if told else None


def money(cost: float) -> str:
    """Give a cost in words: that of one reply is a fraction of a cent."""
    return f"{cost:.{4 if cost >= _SMALL else 6}f}"


def counted(answer: Answer) -> str:
    """Give in words what an answer has and took, its cost only where it is told."""
    cost = "" if answer.cost is None else f", cost {money(answer.cost)}"
    return f"{len(answer.citations)} citations, {answer.tokens or 0} tokens{cost}"


def _told(usage: object) -> float | None:
    cost = usage.get(_COST) if isinstance(usage, Mapping) else None
    cost = cost.get(_TOTAL) if isinstance(cost, Mapping) else cost
    if not isinstance(cost, int | float) or isinstance(cost, bool) or cost < 0:
        return None
    return float(cost)


_FILE = "model.sqlite3"
_TABLES = """
create table if not exists spent (day text primary key, tokens integer not null);
create table if not exists costs (day text primary key, cost double precision not null);
create table if not exists replies (key text primary key, reply text not null, day text not null);
"""


class Ledger:
    """Counts what each day (UTC) took, keeps replies; many threads and processes may share one."""

    def __init__(self, folder: Path, *, keep_days: int, url: SecretStr | None = None) -> None:
        """Use or make the file in the bot's own state folder, or a PostgreSQL instead."""
        self._folder = folder
        self._keep_days = keep_days
        self._url = url
        self._is_laid = False

    def spent_today(self) -> int:
        """Give the tokens counted since midnight, UTC."""
        with self._opened() as db:
            row = db.execute("select tokens from spent where day = ?", (_today(),)).fetchone()
        return int(row[0]) if row else 0

    def cost_today(self) -> float | None:
        """Give what that cost, None where no provider said it."""
        with self._opened() as db:
            row = db.execute("select cost from costs where day = ?", (_today(),)).fetchone()
        return float(row[0]) if row else None

    def spend(self, taken: Spent) -> None:
        """Count what a reply took for today."""
        with self._opened() as db:
            db.execute(
                "insert into spent (day, tokens) values (?, ?)"
                " on conflict (day) do update set tokens = spent.tokens + excluded.tokens",
                (_today(), taken.tokens),
            )
            if taken.cost is not None:
                db.execute(
                    "insert into costs (day, cost) values (?, ?)"
                    " on conflict (day) do update set cost = costs.cost + excluded.cost",
                    (_today(), taken.cost),
                )

    def recall(self, key: str) -> str | None:
        """Give the reply that was kept under a key."""
        with self._opened() as db:
            row = db.execute("select reply from replies where key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def remember(self, key: str, reply: str) -> None:
        """Keep a reply, and drop what is older than the days that are kept."""
        oldest = (date.fromisoformat(_today()) - timedelta(days=self._keep_days)).isoformat()
        with self._opened() as db:
            db.execute(
                "insert into replies (key, reply, day) values (?, ?, ?)"
                " on conflict (key) do update set reply = excluded.reply, day = excluded.day",
                (key, reply, _today()),
            )
            db.execute("delete from replies where day < ?", (oldest,))
            db.execute("delete from spent where day < ?", (oldest,))
            db.execute("delete from costs where day < ?", (oldest,))

    @contextmanager
    def _opened(self) -> Iterator[State]:
        try:
            with closing(self._connected()) as db, db:
                yield db
        except (OSError, StateError) as error:
            place = "DATELINE_STATE" if self._url is None else "DATELINE_STATE_URL"
            raise ModelError(f"the token count cannot be used ({error}); see {place}") from error

    def _connected(self) -> State:
        if self._url is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = SqliteState(self._folder / _FILE)
            file.executescript(_TABLES)
            return file
        server = PostgresState(self._url) if self._is_laid else open_postgres(self._url)
        self._is_laid = True
        return server


def reply_key(model: str, messages: Sequence[tuple[str, str]]) -> str:
    """Give the key of a reply: of the same model and messages, which hold what it was to read."""
    digest = hashlib.sha256()
    for part in (model, *(text for message in messages for text in message)):
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
