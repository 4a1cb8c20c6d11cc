"""What a test set up that never came to anything: a fault never injected, a stub never met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from emulator.client.values import NearMiss
from emulator.http.encode import dump
from emulator.http.messages import Json

__tracebackhide__ = True

#: Other words that a stub's request may say where it is.
_URLS = ("urlPath", "url", "urlPathTemplate", "urlPathPattern", "urlPattern")


Kind = Literal["fault", "stub"]
Key = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Unused:
    """A fault rule or a stub that came to nothing: its id, how it was set, and why."""

    kind: Kind
    id: str
    what: str
    reason: str

    def __str__(self) -> str:
        return f"{self.kind} {self.what}: {self.reason}"


@dataclass(slots=True)
class Made:
    """What was made through a scope and has to be of use, by kind and id.

    `lost` was taken away before it was of any.
    """

    set_up: dict[Key, Mapping[str, Json]] = field(default_factory=dict)
    lost: list[Unused] = field(default_factory=list)

    def keep(self, kind: Kind, id_: str, raw: Mapping[str, Json], *, optional: bool) -> None:
        """Remember what was made, as it was written; what is optional need not be of use."""
        self.set_up.pop((kind, id_), None)
        if not optional:
            self.set_up[kind, id_] = raw


def words_for(kind: Kind, raw: Mapping[str, Json]) -> str:
    """A fault rule, or the requests that a stub is for."""
    return _fault_words(raw) if kind == "fault" else _stub_words(raw)


def _fault_words(rule: Mapping[str, Json]) -> str:
    rest = {name: rule[name] for name in ("where", "when", "parameters") if name in rule}
    return f"{rule.get('fault')!r}" + (f" {dump(rest).decode()}" if rest else "")


def _stub_words(mapping: Mapping[str, Json]) -> str:
    request = mapping.get("request", {})
    url = next((request[name] for name in _URLS if name in request), "any path")
    rest = {name: each for name, each in request.items() if name not in ("method", *_URLS)}
    more = f" {dump(rest).decode()}" if rest else ""
    return f"{request.get('method', 'ANY')} {url}{more}"


def path_of(pattern: Mapping[str, Json]) -> str:
    """The path that a request pattern asks for, empty where it names none."""
    path = pattern.get("urlPath") or pattern.get("url") or pattern.get("urlPathTemplate")
    return str(path).partition("?")[0] if path else ""


def below_base_path(
    path: str, near_misses: Sequence[NearMiss], prefixes: Mapping[str, Sequence[str]]
) -> str:
    """That the nearest requests differ by a base path alone, which is easily forgotten."""
    came = {text.partition("?")[0] for miss in near_misses for text in _urls(miss)}
    for api, each in prefixes.items():
        for prefix in filter(None, each):
            if path and prefix + path in came:
                return f"{prefix} is the base path of {api}: the path is {prefix}{path}\n"
            if path.startswith(prefix + "/") and path.removeprefix(prefix) in came:
                return f"{prefix} is the base path of {api}, and the requests came without it\n"
    return ""


def _urls(miss: NearMiss) -> Sequence[str]:
    return [text for each in miss.unmet if each.pointer.startswith("/url") for text in each.actual]


def report(unused: Sequence[Unused]) -> str:
    """The message of a test that set up what came to nothing."""
    listed = "\n".join(f"- {each}" for each in unused)
    number = "1 thing" if len(unused) == 1 else f"{len(unused)} things"
    return (
        f"{number} that this test set up came to nothing, so it may test less than it says:\n"
        f"{listed}\n"
        "What may come to nothing is made with optional=True; emulator_unused = warn or allow in"
        " pytest's settings, or unused= of the marker, is for all."
    )
