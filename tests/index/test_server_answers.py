"""What a Chroma server can answer beside rows: no access, failures, a certificate of one's own."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from retrieval.errors import StoreError
from retrieval.index.chroma.store import Store
from tests.conftest import settings_for

TOKEN = "of-the-realm"


@contextmanager
def answering(status: int, certificate: Path | None = None) -> Iterator[tuple[int, list[Any]]]:
    """Serve one status to every request; give the port and the tokens that came."""
    tokens: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tokens.append((self.headers.get("authorization"), self.headers.get("x-chroma-token")))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"words of no form")

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1], tokens
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        signed.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.mark.parametrize(
    ("status", "says"),
    [(401, "DATELINE_CHROMA_TOKEN"), (403, "DATELINE_CHROMA_TOKEN"), (500, "500"), (503, "503")],
)
def test_a_server_that_gives_nothing_is_told_by_what_it_answers(
    tmp_path: Path, status: int, says: str
) -> None:
    with (
        answering(status) as (port, _),
        pytest.raises(StoreError, match=says) as told,
    ):
        Store(
            settings_for(tmp_path, chroma_url=f"http://127.0.0.1:{port}", chroma_token=TOKEN)
        ).collections()

    assert TOKEN not in str(told.value)


def test_the_token_goes_with_every_request(tmp_path: Path) -> None:
    with answering(401) as (port, tokens), pytest.raises(StoreError):
        Store(settings_for(tmp_path, chroma_url=f"http://127.0.0.1:{port}", chroma_token=TOKEN))

    assert set(tokens) == {(f"Bearer {TOKEN}", TOKEN)}


@pytest.mark.filterwarnings("ignore:`verify=<str>` is deprecated:DeprecationWarning")
def test_a_certificate_of_ones_own_is_taken_once_it_is_named(
    tmp_path: Path, certificate: Path
) -> None:
    with answering(503, certificate) as (port, _):
        url = f"https://localhost:{port}"
        with pytest.raises(StoreError, match="DATELINE_CHROMA_CA"):
            Store(settings_for(tmp_path, chroma_url=url))
        with pytest.raises(StoreError, match="503"):
            Store(settings_for(tmp_path, chroma_url=url, chroma_ca=certificate))
