"""A Chroma server that ranks by words, as Chroma Cloud's API has it, over a real single-node one.

Collections, rows and conditions are the real server's; what it refuses is played here: a schema
with a sparse index, sparse vectors in the metadata of rows, and `/search` by them, whose answer is
as Chroma's client reads it. How Chroma Cloud weighs rare words is not published; here it is as in
BM25.
"""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx

Json = dict[str, Any]
_MOST_BYTES = 256  # of a value in a collection's metadata, on Chroma Cloud
_OF_COLLECTION = re.compile(r"/collections/([^/]+)/(add|search)$")


class WordServer(ThreadingHTTPServer):
    """What it was asked; a server that `is_old` passes over what it does not know."""

    daemon_threads = True
    url: str
    is_old = False

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.upstream = httpx.Client(base_url=upstream, timeout=30)
        self.schemas: list[Json] = []
        self.searches: list[Json] = []
        self.vectors: defaultdict[str, dict[str, dict[int, float]]] = defaultdict(dict)

    def made(self, body: Json) -> None:
        """Take a collection's schema away, as a single-node server takes none."""
        schema = body.pop("schema", None)
        if schema and not self.is_old:
            assert schema["keys"]["words"]["sparse_vector"]["sparse_vector_index"]["enabled"]
            self.schemas.append(schema)

    def added(self, collection: str, body: Json) -> None:
        """Take the sparse vectors of rows away; one that is held already stays as it is."""
        for row, values in zip(body["ids"], body["metadatas"], strict=True):
            sparse = values.pop("words", None)
            if sparse:
                assert sparse["#type"] == "sparse_vector"
                vector = dict(zip(sparse["indices"], sparse["values"], strict=True))
                self.vectors[collection].setdefault(row, vector)

    def found(self, path: str, collection: str, body: Json) -> Json:
        """Answer searches: rows that share a term, the largest product first."""
        self.searches += body["searches"]
        ids = [self._ranked(path, collection, one) for one in body["searches"]]
        nothing = [None for _ in ids]
        keys = ("documents", "embeddings", "metadatas", "scores")
        return {"ids": ids, **dict.fromkeys(keys, nothing), "select": [[] for _ in ids]}

    def _ranked(self, path: str, collection: str, search: Json) -> list[str]:
        knn = search["rank"]["$knn"]
        assert knn["key"] == "words"
        where = {"where": search["filter"]} if search["filter"] else {}
        held = self.upstream.post(path.replace("/search", "/get"), json={**where, "include": []})
        vectors = self.vectors[collection]
        query = dict(zip(knn["query"]["indices"], knn["query"]["values"], strict=True))
        rare = {term: self._rarity(term, vectors) for term in query}
        scores = {}
        for row in held.raise_for_status().json()["ids"]:
            shared = query.keys() & vectors.get(row, {}).keys()
            if shared:
                scores[row] = sum(query[one] * rare[one] * vectors[row][one] for one in shared)
        best = sorted(scores, key=lambda row: -scores[row])
        return best[: min(knn["limit"], search["limit"]["limit"])]

    @staticmethod
    def _rarity(term: int, vectors: dict[str, dict[int, float]]) -> float:
        holding = sum(term in vector for vector in vectors.values())
        return math.log1p((len(vectors) - holding + 0.5) / (holding + 0.5))


def _is_too_long(body: Json) -> bool:
    values = (body.get("new_metadata") or {}).values()
    return any(len(str(value).encode()) > _MOST_BYTES for value in values)


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: WordServer

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, at = self.path, _OF_COLLECTION.search(self.path)
        if self.command == "POST" and path.endswith("/collections"):
            self.server.made(held := json.loads(body))
            body = json.dumps(held).encode()
        elif at and at[2] == "add":
            self.server.added(at[1], held := json.loads(body))
            body = json.dumps(held).encode()
        elif self.command == "PUT" and _is_too_long(json.loads(body)):
            return self._send(400, b'{"error": "ChromaError", "message": "Quota exceeded"}')
        elif at and not self.server.is_old:
            found = self.server.found(path, at[1], json.loads(body))
            return self._send(200, json.dumps(found).encode())
        sent = {"Content-Type": "application/json"}
        got = self.server.upstream.request(self.command, path, content=body, headers=sent)
        return self._send(got.status_code, got.content)

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def word_server(upstream: str) -> Iterator[WordServer]:
    """Give a server that ranks by words before a real one of that URL."""
    server = WordServer(upstream)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
    server.upstream.close()
