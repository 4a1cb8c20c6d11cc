"""One operation's admission as the source of one Python function, readable where it is printed.

It reads what is written plainly, as nearly all requests are: credentials, parameters, body, one
call of the validator. Whatever is unusual, or wrong in itself, is left to `check_auth` and
`validate_request`, which know every case.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import orjson

from emulator.http.exact import ALIKE, SAMPLED, may_lose
from emulator.http.long_bodies import LONG_BYTES
from emulator.http.messages import Request
from emulator.http.problems import Problem
from emulator.openapi.security.check import ANYONE, Alternative, Guard, Policy, Principal
from emulator.openapi.validate import plain_parameters as plain
from emulator.openapi.validate.json_bodies import MAX_DEPTH, decode_json
from emulator.openapi.validate.parameter_style import ParameterStyle
from emulator.openapi.validate.parameters import NO_VALUES, ParameterPlan
from emulator.openapi.validate.request import BodyPlan, RequestPlan, ValidRequest, refusal
from emulator.openapi.validate.source import FunctionSource
from emulator.openapi.validate.styles import MAX_PLAIN_PAIRS, single_texts
from emulator.schema.coerce.coercion import coerce
from emulator.schema.instances import deeper_than
from emulator.schema.validators import Schemas

#: Who asked for what the schemas refuse, and why.
Refused: TypeAlias = tuple[Principal, Problem]
#: (request, raw path parameters) → the request decoded, or None where nothing is said about it.
Admit: TypeAlias = Callable[[Request, Mapping[str, str]], ValidRequest | Refused | None]

_MOST_DIGITS = 300
#: What generated functions know by name.
_NAMES = {
    "ANYONE": ANYONE,
    "NO_VALUES": NO_VALUES,
    "single_texts": single_texts,
    "Principal": Principal,
    "ValidRequest": ValidRequest,
    "coerce": coerce,
    "deeper_than": deeper_than,
    "loads": orjson.loads,
    "may_lose": may_lose,
    "refusal": refusal,
}


@dataclass(slots=True)
class Admission:
    """What lets requests for one operation in; `admit` and `source` are made by the first."""

    guard: Guard
    policy: Policy
    plan: RequestPlan
    admit: Admit | None = None
    source: str = ""

    def made(self) -> Admit:
        """The function, generated and compiled."""
        program = _Program("admit(request, path)")
        if plain.is_writable(self.plan.parameters):
            program.write(self.guard, self.policy, self.plan)
        else:
            program.add("return None")
        self.source, self.admit = program.text, program.compiled(_NAMES)
        return self.admit


class _Program(FunctionSource):
    """The function of one operation under construction."""

    credentials = 0
    schemas: Schemas

    def write(self, guard: Guard, policy: Policy, plan: RequestPlan) -> None:
        """Write who asks, what the parameters and the body are, and whether these are valid."""
        parameters = plan.parameters
        self.schemas = parameters.api.requests
        self.leave("request.oversize or request.unread")
        self.add("fields = request.fields")
        principal = self._principal(guard, policy)
        styles = (*parameters.path, *parameters.header, *parameters.query)
        located = {each.location for each in styles}
        self.add(*(f"in_{location} = {{}}" for location in sorted(located)))
        keys = {e.schema_key for e in styles} | {e.schema_key for e in plan.bodies.values()}
        judges = bool(keys - {None})
        if judges:
            self.add("judged = {}")
        for style in parameters.path:
            self._path(style)
        for style in parameters.header:
            self._header(style)
        self._query(parameters)
        if parameters.cookie:
            self.leave("'cookie' in fields")
        if plan.bodies:
            self._body(plan)
        names = (f", {at!r}: in_{at}" for at in NO_VALUES if at in located)
        # A copy of all is quicker than its parts.
        values = f"{{**NO_VALUES{''.join(names)}}}" if located else "NO_VALUES"
        read = f"{values}, body, media_type" if plan.bodies else values
        if judges:
            self.add(f"principal = {principal}", f"values = {values}")
            principal, read = "principal", read.replace(values, "values")
            self._judge(plan, read)
        self.add(f"return ValidRequest(request, {principal}, {read})")

    def _judge(self, plan: RequestPlan, read: str) -> None:
        accepts = self.constant(self.schemas.accepts_together, "accepts")
        self.add("try:", f"    valid = not judged or {accepts}(judged)")
        self.add("except ValueError:  # it nests too deep", "    valid = False")
        self.add("if not valid:")
        if plan.bodies:  # each member of JSON comes after one of three characters
            self.add("    if opened is not None:", "        opened += raw.count(b',')")
            read = f"{read}, opened"
        refused = f"refusal({self.constant(plan, 'plan')}, {read})"
        self.add(f"    return principal, {refused}")

    def _principal(self, guard: Guard, policy: Policy) -> str:
        """Find who asks by the first alternative that holds, and say what makes the principal."""
        if not guard.alternatives or policy.mode == "off":
            return "ANYONE"
        if len(guard.alternatives) == 1:
            (alternative,) = guard.alternatives
            held = self._read(alternative)
            self.leave(f"not ({' and '.join(held) or True})")
            return f"Principal({self._allowed(alternative, held, policy)})"
        if guard.exclusive:
            every = [self._read(alternative) for alternative in guard.alternatives]
            missing = [f"(not ({' and '.join(held)}))" for held in every if held]
            if len(missing) > 1:
                self.leave(f"{' + '.join(missing)} < {len(missing) - 1}")
        self.add("scheme = None")
        for position, alternative in enumerate(guard.alternatives):
            self.add("if scheme is None:")
            held = every[position] if guard.exclusive else self._read(alternative, level=1)
            self.add(f"    if {' and '.join(held) or True}:")
            allowed = self._allowed(alternative, held, policy, level=2)
            self.add(f"scheme, credential = {allowed}", level=2)
        self.leave("scheme is None")
        return "Principal(scheme, credential)"

    def _read(self, alternative: Alternative, level: int = 0) -> list[str]:
        """Read the credentials of an alternative, and say what they are called."""
        held: list[str] = []
        for each in alternative:
            self.credentials += 1
            name = f"credential_{self.credentials}"
            held.append(name)
            if each.field:
                self.add(f"{name} = fields.get({each.field!r})", level=level)
            elif each.prefix:
                self.add(
                    "sent, _, rest = fields.get('authorization', '').partition(' ')",
                    f"{name} = rest.strip() if sent.lower() == {each.prefix!r} else None",
                    level=level,
                )
            else:
                reader = self.constant(each.read, "read")
                self.add(f"{name} = {reader}(request)", level=level)
        return held

    def _allowed(
        self, alternative: Alternative, held: Sequence[str], policy: Policy, level: int = 0
    ) -> str:
        """Leave what the policy may refuse, and say what the scheme and the credential are."""
        for name, each in zip(held, alternative, strict=True):
            if each.scheme.type != "apiKey":  # it may be a JWT
                self.leave(f"{name}.count('.') == 2", level=level)
            if policy.mode == "known":
                known = (policy.known or {}).get(each.scheme.name, frozenset())
                self.leave(f"{name} not in {self.constant(known, 'known')}", level=level)
        return f"{alternative[-1].scheme.name!r}, {held[-1]}" if alternative else "'', ''"

    def _path(self, style: ParameterStyle) -> None:
        self.add(f"raw = path.get({style.name!r}, '%')")
        self.leave("'%' in raw or not raw.isascii()")
        self._set("path", style)

    def _header(self, style: ParameterStyle) -> None:
        name = repr(style.sent_as)
        if not plain.is_plain(style):
            self.leave(f"{name} in fields")
            return
        self.add(f"raw = fields.get({name})")
        if style.required:
            self.leave("raw is None")
        self.add("if raw is not None:")
        self.leave("not raw.isascii() or raw != raw.strip(' \\t')", level=1)
        self._set("header", style, level=1)

    def _query(self, plan: ParameterPlan) -> None:
        if plain.is_taken(plan):
            self.leave("request.query")
        elif plan.query:
            self.add("query = request.query", "if query:")
            self._sent(plan.query)
            for style in filter(plain.is_plain, plan.query):
                self._from_query(style)
            if any(style.required for style in plan.query):
                self.add("else:", "    return None")

    def _sent(self, styles: Sequence[ParameterStyle]) -> None:
        """Split the query, and leave what is repeated, empty or of another style."""
        brackets = "'[' in query or " if any(each.spread for each in styles) else ""
        self.leave(f"{brackets}not query.isascii()", level=1)
        self.add(
            "if '%' in query or '+' in query:",
            "    sent = single_texts(query)",
            "    if sent is None:",
            "        return None",
            "else:",
            "    pairs = query.split('&')",
            f"    if len(pairs) > {MAX_PLAIN_PAIRS}:",
            "        return None",
            "    sent = {}",
            "    for pair in pairs:",
            "        name, _, raw = pair.partition('=')",
            "        if name in sent or not raw:",
            "            return None",
            "        sent[name] = raw",
            level=1,
        )
        for style in styles:
            if not plain.is_plain(style):
                self.leave(f"{style.name!r} in sent", level=1)

    def _from_query(self, style: ParameterStyle) -> None:
        self.add(f"raw = sent.get({style.name!r})", level=1)
        if style.required:
            self.leave("raw is None", level=1)
        self.add("if raw is not None:", level=1)
        self._set("query", style, level=2)

    def _set(self, location: str, style: ParameterStyle, level: int = 0) -> None:
        """Set a parameter to the value that its raw text has."""
        value = "raw"
        if not style.verbatim:
            value = f"coerce(raw, {self.constant(style.shape, 'shape')})"
        if not style.verbatim and style.whole:
            whole = f"raw.isdigit() and raw[0] != '0' and len(raw) < {_MOST_DIGITS}"
            value = f"int(raw) if {whole} else {value}"
        place, key = f"in_{location}[{style.name!r}]", style.schema_key
        valid = None if key is None else plain.surely_valid(self.schemas.roots[key], self.constant)
        if valid is not None:
            self.add(f"{place} = value = {value}", f"if not ({valid}):", level=level)
            self.add(f"    judged[{key!r}] = value", level=level)
        else:
            judged = f"judged[{key!r}] = " if key is not None else ""
            self.add(f"{place} = {judged}{value}", level=level)

    def _body(self, plan: RequestPlan) -> None:
        """Decode the body, of a Content-Type that came before or stands in the document."""
        for name in plan.bodies:
            plan.body_named(name)
        found = self.constant(plan.found, "found")
        self.add("body = media_type = opened = None", "raw = request.body")
        self.add("if raw:", "    content_type = fields.get('content-type', '')")
        self.add(f"    media_type = {found}.get(content_type)")
        self.leave("media_type is None", level=1)
        several = len(plan.bodies) > 1
        for name, body in plan.bodies.items():
            if several:
                self.add(f"if media_type == {name!r}:", level=1)
            self._decode(body, level=1 + several)
        if plan.body_required:
            self.add("else:", "    return None")
        else:  # no bytes may be a form, or text
            json = "'application/json'"
            self.add(f"elif fields.get('content-type', {json}) != {json}:", "    return None")

    def _decode(self, plan: BodyPlan, level: int) -> None:
        if plan.decode is decode_json:
            self.leave(f"len(raw) > {LONG_BYTES}", level=level)
            self.add(
                "try:",
                "    body = loads(raw)",
                "except ValueError:",
                "    return None",
                level=level,
            )
            # As in `http/exact.py`.
            alike = self.constant(ALIKE, "alike")
            # `in` would first try whether the bytes are a number.
            long = f"raw[::4].translate({alike}).find({SAMPLED!r}) >= 0"
            self.leave(f"{long} and may_lose(raw)", level=level)
            self.add("opened = raw.count(b'[') + raw.count(b'{')", level=level)
            self.leave(f"opened > {MAX_DEPTH} and deeper_than({MAX_DEPTH}, body)", level=level)
        else:
            decode = self.constant(plan.decode, "decode")
            self.add(f"body, malformed = {decode}(raw, content_type)", level=level)
            self.leave("malformed", level=level)
        if plan.schema_key is not None:
            self.add(f"judged[{plan.schema_key!r}] = body", level=level)
