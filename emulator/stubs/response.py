"""The response of a stub, compiled: a stored response, its delay and its faults."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import msgspec

from emulator.errors import FixtureError
from emulator.faults.base import Fault
from emulator.fixtures.files import decode_base64
from emulator.fixtures.responses import WRITTEN_BY_SERVER, StoredResponse, parse_headers
from emulator.fixtures.templates.compile import Fields, Template, compile_template, constant
from emulator.fixtures.templates.reading import read_value
from emulator.fixtures.templates.texts import is_template
from emulator.fixtures.templates.variables import LAZY
from emulator.http.codings import in_charset, lost_in, unknown_charset
from emulator.http.encode import dump
from emulator.http.messages import BODILESS, Json
from emulator.http.nearest import did_you_mean
from emulator.schema.field_errors import FieldError
from emulator.schema.pointers import escape
from emulator.stubs.faults import NO_DELAY, Delay, delay_errors, read_delay, read_faults
from emulator.stubs.handlebars import HELPERS, translated, unknown_helper
from emulator.stubs.names import FUNCTIONS, VARIABLES

#: The bytes of a file below `__files`; raises ValueError where there is none.
BodyFiles = Callable[[str], bytes]

#: What holds templates.
_TEXTS = ("headers", "body", "jsonBody")
_KNOWN = LAZY | FUNCTIONS | VARIABLES
_BODIES = ("body", "jsonBody", "base64Body", "bodyFileName")


#: Characters of expressions in one response: compiling many takes long.
EXPRESSION_LIMIT = 20_000


class StubResponse(msgspec.Struct, frozen=True, gc=False):
    """A compiled response; `parameters` are what its templates see by this name.

    `notices` say what is likely to be a mistake.
    """

    fixture: StoredResponse
    delay: Delay = NO_DELAY
    faults: tuple[Fault, ...] = ()
    parameters: Mapping[str, Json] = {}
    notices: tuple[FieldError, ...] = ()

    @property
    def status(self) -> int:
        """The status."""
        return self.fixture.status or 200


def no_files(name: str) -> bytes:
    """The files of an emulator that was given none."""
    raise ValueError(f"there is no folder for {name!r}: emulator serve --mappings DIR names one")


def compile_response(
    raw: Mapping[str, Json], id_: str, files: BodyFiles
) -> StubResponse | tuple[FieldError, ...]:
    """The response as written, which keeps its schema, or what can't be compiled of it."""
    templated, written = "response-template" in raw.get("transformers", ()), raw
    if templated:
        raw = {**raw, **_translated({name: raw[name] for name in _TEXTS if name in raw})}
    given = [name for name in _BODIES if name in raw]
    if len(given) > 1:
        return (FieldError(f"/{given[1]}", f"{' and '.join(given)}: a response has one body"),)
    try:
        fixture = _fixture(raw, f"stub {id_}", files, templated)
    except FixtureError as error:
        return (FieldError(error.pointer, error.message + _no_helper(written, error.pointer)),)
    faults, errors = read_faults(raw)
    if errors:
        return errors
    errors, notices = _names({name: raw.get(name) for name in _TEXTS}) if templated else ((), ())
    if errors:
        return errors
    errors = delay_errors(raw.get("delayDistribution"))
    if errors:
        return tuple(FieldError(f"/delayDistribution{e.pointer}", e.message) for e in errors)
    notices += tuple(_unsent(raw, given))
    delay = read_delay(raw.get("fixedDelayMilliseconds"), raw.get("delayDistribution"))
    return StubResponse(fixture, delay, faults, raw.get("transformerParameters", {}), notices)


def _unsent(raw: Mapping[str, Json], given: list[str]) -> Iterator[FieldError]:
    """What is written, and never sent as it is."""
    if raw.get("statusMessage"):
        yield FieldError("/statusMessage", "it is kept, but not sent")
    for name in raw.get("headers", ()):
        if name.lower() in WRITTEN_BY_SERVER:
            yield FieldError(f"/headers/{escape(name)}", "the server writes this field itself")
    status = raw.get("status", 200)
    for name in given:
        if status in BODILESS and raw[name] != "":
            message = f"a response {status} has no content (RFC 9110, 15): it is not sent"
            yield FieldError(f"/{name}", message)
    if "response-template" in raw.get("transformers", ()):
        for pointer in _templated_keys(raw.get("jsonBody"), "/jsonBody"):
            yield FieldError(pointer, "names of members are no templates: it is sent as it is")
    header, media_type = _content_type(raw)
    if charset := unknown_charset(media_type):
        message = f"the charset {charset!r} is not known: the body is sent as it is"
        yield FieldError(f"/headers/{escape(header)}", message)
    elif lost := lost_in(raw.get("body", ""), media_type):
        message = f"the charset of {media_type} lacks {lost[:20]!r}: sent as '?'"
        yield FieldError("/body", message)


def _templated_keys(value: Json, pointer: str) -> Iterator[str]:
    for name, part in value.items() if isinstance(value, dict) else ():
        here = f"{pointer}/{escape(name)}"
        if is_template(name):
            yield here
        yield from _templated_keys(part, here)
    for index, part in enumerate(value) if isinstance(value, list) else ():
        yield from _templated_keys(part, f"{pointer}/{index}")


