"""Queries from standard input, with an embeddings provider that refuses one of them."""

import io
import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bot.cli import exit_code
from tests.conftest import WriteArticles

REFUSED = "forbidden words"


class _Provider(BaseHTTPRequestHandler):
    """An OpenAI-compatible server on loopback; its vectors are made of the text's length."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        data = [
            {"object": "embedding", "index": at, "embedding": [len(text), 1.0]}
            for at, text in enumerate(body["input"])
        ]
        self.send_response(400 if REFUSED in body["input"] else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        reply = {"object": "list", "data": data, "model": "any", "usage": {}}
        self.wfile.write(json.dumps(reply).encode())

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture(autouse=True)
def _searching_with_the_provider(
    tmp_path: Path, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATELINE_ARTICLES", str(write_articles()))
    monkeypatch.setenv("DATELINE_EMBEDDINGS", "openai:any")
    monkeypatch.setenv("DATELINE_EMBEDDINGS_KEY", "sk-any")
    queries = f"ferry\n\n{REFUSED}\ntower\n".encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(queries)))
    with ThreadingHTTPServer(("127.0.0.1", 0), _Provider) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/v1"
        monkeypatch.setenv("DATELINE_EMBEDDINGS_URL", url)
        yield
        server.shutdown()


def test_a_query_that_fails_is_told_in_its_place_and_the_rest_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = exit_code(["search", "--json", "-"])

    first, refused, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert code == 1
    assert [first.keys(), last.keys()] == [{"query", "hits"}] * 2
    assert refused.keys() == {"query", "error"}
    assert refused["query"] == REFUSED
    assert "openai:any failed" in refused["error"]


def test_a_query_that_fails_among_readable_ones_is_a_line_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = exit_code(["search", "-k", "1", "-"])

    printed = capsys.readouterr()
    assert code == 1
    assert printed.out.count("1.  ") == 2
    assert printed.err.startswith("dateline: the embeddings provider openai:any failed")
    assert printed.err.count("\n") == 1
