"""Compile security schemes and requirements: what is not defined never opens a door."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from emulator.http.messages import Json
from emulator.http.nearest import did_you_mean
from emulator.openapi.document.model import UNDEFINED, SecurityRequirement, SecurityScheme
from emulator.schema.notices import Notice
from emulator.schema.pointers import follow, parts_of_reference, pointer_of

_SCHEMES = ["components", "securitySchemes"]


def compile_schemes(document: Mapping[str, Json]) -> dict[str, SecurityScheme]:
    """The security schemes of a document by their names; what leads nowhere is none."""
    schemes = {}
    for name, raw in ((document.get("components") or {}).get("securitySchemes") or {}).items():
        with suppress(KeyError):
            scheme = follow(document, raw)
            if isinstance(scheme, dict) and scheme:
                schemes[name] = _compile(name, scheme)
    return schemes


def _compile(name: str, scheme: Mapping[str, Json]) -> SecurityScheme:
    kind = str(scheme.get("type") or "")
    spelled = str(scheme.get("scheme") or "") if kind == "http" else ""
    return SecurityScheme(
        name=name,
        type=kind,
        location=str(scheme.get("in") or ""),
        parameter=str(scheme.get("name") or ""),
        http_scheme=spelled.lower(),
        spelled=spelled,
    )


@dataclass(slots=True)
class Requirements:
    """Compiles security requirements. `undefined` are schemes that are named, but not there."""

    file: str
    schemes: Mapping[str, SecurityScheme]
    notices: list[Notice]
    undefined: dict[str, SecurityScheme] = field(default_factory=dict)

    def compile(self, raw: Json, place: tuple[str, ...]) -> SecurityRequirement:
        """What is required, as far as it is defined; where nothing is, still some credential."""
        required: list[tuple[SecurityScheme, ...]] = []
        lost: list[SecurityScheme] = []
        for index, alternative in enumerate(raw if isinstance(raw, list) else ()):
            if not isinstance(alternative, dict):
                continue
            found = {name: self._scheme(name) for name in alternative}
            known = tuple(scheme for scheme in found.values() if scheme is not None)
            if known or not alternative:
                required.append(known)
            for name in (name for name, scheme in found.items() if scheme is None):
                self._tell(name, (*place, str(index), name))
                lost.append(self.undefined[name])
        if required or not lost:
            return tuple(required)
        # What is asked for can't be known, but that something is can: the door stays shut to
        # everybody who shows nothing. Whoever reached the server has a client certificate.
        shown = (scheme for scheme in self.schemes.values() if scheme.type != "mutualTLS")
        return tuple((scheme,) for scheme in (*shown, lost[0]))

    def _scheme(self, name: str) -> SecurityScheme | None:
        """The scheme of a name, or of a reference (OpenAPI 3.2, 4.30)."""
        if name in self.schemes or not name.startswith("#/"):
            return self.schemes.get(name)
        *parents, last = parts_of_reference(name[1:])
        return self.schemes.get(last) if parents == _SCHEMES else None

    def _tell(self, name: str, place: tuple[str, ...]) -> None:
        self.undefined.setdefault(name, SecurityScheme(name, UNDEFINED))
        message = f"there is no security scheme {name!r}{did_you_mean(name, self.schemes)}"
        self.notices.append(Notice(self.file, pointer_of(place), "security-undefined", message))
