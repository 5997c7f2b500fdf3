"""Requests of a monitor over TLS: certificates are checked, and time is bounded there as well."""

import datetime
import ipaddress
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from verifier.commands.web import Web


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of this machine's loopback, signed by itself, and its key, in one file."""
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "node.example")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    built = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "node.pem"
    path.write_bytes(private + built.sign(key, None).public_bytes(pem))
    return path


@pytest.fixture
def node(certificate):
    """A server with that certificate; `checkpoint` is answered at once, all else a byte at a time."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(1 if self.path == "/checkpoint" else 200):
                    self.wfile.write(b"x")
                    time.sleep(0.05)
            except OSError:
                return

        def log_message(self, *_):
            return

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_that_nobody_vouches_for(node):
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        Web(node).read("checkpoint")


def test_one_that_is_trusted(node, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert Web(node).read("checkpoint") == b"x"


def test_a_slow_answer_ends_in_time(node, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    began = time.monotonic()
    with pytest.raises(OSError, match="no whole answer within 1 s"):
        Web(node, request_s=0.7).read("tile/0/000")
    assert time.monotonic() - began < 2


def test_the_time_of_a_round_is_over_for_all_that_is_asked(node, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    web = Web(node, request_s=5, round_s=0.4)
    with pytest.raises(OSError, match="no whole answer within"):
        web.read("tile/0/000")
    with pytest.raises(OSError, match="the time for this round is over"):
        web.read("checkpoint")
    web.begin_round()
    assert web.read("checkpoint") == b"x"
