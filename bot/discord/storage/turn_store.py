"""Questions and answers as they are kept, with the messages that show them."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from bot.discord.messages.place import Address
from bot.discord.storage.servers import DAY_S, next_day
from retrieval.chat.state.kept import State
from retrieval.types import Answer

HISTORY_TURNS = 6
"""How far back a follow-up can refer."""
HELD_S = 60.0
"""How long a turn stays with a process that says nothing: longer than one that is only slow."""
DIRECT_MEMORY_S = 3600
"""How long direct messages remember: after an hour people speak of something else."""

_COLUMNS = (
    "turn_id, source_id, guild_id, channel_id, user_id, conversation, private, kind, question,"
    " asked_at, shared, heard_until, answer"
)
_ANSWERS = TypeAdapter(Answer)


def new_turn_id() -> str:
    """Give a name of twelve letters that nobody guesses."""
    return secrets.token_urlsafe(9)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTurn:
    """One question of one person in one place, and its answer once there is one.

    `source_id` is the message or interaction that asked: the same one is never answered twice.
    `conversation` names the thread or reply chain, of which what was asked after `heard_until`
    (seconds since 1970) does not count: it is not what the person replied to. A checked claim is
    somebody else's words and is kept without them: `question` is empty.
    """

    source_id: int
    guild_id: int | None
    channel_id: int
    user_id: int
    private: bool
    question: str = ""
    kind: Literal["question", "claim"] = "question"
    turn_id: str = field(default_factory=new_turn_id)
    conversation: str = ""
    asked_at: float = field(default_factory=time.time)
    shared: bool = False
    heard_until: float | None = None
    answer: Answer | None = None


_TURNS = TypeAdapter(StoredTurn)


def questions_of(turns: Sequence[StoredTurn]) -> list[str]:
    """Give what the turns asked, each once."""
    return list(dict.fromkeys(turn.question for turn in turns))


class TurnStore:
    """The turns on disk."""

    def __init__(self, state: State) -> None:
        self._db = state

    def add(self, turn: StoredTurn) -> bool:
        """Keep a new turn; False if its source has been taken before."""
        values = (
            *(turn.turn_id, turn.source_id, turn.guild_id, turn.channel_id, turn.user_id),
            *(turn.conversation or turn.turn_id, turn.private, turn.kind, turn.question),
            *(turn.asked_at, turn.shared, turn.heard_until, _to_json(turn.answer)),
        )
        with self._db:
            marks = ", ".join("?" * len(values))
            added = self._db.execute(
                f"INSERT INTO turns ({_COLUMNS}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608  only names and marks
                values,
            )
        return added.rowcount == 1

    def get(self, turn_id: str) -> StoredTurn | None:
        """Give a turn, unless it was deleted or has expired."""
        return self._one("turn_id = ?", turn_id)

    def by_message(self, message_id: int) -> StoredTurn | None:
        """Give the turn whose answer this message shows, or which it asked."""
        return self._one(
            "turn_id = (SELECT turn_id FROM messages WHERE message_id = ?) OR source_id = ?",
            *(message_id, message_id),
        )

    def finish(self, turn_id: str, answer: Answer) -> None:
        """Keep the answer; nothing happens if the person was forgotten meanwhile."""
        with self._db:
            self._db.execute(
                "UPDATE turns SET answer = CASE WHEN kind = 'claim' THEN ? ELSE ? END"
                " WHERE turn_id = ?",
                (_to_json(_without_claim(answer)), _to_json(answer), turn_id),
            )

    def wait(self, turn: StoredTurn, address: Address) -> None:
        """Keep which message waits for the answer, and that this process is at it."""
        until = self._db.now() + HELD_S
        with self._db:
            self._db.execute(
                "INSERT INTO pending (turn_id, channel_id, message_id, token, expires_at, holder,"
                " held_until) SELECT turn_id, channel_id, ?, ?, ?, ?, ? FROM turns"
                " WHERE turn_id = ? ON CONFLICT (turn_id) DO UPDATE SET"
                " message_id = excluded.message_id, token = excluded.token,"
                " expires_at = excluded.expires_at, holder = excluded.holder,"
                " held_until = excluded.held_until",
                (
                    *(address.message_id, address.token, address.expires_at),
                    *(self._db.holder, until, turn.turn_id),
                ),
            )

    def hold(self, turn_ids: Sequence[str]) -> None:
        """Keep that this process is still at these turns; another takes up what is not held."""
        until = self._db.now() + HELD_S
        with self._db:
            self._db.executemany(
                "UPDATE pending SET held_until = ? WHERE turn_id = ? AND holder = ?",
                [(until, turn_id, self._db.holder) for turn_id in turn_ids],
            )

    def left_waiting(self) -> list[tuple[StoredTurn, Address]]:
        """Give what this process left waiting, and take over what a killed one did."""
        now, holder = self._db.now(), self._db.holder
        with self._db:
            self._db.execute(
                "UPDATE pending SET holder = ?, held_until = ? WHERE held_until < ?",
                (holder, now + HELD_S, now),
            )
        rows = self._db.execute(
            "SELECT turn_id, message_id, token, expires_at FROM pending WHERE holder = ?", (holder,)
        )
        found = [
            (self.get(turn_id), Address(message_id=message_id, token=token, expires_at=expires_at))
            for turn_id, message_id, token, expires_at in rows.fetchall()
        ]
        return [(turn, address) for turn, address in found if turn is not None]

    def posted(self, turn_id: str, message_ids: Sequence[int]) -> None:
        """Keep which messages show the answer; it is pending no more."""
        with self._db:
            self._db.executemany(
                "INSERT INTO messages (message_id, turn_id)"
                " SELECT ?, turn_id FROM turns WHERE turn_id = ? ON CONFLICT DO NOTHING",
                [(message_id, turn_id) for message_id in message_ids],
            )
            self._db.execute("DELETE FROM pending WHERE turn_id = ?", (turn_id,))

    def messages(self, turn_id: str) -> list[int]:
        """Give the messages that show the answer, in order."""
        rows = self._db.execute(
            "SELECT message_id FROM messages WHERE turn_id = ? ORDER BY message_id", (turn_id,)
        )
        return [row[0] for row in rows]

    def earlier(self, turn: StoredTurn) -> list[StoredTurn]:
        """Give what was asked before in the conversation, by whomever, oldest first.

        A public answer never builds on a private question, and no answer on somebody else's.
        """
        since = turn.asked_at - DIRECT_MEMORY_S if turn.guild_id is None else 0.0
        until = turn.asked_at if turn.heard_until is None else turn.heard_until
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM turns WHERE conversation = ? AND coalesce(guild_id, 0) = ?"  # noqa: S608  our own words
            " AND kind = 'question' AND (NOT private OR (user_id = ? AND ?))"
            " AND answer IS NOT NULL AND asked_at BETWEEN ? AND ? AND turn_id != ?"
            " ORDER BY asked_at DESC LIMIT ?",
            (
                *(turn.conversation, turn.guild_id or 0, turn.user_id, turn.private),
                *(since, until, turn.turn_id, HISTORY_TURNS),
            ),
        ).fetchall()
        found = [_from_row(row) for row in reversed(rows)]
        return [known for known in found if known is not None]

    def mark_shared(self, turn_id: str, *, shared: bool) -> bool:
        """Note that a private answer is shared, or not after all; False if it was so before."""
        with self._db:
            marked = self._db.execute(
                "UPDATE turns SET shared = ? WHERE turn_id = ? AND shared != ?",
                (shared, turn_id, shared),
            )
        return marked.rowcount == 1

    def delete(self, turn_id: str) -> None:
        """Forget a turn, its messages and its feedback."""
        with self._db:
            self._db.execute("DELETE FROM turns WHERE turn_id = ?", (turn_id,))

    def delete_unanswered(self, turn_id: str) -> None:
        """Forget a turn that has no answer; one that has is left alone."""
        with self._db:
            self._db.execute("DELETE FROM turns WHERE turn_id = ? AND answer IS NULL", (turn_id,))

    def asked_today(self, turn: StoredTurn) -> tuple[int, float]:
        """Give how many questions the person asked here this day, whichever process was asked.

        This one is among them; the second is the moment of the one before, 0 if there is none.
        """
        midnight = next_day(turn.asked_at) - DAY_S
        mine = (turn.guild_id or 0, turn.user_id)
        asked = self._db.execute(
            "SELECT count(*) FROM turns WHERE coalesce(guild_id, 0) = ? AND user_id = ?"
            " AND asked_at >= ?",
            (*mine, midnight),
        )
        before = self._db.execute(
            "SELECT max(asked_at) FROM turns WHERE coalesce(guild_id, 0) = ? AND user_id = ?"
            " AND asked_at <= ? AND turn_id != ?",
            (*mine, turn.asked_at, turn.turn_id),
        )
        return int(asked.fetchone()[0]), float(before.fetchone()[0] or 0.0)

    def _one(self, where: str, *values: str | int) -> StoredTurn | None:
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM turns WHERE {where}",  # noqa: S608  our own words
            values,
        ).fetchone()
        return _from_row(row) if row else None


def _from_row(row: tuple[object, ...]) -> StoredTurn | None:
    names = [name.strip() for name in _COLUMNS.split(",")]
    values = dict(zip(names, row, strict=True))
    text = values.pop("answer")
    try:
        answer = _ANSWERS.validate_json(text) if isinstance(text, str) else None
        turn = _TURNS.validate_python(values)
    except ValidationError:  # written by an older Dateline: as good as expired
        return None
    return replace(turn, answer=answer)


def _to_json(answer: Answer | None) -> str | None:
    return None if answer is None else _ANSWERS.dump_json(answer).decode()


def _without_claim(answer: Answer) -> Answer:
    """Keep the passages and the verdict alone: the rest may repeat the claim."""
    refusal = answer.refusal and replace(answer.refusal, reason="")
    bare = replace(answer, question="", standalone_question="", text="", refusal=refusal)
    return replace(bare, statements=(), notes=())
