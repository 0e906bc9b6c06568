"""Backups: whole or refused, and a refusal changes nothing."""

import json
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import exit_code
from bot.commands.backup_commands import restore_backup, write_backup
from bot.discord.storage.database import fact, open_state, set_fact, sole_bot
from retrieval.errors import DiscordError, StoreError
from retrieval.index.ingest import ingest, remove_articles
from retrieval.index.library import Library
from retrieval.settings import Settings
from tests.conftest import TEXTS, settings_for

MANIFEST = "dateline-backup.json"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "index", state=tmp_path / "state")


@pytest.fixture
def backup(held: Library, tmp_path: Path) -> Path:
    """A backup of three articles and one fact, after which both have changed."""
    settings = held.settings
    with closing(open_state(settings.state)) as state, sole_bot(settings.state):
        set_fact(state, "colour", "green")
        write_backup(settings, tmp_path / "backup")
        set_fact(state, "colour", "red")
    remove_articles(held, "ferry.txt")
    return tmp_path / "backup"


def colour(settings: Settings) -> str | None:
    with closing(open_state(settings.state)) as state:
        return fact(state, "colour")


def rewritten(backup: Path, **changed: bytes) -> Path:
    """Write the backup anew with other contents of some files."""
    other = backup.with_name("other")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, changed.get(Path(name).stem.replace("-", "_"), old.read(name)))
    return other


def test_what_was_backed_up_while_the_bot_ran_comes_back(held: Library, backup: Path) -> None:
    assert restore_backup(held.settings, backup) == ["index", "state"]

    assert [article.source for article in held.articles()] == sorted(TEXTS)
    assert held.search("Where did the ferry sink?")[0].passage.text == TEXTS["ferry.txt"]
    assert colour(held.settings) == "green"
    ingest(held, [Path(held.articles()[0].folder)])


@pytest.mark.parametrize("damage", ["cut", "flipped", "newer", "no zip", "other digest"])
def test_a_damaged_or_newer_backup_is_one_line_and_changes_nothing(
    held: Library,
    backup: Path,
    damage: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = backup.read_bytes()
    if damage == "cut":
        backup.write_bytes(data[: len(data) // 2])
    elif damage == "flipped":
        middle = len(data) // 2
        backup.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    elif damage == "newer":
        told = json.dumps({"format": 99, "files": {}}).encode()
        backup = rewritten(backup, dateline_backup=told)
    elif damage == "no zip":
        backup.write_text("no backup", "utf-8")
    else:
        backup = rewritten(backup, chroma=b"other bytes")
    monkeypatch.setenv("DATELINE_STATE", str(held.settings.state))
    files = sorted(held.settings.index.parent.iterdir())

    code = exit_code(["restore", "--index", str(held.settings.index), str(backup)])

    printed = capsys.readouterr()
    assert (code, printed.out, printed.err.count("\n")) == (1, "", 1)
    assert len(held.articles()) == len(TEXTS) - 1
    assert colour(held.settings) == "red"
    assert sorted(held.settings.index.parent.iterdir()) == files


def test_nothing_is_restored_under_a_running_bot(held: Library, backup: Path) -> None:
    with sole_bot(held.settings.state), pytest.raises(DiscordError, match="already runs"):
        restore_backup(held.settings, backup)

    assert len(held.articles()) == len(TEXTS) - 1


def test_a_backup_of_nothing_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="back up"):
        write_backup(settings, tmp_path / "backup")

    assert not (tmp_path / "backup").exists()


def test_a_backup_that_points_out_of_its_folder_is_refused(held: Library, backup: Path) -> None:
    other = backup.with_name("other")
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("state/../../evil", b"")
        empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        told = {"format": 1, "files": {"state/../../evil": empty}}
        archive.writestr(MANIFEST, json.dumps(told))

    with pytest.raises(StoreError, match="no whole backup"):
        restore_backup(held.settings, other)


def test_a_state_in_postgresql_is_said_to_be_left_out_and_is_never_replaced_by_files(
    held: Library,
    backup: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATELINE_STATE_URL", "postgresql://nobody@127.0.0.1:1/")
    at = ["--index", str(held.settings.index)]

    saved = exit_code(["backup", *at, str(tmp_path / "other")])
    put_back = exit_code(["restore", *at, str(backup)])

    printed = capsys.readouterr()
    assert (saved, put_back) == (0, 1)
    assert "pg_dump" in printed.out
    assert "DATELINE_STATE_URL is set" in printed.err
    with zipfile.ZipFile(tmp_path / "other") as archive:
        assert not [name for name in archive.namelist() if name.startswith("state/")]
    assert colour(held.settings) == "red"
