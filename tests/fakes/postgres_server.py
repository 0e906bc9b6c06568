"""A real PostgreSQL on the loopback address, in a folder of its own, that can be stopped."""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg

STARTED_WITHIN_S = 30
_PLACES = (Path("/usr/local/bin"), *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")


def postgres_programs() -> Path | None:
    """Give the folder of `initdb` and `postgres`, None where they are not installed."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else []
    return next((one for one in (*places, *_PLACES) if _holds_all(one)), None)


def _holds_all(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("initdb", "postgres"))


class PostgresServer:
    """`postgres` over a new folder, always on the same port; `url()` is a fresh place in it."""

    def __init__(self, programs: Path, port: int | None = None) -> None:
        self.programs = programs
        self._room = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._room.chmod(0o755)
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = port or _free_port()
        data = self._room / "data"
        data.mkdir(mode=0o700)
        self._who: dict[str, object] = {}
        if os.geteuid() == 0:  # it refuses to be root
            shutil.chown(data, "nobody")
            self._who = {"user": "nobody", "extra_groups": []}
        made = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "dateline",
            "-A",
            "trust",
            "-N",
            "-E",
            "UTF8",
        ]
        locale = {"LC_ALL": "C", "PATH": os.defpath}
        subprocess.run(
            made, check=True, capture_output=True, cwd="/", env=locale, timeout=60, **self._who
        )

    def start(self) -> None:
        if self._process is not None:
            return
        options = (f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=")
        given = [part for option in (*options, *_FAST) for part in ("-c", option)]
        with (self._room / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.programs / "postgres", "-D", self._room / "data", *given],
                **{"stdout": log, "stderr": log, "cwd": "/", **self._who},
            )
        for _ in range(STARTED_WITHIN_S * 20):
            try:
                psycopg.connect(self._address()).close()
            except psycopg.OperationalError:
                try:
                    self._process.wait(0.05)
                except subprocess.TimeoutExpired:
                    continue
                raise AssertionError((self._room / "log").read_text()) from None
            else:
                return
        raise AssertionError("postgres did not start")

    def url(self) -> str:
        """Give the address of a place that nobody has used."""
        name = f"place_{next(self._numbers)}"
        with psycopg.connect(self._address(), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{self._address()}?options=-csearch_path%3D{name}"

    def stop(self) -> None:
        """End it as a machine does that goes down in order: open connections are cut."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._process = None

    def pause(self) -> None:
        """Be silent, with every connection open."""
        self._signal_all(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal_all(signal.SIGCONT)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._room, ignore_errors=True)

    def _signal_all(self, number: int) -> None:
        import psutil

        assert self._process is not None
        server = psutil.Process(self._process.pid)
        for process in (server, *server.children(recursive=True)):
            process.send_signal(number)

    def _address(self) -> str:
        return f"postgresql://dateline@127.0.0.1:{self.port}/postgres"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
