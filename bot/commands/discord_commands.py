"""`dateline discord`, which runs the bot, and `feedback`, what people said of its answers."""

from pathlib import Path

import click

from bot.options import index_option, settings_for
from retrieval.errors import UsageError
from retrieval.record import json_line


@click.command("discord")
@click.option("--sync", is_flag=True, help="Register the commands even if they did not change.")
@click.option("--guild", type=int, metavar="ID", help="Register for one server only, at once.")
@click.option(
    "--shards",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many shards; as many as Discord recommends by default.",
)
@click.option(
    "--shard-ids", metavar="ID,ID", help="Those of this process, all by default; needs --shards."
)
@index_option
def discord_command(
    sync: bool, guild: int | None, shards: int | None, shard_ids: str | None, index: Path | None
) -> int:
    """Run the Discord bot until it is stopped."""
    from bot.discord.client import Start
    from bot.discord.run import run_discord
    from bot.first_run import opened_bot

    start = Start(sync=sync, guild=guild, shards=shards, shard_ids=_ids(shard_ids, shards))
    settings = settings_for(index)
    run_discord(settings, lambda: opened_bot(settings), start)
    return 0


def _ids(typed: str | None, count: int | None) -> tuple[int, ...]:
    if typed is None:
        return ()
    ids = [int(one) if one.strip().isdecimal() else -1 for one in typed.split(",")]
    if count is None or not all(0 <= one < count for one in ids):
        raise UsageError(
            f"--shard-ids {typed} needs --shards N and numbers from 0 to N-1, such as "
            "--shards 4 --shard-ids 0,1"
        )
    return tuple(dict.fromkeys(ids))


@click.group("feedback")
def feedback_command() -> None:
    """Work with the feedback that people gave in Discord."""


@feedback_command.command("export")
@index_option
def export(index: Path | None) -> int:
    """Print one question-set line for each rated answer."""
    from bot.discord.storage.feedback_store import export_feedback

    for line in export_feedback(settings_for(index)):
        click.echo(json_line(line))
    return 0
