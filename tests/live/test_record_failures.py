"""An upstream that fails: told, recorded and replayed as what it is."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from emulator.fixtures.cassettes.recorded import NO_HTTP
from tests.support.recorders import raw, recording, replaying
from tests.support.upstreams import BODY, HEAD, Answer, answering, reset, sends, wait

SHORT = HEAD + b"Content-Length: 99\r\n\r\n" + BODY


CHUNK = HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(BODY), BODY)


WHOLE_CHUNK = b"%x\r\n%s\r\n" % (len(BODY), BODY)


#: How an upstream fails, how that is recorded, and what a client sees of it both times.
FAILURES: dict[str, tuple[Answer, str, bytes, str]] = {
    "reset before the answer": (reset, "reset", b"", "reset"),
    "closed before the answer": (lambda _: None, "closed", b"", "closed"),
    "reset within the body": (sends(SHORT, reset), "reset", BODY, "reset"),
    "closed within the body": (sends(SHORT), "closed", BODY, "closed"),
    "reset between chunks": (sends(CHUNK, reset), "reset", WHOLE_CHUNK, "reset"),
    "closed between chunks": (sends(CHUNK), "closed", WHOLE_CHUNK, "closed"),
    "no HTTP": (sends(b"hello\r\n\r\n"), "garbage", NO_HTTP, "closed"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_failure_is_passed_on_recorded_and_replayed_as_what_it_is(
    case: str, tmp_path: Path
) -> None:
    answer, failure, *seen = FAILURES[case]
    with answering(answer) as url, recording(url, tmp_path) as here:
        passed_on = raw(here.client)
    (file,) = here.files
    assert file == f"pets/_failed/{failure}.0001.yaml"
    assert here.exchange(file)["recorded"]["failure"] == failure
    with replaying(tmp_path) as client:
        replayed = raw(client)
    assert [passed_on, replayed] == [tuple(seen), tuple(seen)]


def test_silence_is_recorded_as_a_timeout_and_replayed_as_silence(tmp_path: Path) -> None:
    over = threading.Event()
    with (
        answering(lambda _: wait(over)) as url,
        recording(url, tmp_path, timeout_s=0.2) as here,
    ):
        answer = here.client.get("/pets/1")
        over.set()
        (file,) = here.files
        failure = here.exchange(file)["recorded"]["failure"]
    assert (answer.status_code, answer.headers["emulator-problem"]) == (504, "upstream-timeout")
    assert failure == "timeout"
    with replaying(tmp_path) as client, pytest.raises(httpx.ReadTimeout):
        client.get("/pets/1", timeout=0.2)


def test_upstream_that_is_not_there_is_told_and_not_recorded(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    with recording(url, tmp_path) as here:
        answer = here.client.get("/pets/1")
        files = here.files
    assert (answer.status_code, answer.headers["emulator-problem"]) == (502, "upstream-unreachable")
    assert answer.headers["emulator-recorded"].startswith("no: the upstream can't be reached")
    assert files == []


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed but itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pets")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "pets.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return file


def test_certificate_of_the_upstream_is_verified(certificate: Path, tmp_path: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    whole = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
    with answering(sends(whole), tls=tls) as url:
        with recording(url, tmp_path / "a") as here:
            refused = here.client.get("/pets/1")
        with recording(url, tmp_path / "b", ca_file=certificate) as here:
            trusted = here.client.get("/pets/1")
    assert refused.status_code == 502
    assert "CERTIFICATE_VERIFY_FAILED" in refused.json()["detail"]
    assert trusted.content == BODY
