"""What starting costs: processor seconds and memory, until the first request is answered.

    make bench-start
    make bench-start ARGS="github.json /repos/a/b"

Starts the command of each row, as often, and prints medians: `--help`, a small document, the
installed services, and the document given with a path to ask for, or else a generated one of about
10 MB. As after an installation, Python has compiled the modules before.
"""

import http.client
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emulator.http.messages import Json

RUNS = 5
SMALL = Path(__file__).parents[1] / "examples" / "petstore.yaml"
#: Of the generated document.
RESOURCES, FIELDS, EXAMPLES = 500, 40, 3
_EMULATOR = (sys.executable, "-m", "emulator")
_ADDRESS = re.compile(r" on http://([\d.]+:\d+)$")
#: `ru_maxrss` counts bytes on macOS, and KB elsewhere.
_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Case:
    """A row: the arguments of the command, and for a server what to ask for."""

    name: str
    arguments: tuple[str, ...]
    path: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """What one start took; `status` is that of the first answer, or of the command."""

    processor_s: float
    peak_mb: float
    status: int


def main() -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        last = given(sys.argv[1:]) if len(sys.argv) > 1 else generated(Path(folder))
        cases = (
            Case("--help", ("--help",)),
            Case("small document", ("serve", "--port", "0", str(SMALL)), "/pets"),
            Case(
                "installed services",
                ("serve", "--port", "0"),
                "/api/v3/toolkits",
                (("x-api-key", "any"),),
            ),
            last,
        )
        cache = {"PYTHONPYCACHEPREFIX": str(Path(folder, "compiled"))}
        for case in cases:
            start(case, cache)
        rounds = [[start(case, cache) for case in cases] for _ in range(RUNS)]
    print(f"{'start':<28} {'processor s':>12} {'least':>6} {'peak MB':>8}  answer")
    for case, starts in zip(cases, zip(*rounds, strict=True), strict=True):
        print(row(case, starts))


def row(case: Case, starts: Sequence[Start]) -> str:
    """The medians of a case, or what went wrong."""
    statuses = {each.status for each in starts}
    seconds = [each.processor_s for each in starts]
    peak = statistics.median(each.peak_mb for each in starts)
    median = statistics.median(seconds)
    shown = ", ".join(map(str, sorted(statuses)))
    return f"{case.name:<28} {median:>12.2f} {min(seconds):>6.2f} {peak:>8.0f}  {shown}"


def start(case: Case, environment: Mapping[str, str]) -> Start:
    """Run the command until its first answer; exits where there is none, or a 5xx."""
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        (*_EMULATOR, *case.arguments),
        env={**inherited, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    if case.path:
        # The port listens before its address is printed: the request waits for the server.
        found = _ADDRESS.search(process.stdout.readline().rstrip())
        status = answer(found[1], case) if found else 0
        # So that shutting down is not counted. Popen would collect what has ended by itself.
        os.kill(process.pid, signal.SIGKILL)
    else:
        process.stdout.read()
    _, code, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(code)
    process.stdout.close()
    if not case.path:
        status = process.returncode
    elif not 200 <= status < 500:
        sys.exit(f"{case.name} answers with {status}" if status else f"{case.name} did not start")
    used = usage.ru_utime + usage.ru_stime
    return Start(used, usage.ru_maxrss * _UNIT / 2**20, status)


def answer(address: str, case: Case) -> int:
    """The status of the response to the first request, read to its end."""
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request("GET", case.path, headers=dict(case.headers))
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def given(arguments: Sequence[str]) -> Case:
    """The case of a document on the command line, and of what to ask it for."""
    path = arguments[1] if len(arguments) > 1 else "/"
    return Case(Path(arguments[0]).name, ("serve", "--port", "0", arguments[0]), path)


def generated(folder: Path) -> Case:
    """A document of about 10 MB, written piece by piece: this process must stay small.

    What a process has had at most is never less than what its parent had when it was started.
    """
    path = folder / "generated.json"
    info = {"title": "Généré: not ASCII, as in most documents", "version": "1"}
    with path.open("w", encoding="utf-8") as file:
        file.write(
            f'{{"openapi": "3.1.0", "info": {json.dumps(info, ensure_ascii=False)}, "paths": {{'
        )
        file.writelines(_members((f"/r{n}/items/{{id}}", path_item(n)) for n in range(RESOURCES)))
        file.write('}, "components": {"schemas": {')
        file.writelines(_members((f"Resource{n}", resource(n)) for n in range(RESOURCES)))
        file.write("}}}")
    name = f"generated document, {path.stat().st_size / 1e6:.0f} MB"
    return Case(name, ("serve", "--port", "0", str(path)), "/r7/items/1")


def path_item(number: int) -> Json:
    """Two operations on a resource, with an example of each response."""
    schema = {"$ref": f"#/components/schemas/Resource{number}"}
    item = {f"field{n}": f"What field {n} of resource {number} holds" for n in range(FIELDS)}
    examples = {f"example{n}": {"value": item | {"id": n}} for n in range(EXAMPLES)}
    body = {"content": {"application/json": {"schema": schema, "examples": examples}}}
    error = {"type": "object", "properties": {"message": {"type": "string"}}}
    refused = {"content": {"application/json": {"schema": error}}, "description": "Refused"}
    responses = {"200": {"description": "The resource", **body}, "422": refused}
    id_ = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    trace = {"name": "trace", "in": "query", "schema": {"type": "string", "maxLength": 40}}
    return {
        "parameters": [id_],
        "get": {"operationId": f"get{number}", "parameters": [trace], "responses": responses},
        "put": {"operationId": f"put{number}", "requestBody": body, "responses": responses},
    }


def resource(number: int) -> Json:
    """The schema of a resource, which may hold the next one."""
    following = {"$ref": f"#/components/schemas/Resource{(number + 1) % RESOURCES}"}
    description = f"A field of resource {number}, which is described as fields are in documents."
    fields: Json = {
        f"field{n}": {"type": "string", "description": description} for n in range(FIELDS)
    }
    id_ = {"type": "integer", "minimum": 0}
    next_ = {"anyOf": [{"type": "null"}, following]}
    return {
        "type": "object",
        "required": ["id"],
        "properties": {"id": id_, "next": next_, **fields},
    }


def _members(items: Iterable[tuple[str, Json]]) -> Iterator[str]:
    for number, (name, value) in enumerate(items):
        yield f"{', ' if number else ''}{json.dumps(name)}: {json.dumps(value)}"


if __name__ == "__main__":
    main()
