"""The container's files hold what docs/service.md promises; no Docker is needed to check it."""

import fnmatch
import json
import re
import subprocess
import sys
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
_TEXT = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text("utf-8"))
STEPS = [tuple(line.split(maxsplit=1)) for line in _TEXT.splitlines() if line and line[0] != "#"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def steps(name: str) -> list[str]:
    return [words for step, words in STEPS if step == name]


def test_the_dockerfile_pleases_its_linter() -> None:
    done = subprocess.run(["hadolint", ROOT / "Dockerfile"], capture_output=True, text=True)

    assert done.stdout == ""
    assert done.returncode == 0


def test_it_installs_as_the_readme_says_and_runs_the_bot() -> None:
    command = "pip install -c constraints.txt ."

    assert f"`{command}`" in (ROOT / "README.md").read_text("utf-8")
    (installs,) = [run for run in steps("RUN") if run.startswith("pip install")]
    assert installs.replace('".${EXTRAS:+[$EXTRAS]}"', ".").startswith(f"{command} &&")
    assert [json.loads(words) for words in (*steps("ENTRYPOINT"), *steps("CMD"))] == [
        ["dateline"],
        ["discord"],
    ]


def test_the_package_finds_all_it_is_built_from_and_nothing_of_this_machine() -> None:
    left_out = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    build = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = [*build["packages"], *build["force-include"], "pyproject.toml", "constraints.txt"]
    needed += [PROJECT["project"]["readme"], *PROJECT["project"]["license-files"]]

    def is_left_out(name: str) -> bool:
        return any(fnmatch.fnmatch(name, pattern) for pattern in left_out)

    assert [name for name in needed if is_left_out(name)] == []
    assert all(map(is_left_out, (".env", ".git", ".venv", ".dateline", ".dateline-state")))


def test_nobody_is_root_and_only_the_data_can_be_written() -> None:
    bot = COMPOSE["services"]["bot"]

    assert steps("USER") == ["10001"]
    assert f"--uid {steps('USER')[0]} " in " ".join(steps("RUN"))
    assert bot["read_only"]
    assert bot["cap_drop"] == ["ALL"]
    assert [volume for volume in bot["volumes"] if not volume.endswith(":ro")] == ["data:/data"]
    assert steps("VOLUME") == ["/data"]
    assert all(folder.startswith("/data/") for folder in bot["environment"].values())


def test_what_the_bot_leans_on_comes_by_profile_and_the_server_is_the_tested_one() -> None:
    services = COMPOSE["services"]
    pins = PROJECT["tool"]["uv"]["constraint-dependencies"]
    tested = next(pin.partition("==")[2] for pin in pins if pin.startswith("chromadb=="))

    assert {name: one.get("profiles") for name, one in services.items()} == {
        "bot": None,
        **{name: [name] for name in services if name != "bot"},
    }
    assert services["chroma"]["image"] == f"chromadb/chroma:{tested}"
    named = {volume.partition(":")[0] for one in services.values() for volume in one["volumes"]} - {
        "${ARTICLES"
    }
    assert named == set(COMPOSE["volumes"])


class Page(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(("status", "is_well"), [(200, True), (503, False)])
def test_the_health_check_is_the_answer_of_the_health_page(status: int, is_well: bool) -> None:
    (words,) = steps("HEALTHCHECK")
    command = json.loads(words[words.index("CMD ") + 4 :])
    page = type("Now", (Page,), {"status": status})
    server = ThreadingHTTPServer(("127.0.0.1", 0), page)
    Thread(target=server.serve_forever, daemon=True).start()

    path = Path(sys.executable).parent
    known = {"PATH": f"{path}", "DATELINE_METRICS_PORT": f"{server.server_port}"}
    done = subprocess.run(command, env=known, capture_output=True)
    server.shutdown()
    server.server_close()

    assert (done.returncode == 0) is is_well
