"""A site of the web on the loopback, and a fetcher that takes it for public."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from retrieval.articles.web.fetch import public_addresses

HOST = "news.example"


@dataclass
class Site:
    """What each path answers: status, headers and body; `asked` are the paths asked for so far."""

    port: int = 0
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    conditions: list[str | None] = field(default_factory=list)

    def url(self, path: str, host: str = HOST) -> str:
        return f"http://{host}:{self.port}{path}"

    def put(self, path: str, body: str | bytes, kind: str = "text/html", **more: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        self.answers[path] = (200, {"content-type": kind, **headers}, data)

    def move(self, path: str, place: str) -> None:
        self.answers[path] = (302, {"location": place}, b"")

    def pages_asked(self) -> list[str]:
        return [path for path in self.asked if path != "/robots.txt"]


@contextmanager
def serving() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            etag = self.headers.get("if-none-match")
            site.conditions.append(etag)
            status, headers, body = site.answers.get(self.path, (404, {}, b""))
            if etag and headers.get("etag") == etag:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


def as_if_public(host: str, port: int) -> Sequence[str]:
    """Take `news.example` for a public host, and everything else for what it is."""
    return ["127.0.0.1"] if host == HOST else public_addresses(host, port)
