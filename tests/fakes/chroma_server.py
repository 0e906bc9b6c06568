"""A real Chroma server on the loopback address, that can be stopped, started and made to fail."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

STARTED_WITHIN_S = 60


class ChromaServer:
    """`chroma run` over a folder, always on the same port."""

    def __init__(self, room: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._room = room
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        chroma = Path(sys.executable).parent / "chroma"
        place = ("--path", str(self._room), "--host", "127.0.0.1", "--port", str(self.port))
        with (self._room / "log").open("a") as log:
            self._process = subprocess.Popen([str(chroma), "run", *place], stdout=log, stderr=log)
        for _ in range(STARTED_WITHIN_S * 10):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                try:
                    self._process.wait(0.1)
                except subprocess.TimeoutExpired:
                    continue
                raise AssertionError("chroma run ended") from None
            else:
                return
        raise AssertionError("chroma run did not start")

    def pause(self) -> None:
        """Be silent, with the port open; once this returns, no thread answers any more."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)

    def go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.send_signal(signal.SIGCONT)  # a test may have failed while it was silent
            self._process.wait()
            self._process = None


class Way(ThreadingHTTPServer):
    """The way to a server; after `passing` more requests it answers 500 until that is lifted."""

    passing: int | None = None
    port: int


@contextmanager
def way_to(port: int) -> Iterator[Way]:
    """Forward every request to that port of this machine."""

    class Forward(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server: Way

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.server.passing is not None:
                self.server.passing -= 1
                if self.server.passing < 0:
                    self._answer(500, b"{}")
                    return
            with closing(http.client.HTTPConnection("127.0.0.1", port)) as upstream:
                upstream.request(self.command, self.path, body, dict(self.headers))
                response = upstream.getresponse()
                self._answer(response.status, response.read())

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = _forward  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    way = Way(("127.0.0.1", 0), Forward)
    way.daemon_threads = True
    Thread(target=way.serve_forever, daemon=True).start()
    way.port = way.server_address[1]
    yield way
    way.shutdown()
    way.server_close()
