"""The doctor says what is wrong and what to do, and never shows a secret."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.commands.doctor_command import Finding, print_findings, run_doctor
from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from retrieval.models import weights
from retrieval.settings import Settings
from tests.fakes.postgres_server import PostgresServer

# Of the right form and nobody's: "123456789012345678" in base64, then letters.
TOKEN = f"MTIzNDU2Nzg5MDEyMzQ1Njc4.{'a' * 6}.{'b' * 38}"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "one.txt").write_text("The harbour reopened.", "utf-8")
    return Settings(articles=Path("articles"), index=Path("index"), state=Path("state"))


def finding(settings: Settings, name: str) -> Finding:
    return next(found for found in run_doctor(settings) if found.name == name)


def changed(settings: Settings, **values: object) -> Settings:
    return settings.model_copy(update=values)


def test_a_good_installation_is_all_well(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    code = print_findings(run_doctor(settings))

    out = capsys.readouterr().out
    assert code == 0
    assert "WRONG" not in out
    assert "ok    packages: all" in out
    assert "ok    model files: as shipped: embedder.onnx" in out


def test_one_wrong_thing_makes_the_exit_code_one(capsys: pytest.CaptureFixture[str]) -> None:
    findings = [Finding(name="a", ok=True, detail="fine")]
    wrong = Finding(name="b", ok=False, detail="\x1b[2Jbroken", remedy="mend it")
    advice = Finding(name="c", ok=True, detail="open", remedy="close it")

    codes = [print_findings([*findings, advice]), print_findings([*findings, wrong])]

    out = capsys.readouterr().out
    assert codes == [0, 1]
    assert "note  c: open\n      -> close it\n" in out
    assert "WRONG b: ␛[2Jbroken\n      -> mend it\n" in out


def test_the_doctor_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))

    list(run_doctor(settings))

    assert sorted(tmp_path.rglob("*")) == before


def test_a_damaged_model_file_is_named(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "models"
    copy.mkdir()
    for path in weights.MODELS.glob("*.json"):
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / "embedder.onnx").write_bytes(b"not a model")
    monkeypatch.setattr("retrieval.models.weights.MODELS", copy)

    found = finding(settings, "model files")

    assert not found.ok
    assert "embedder.onnx is damaged" in found.detail


def test_a_misspelt_setting_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_MODLE", "extractive")

    found = finding(settings, "settings")

    assert not found.ok
    assert "DATELINE_MODLE" in found.detail


@pytest.mark.parametrize(("mode", "advice"), [(0o644, "chmod 600 .env"), (0o600, "")])
def test_an_env_file_that_others_can_read_is_pointed_out(
    settings: Settings, tmp_path: Path, mode: int, advice: str
) -> None:
    (tmp_path / ".env").touch(mode=mode)
    (tmp_path / ".env").chmod(mode)

    found = finding(settings, ".env")

    assert found.ok
    assert found.remedy == advice


def test_a_line_of_the_env_file_that_cannot_be_read_is_wrong(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("# mine\nDISCORD_TOKEN: abc\n", "utf-8")

    found = finding(settings, ".env")

    assert not found.ok
    assert found.detail == "no value is given to a name in line 2"
    assert "NAME=value" in found.remedy


@pytest.mark.parametrize("folder", ["missing", "empty"])
def test_a_folder_without_articles_is_wrong(
    settings: Settings, tmp_path: Path, folder: str
) -> None:
    (tmp_path / "empty").mkdir()

    found = finding(changed(settings, articles=Path(folder)), "articles")

    assert not found.ok
    assert "DATELINE_ARTICLES" in found.remedy


@pytest.mark.parametrize(("token", "is_well"), [(TOKEN, True), ("my-secret-word", False)])
def test_the_token_is_judged_and_never_shown(
    settings: Settings, capsys: pytest.CaptureFixture[str], token: str, is_well: bool
) -> None:
    code = print_findings(run_doctor(changed(settings, discord_token=SecretStr(token))))

    assert code == (0 if is_well else 1)
    assert token not in "".join(capsys.readouterr())


def test_a_state_folder_that_cannot_be_written_is_wrong(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    found = finding(changed(settings, state=tmp_path / "file" / "state"), "state folder")

    assert not found.ok
    assert "DATELINE_STATE" in found.remedy


def test_a_state_in_postgresql_is_asked_whether_it_answers(
    settings: Settings, postgres: PostgresServer
) -> None:
    address = postgres.url()

    well = finding(changed(settings, state_url=SecretStr(address)), "state")
    away = finding(changed(settings, state_url=SecretStr("postgresql://h:hush@[::1]:1/")), "state")

    assert well.ok
    assert "PostgreSQL" in well.detail
    assert not away.ok
    assert "DATELINE_STATE_URL" in away.detail
    assert "hush" not in away.detail


@pytest.mark.parametrize(
    ("model", "hint"),
    [("gpt", "DATELINE_MODEL"), ("nobody:x", "nobody"), ("openai:gpt-x", "key")],
)
def test_a_chat_model_that_cannot_be_made_is_wrong(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, model: str, hint: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    found = finding(changed(settings, model=model), "chat model")

    assert not found.ok
    assert hint in found.detail


def test_a_chat_model_is_made_but_not_called(settings: Settings) -> None:
    unreachable = changed(
        settings, model="openai:gpt-x", model_key=SecretStr("k"), model_url="http://127.0.0.1:9"
    )

    found = finding(unreachable, "chat model")

    assert found.ok
    assert "not called" in found.detail
    assert "at most 16,000 tokens a question, 1,000,000 a day" in found.detail


def test_online_calls_the_chat_model(settings: Settings) -> None:
    unreachable = changed(
        settings,
        model="openai:gpt-x",
        model_key=SecretStr("k"),
        model_url="http://127.0.0.1:9",
        model_timeout_s=0.2,
    )

    found = next(f for f in run_doctor(unreachable, online=True) if f.name == "chat model")

    assert not found.ok


def test_an_index_that_is_no_index_is_wrong(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "broken" / "chroma"
    folder.mkdir(parents=True)
    (folder / "chroma.sqlite3").write_bytes(b"not a database" * 100)

    found = finding(changed(settings, index=folder.parent), "index")

    assert not found.ok
    assert "broken" in found.detail


def test_a_filled_index_is_described(settings: Settings) -> None:
    with open_library(settings) as library:
        ingest(library, [settings.articles_folder])

    found = finding(settings, "index")

    assert found.ok
    assert "1 article, 1 passage in index, last written 20" in found.detail


def test_what_tells_of_articles_is_not_counted_as_one(settings: Settings) -> None:
    (settings.articles_folder / "sources.toml").write_text("", "utf-8")

    assert finding(settings, "articles").detail == "1 file in articles"
