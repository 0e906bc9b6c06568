"""LangSmith's own variables trace the chain; nothing is sent without them."""

import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).parents[2]


class Collector(BaseHTTPRequestHandler):
    sent: list[bytes]

    def do_GET(self) -> None:
        self._reply(b"{}")

    def do_POST(self) -> None:
        self.sent.append(self.rfile.read(int(self.headers["Content-Length"])))
        self._reply(b"{}")

    def _reply(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    Collector.sent = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", Collector.sent
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("tracing", ["true", "false"])
def test_each_step_of_an_answer_is_traced_if_langsmiths_variables_say_so(
    held, tmp_path: Path, collector: tuple[str, list[bytes]], tracing: str
) -> None:
    address, sent = collector

    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "Where did the ferry sink?"],
        cwd=tmp_path,
        env={
            **{"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            **{"DATELINE_INDEX": str(held.settings.index), "LANGSMITH_TRACING": tracing},
            **{"LANGSMITH_ENDPOINT": address, "LANGSMITH_API_KEY": "key"},
        },
        capture_output=True,
        text=True,
        check=True,
    )

    names = set(re.findall(rb'"name":"(\w+)"', b"".join(sent)))
    assert "Skerry Island" in done.stdout
    assert not names if tracing == "false" else {b"retrieve", b"read", b"_write"} <= names