def _content_type(raw: Mapping[str, Json]) -> tuple[str, str]:
    """The header field of the media type, as it is written; empty where there is none."""
    headers = (raw.get("headers") or {}).items()
    return next(
        (h for h in headers if h[0].lower() == "content-type" and type(h[1]) is str), ("", "")
    )


def _translated(value: Json) -> Json:
    """The texts of a value, with WireMock's templates as ours."""
    if isinstance(value, str):
        return translated(value, _KNOWN)
    if isinstance(value, dict):
        return {name: _translated(part) for name, part in value.items()}
    return [_translated(part) for part in value] if isinstance(value, list) else value


def _no_helper(raw: Mapping[str, Json], pointer: str) -> str:
    """Which helper there isn't, after the message about a template that can't be compiled."""
    text = raw.get(pointer.split("/")[1]) if pointer else None
    name = unknown_helper(text if isinstance(text, str) else dump(text).decode())
    return f"; there is no helper {name!r}{did_you_mean(name, HELPERS)}" if name else ""


def _names(texts: Json) -> tuple[tuple[FieldError, ...], tuple[FieldError, ...]]:
    """The names of templates that can't be used, and those that stand for nothing."""
    errors, notices = [], []
    if is_template(texts):
        from emulator.fixtures.templates.names import names_read  # late, as Jinja2 is
        from emulator.stubs.values import wrong_calls

        for pointer, read in names_read(texts):
            name = read.name
            if name in FUNCTIONS and read.valued:
                errors.append(FieldError(pointer, f"{name!r} is a function: write {name}(…)"))
            elif read.called and name not in FUNCTIONS:
                message = f"there is no function {name!r}{did_you_mean(name, FUNCTIONS)}"
                errors.append(FieldError(pointer, message))
            elif read.called:
                errors += (FieldError(pointer, each) for each in wrong_calls(name, read.constant))
            elif name not in _KNOWN:
                message = f"nothing has the name {name!r}{did_you_mean(name, _KNOWN)}"
                notices.append(FieldError(pointer, message))
    return tuple(errors), tuple(notices)


def _fixture(
    raw: Mapping[str, Json], file: str, files: BodyFiles, templated: bool
) -> StoredResponse:
    """The response as it is stored; raises FixtureError."""
    if templated:
        _bound(dump([raw.get("headers"), raw.get("jsonBody")]).decode(), file, "")

    def line(value: Json, pointer: str) -> Template:
        return compile_template(value, file, pointer, text=True) if templated else constant(value)

    headers = parse_headers(raw.get("headers"), line, "/headers")
    headers = Fields(header for header in headers if header[0] not in WRITTEN_BY_SERVER)
    fixture = StoredResponse(
        key="default",
        name=file,
        file=file,
        source="stub",
        status=raw.get("status", 200),
        headers=headers,
        constant=not templated,
    )
    if "jsonBody" in raw:
        typed = any(name == "content-type" for name, _ in headers)
        fixture = replace(fixture, media_type=None if typed else "application/json")
        if templated:
            value = _or_empty(raw["jsonBody"])
            return replace(fixture, body=compile_template(value, file, "/jsonBody"))
        return replace(fixture, binary=dump(raw["jsonBody"]))
    content = _content(raw, file, files)
    if not templated or "base64Body" in raw:
        return replace(fixture, binary=content)
    pointer = "/body" if "body" in raw else "/bodyFileName"
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise FixtureError(file, "it is not UTF-8, and so no template", pointer) from None
    if "bodyFileName" in raw:
        text = translated(text, _KNOWN)
    _bound(text, file, pointer)
    return replace(fixture, text=compile_template(text, file, pointer, text=True))


def _or_empty(value: Json) -> Json:
    """The templates of a JSON body, in which a path that leads nowhere is empty text, not null."""
    if isinstance(value, dict):
        return {name: _or_empty(part) for name, part in value.items()}
    if isinstance(value, list):
        return [*map(_or_empty, value)]
    path = read_value(value) if isinstance(value, str) else None
    return f"{{{{ {path} | default('') }}}}" if isinstance(path, str) else value


def _bound(text: str, file: str, pointer: str) -> None:
    """Raises FixtureError where there is too much to compile."""
    marks = (("{{", "}}"), ("{%", "%}"))
    found = (p.partition(end)[0] for start, end in marks for p in text.split(start)[1:])
    if sum(map(len, found)) > EXPRESSION_LIMIT:
        message = f"its expressions are longer than {EXPRESSION_LIMIT} characters"
        raise FixtureError(file, message, pointer)


def _content(raw: Mapping[str, Json], file: str, files: BodyFiles) -> bytes:
    if "base64Body" in raw:
        return decode_base64(raw["base64Body"], file, "/base64Body")
    if "bodyFileName" in raw:
        try:
            return files(raw["bodyFileName"])
        except ValueError as error:
            raise FixtureError(file, str(error), "/bodyFileName") from None
    text: str = raw.get("body", "")
    return in_charset(text.encode(errors="replace"), _content_type(raw)[1])
