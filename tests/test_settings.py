"""Settings are read once, checked, and never show a secret."""

from pathlib import Path

import pytest

from retrieval.errors import SettingsError
from retrieval.settings import load_settings, shipped_seeds, unknown_names, unread_lines

TOKEN = "MTIzNDU2.secret-of-the-bot"


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_secret_does_not_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)

    settings = load_settings()

    assert TOKEN not in repr(settings)
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == TOKEN


def test_a_wrong_value_is_told_by_name_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_KEEP_DAYS", "secret words")

    with pytest.raises(SettingsError, match="DATELINE_KEEP_DAYS") as caught:
        load_settings()

    assert "secret words" not in str(caught.value)


def test_a_misspelt_line_of_the_env_file_is_reported_without_its_value(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"DISCORD_TOKN={TOKEN}\nOTHER=1\n", "utf-8")

    assert unknown_names() == ["DISCORD_TOKN"]
    assert load_settings().discord_token is None


def test_an_env_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"DATELINE_MODEL=\xff\xfe\n")

    for read in (load_settings, unknown_names, unread_lines):
        with pytest.raises(SettingsError, match=r"\.env"):
            read()


def test_a_byte_order_mark_of_a_windows_editor_hides_no_setting(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN={TOKEN}\nDATELINE_X=1\n", "utf-8-sig")

    assert load_settings().discord_token is not None
    assert unknown_names() == ["DATELINE_X"]


def test_lines_of_the_env_file_that_give_no_value_are_counted(tmp_path: Path) -> None:
    text = (
        "# mine\n\nDISCORD_TOKEN: abc\nDATELINE_KEEP_DAYS\nexport DATELINE_MODEL=extractive\n"
        f'OPENAI_API_KEY="abc\nDISCORD_TOKEN = {TOKEN} # the bot\nDATELINE_CHROMA_URL=\n'
    )
    (tmp_path / ".env").write_text(text, "utf-8")

    assert unread_lines() == [3, 4, 6]
    assert load_settings().discord_token is not None


def test_a_folder_named_seeds_is_taken_before_the_shipped_copy(tmp_path: Path) -> None:
    without = load_settings().articles_folder
    (tmp_path / "seeds").mkdir()

    assert without == shipped_seeds()
    assert load_settings().articles_folder == Path("seeds")
