"""Checks real servers that publish their document, and asks Schemathesis alone for the same.

`make real-servers` installs them into an environment of their own. Exits 1 where Schemathesis, that
goes on after failures here, finds what `emulator check` doesn't, with the same seeds and numbers of
examples. What a check costs is shown as a ratio to that.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.servers import wait_for
from emulator.cli.targets import targets
from emulator.contract.check.findings import CheckOptions, CheckResult, by_cause
from emulator.contract.check.report import lines
from emulator.contract.check.run import check
from emulator.http.messages import Headers
from tests.support.plain_check import missing_pairs, plain_findings

KINTO = """
[app:main]
use = egg:kinto
kinto.storage_backend = kinto.core.storage.memory
kinto.cache_backend = kinto.core.cache.memory
kinto.permission_backend = kinto.core.permission.memory
kinto.bucket_create_principals = system.Everyone
kinto.userid_hmac_secret = b4c96a8692291d88
multiauth.policies = basicauth
multiauth.policy.basicauth.use = kinto.core.authentication.BasicAuthAuthenticationPolicy
[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = 18888
"""
TOKEN = "token-of-this-run"


@dataclass(frozen=True)
class RealServer:
    """A server: the command that starts it in a folder, where its document and operations are."""

    command: tuple[str, ...]
    files: Mapping[str, str]
    document: str
    base_url: str
    headers: Headers


SERVERS = {
    "kinto": RealServer(
        ("kinto", "start", "--ini", "kinto.ini", "--port", "18888"),
        {"kinto.ini": KINTO},
        "http://127.0.0.1:18888/v1/__api__",
        "http://127.0.0.1:18888/v1",
        (("authorization", "Basic dXNlcjpwYXNzd29yZA=="),),
    ),
    "jupyter": RealServer(
        (
            *("jupyter-server", "--allow-root", "--no-browser", "--ServerApp.ip=127.0.0.1"),
            *("--ServerApp.port=18889", "--ServerApp.root_dir=.", "--ServerApp.port_retries=0"),
            f"--IdentityProvider.token={TOKEN}",
        ),
        {"a.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'},
        "http://127.0.0.1:18889/api/spec.yaml",
        "http://127.0.0.1:18889",
        (("authorization", f"token {TOKEN}"),),
    ),
}


@contextmanager
def started(server: RealServer, programs: Path) -> Iterator[Path]:
    """The file of its document, while it runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in server.files.items():
            (folder / file).write_text(text)
        command = [str(programs / server.command[0]), *server.command[1:]]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, cwd=folder, **quiet) as process:  # type: ignore[call-overload]
            try:
                wait_for(httpx.URL(server.base_url).port or 80, process)
                (folder / "document.yaml").write_bytes(_document(server))
                yield folder / "document.yaml"
            finally:
                process.terminate()


def _document(server: RealServer) -> bytes:
    answer = httpx.get(server.document, headers=list(server.headers), trust_env=False, timeout=20)
    return answer.raise_for_status().content


def _compared(server: RealServer, file: Path, seed: int, examples: int) -> tuple[CheckResult, bool]:
    """The result, and whether it holds all that Schemathesis finds."""
    [target] = targets((str(file),), server.base_url, server.headers)
    began = time.process_time()
    plain = plain_findings(
        target.document, server.base_url, seed, examples, headers=server.headers, goes_on=True
    )
    middle = time.process_time()
    result = check(target, CheckOptions(seed=seed, max_examples=examples), lambda _: None)
    ratio = (time.process_time() - middle) / (middle - began)
    missing = sorted(missing_pairs(plain, result.findings))
    found = f"{len(result.findings)} of {len(by_cause(result.findings))} causes"
    print(
        f"  seed {seed}: Schemathesis {len(plain)}, check {found}, "
        f"missing {len(missing)}, {ratio:.2f} times the processor time"
    )
    for operation, name in missing:
        print(f"    missing: {operation}  {name}")
    return result, not missing


def main() -> int:
    """Print what was found, all of it with `--show`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("programs", type=Path, help="the folder of the servers' programs")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--max-examples", type=int, default=20)
    parser.add_argument("--show", action="store_true", help="show the findings of the last seed")
    options = parser.parse_args()
    fine = True
    for name, server in SERVERS.items():
        print(name)
        with started(server, options.programs.absolute()) as file:
            for seed in range(options.seeds):
                result, held = _compared(server, file, seed, options.max_examples)
                fine = fine and held
        if options.show:
            print("\n".join(lines(result)))
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
