"""What a SPEC names: a file or an installed service; where its document and fixtures are."""

import re
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from emulator.errors import DocumentError, SettingsError
from emulator.http.nearest import nearest
from emulator.mock.plugins import find_plugin, installed, service_names, unusable
from emulator.openapi.document.compile import compile_api
from emulator.openapi.document.load import load
from emulator.openapi.document.model import Api
from emulator.schema.notices import Notice
from emulator.settings import Settings


def chosen_specs(settings: Settings) -> tuple[tuple[str, ...], tuple[Notice, ...]]:
    """What is served, by default every installed service; a notice for each that can't be."""
    if settings.specs:
        return settings.specs, ()
    if not installed():
        # The emulator's own are missing only from a checkout that is not installed as it is now.
        message = "no service is installed that can be used"
        raise SettingsError("SPEC", message, "name a document, or install the emulator again")
    return tuple(installed()), tuple(
        Notice(
            error.distribution,
            "",
            "service-unusable",
            f"service {error.service!r} is left out: {error.message}",
        )
        for error in unusable()
    )


def load_api(
    spec: str, settings: Settings, taken: Sequence[str] = (), *, sampled: bool = False
) -> Api:
    """The compiled API of a file or an installed service; `taken` are names it can't have.

    `sampled` judges the document's examples and defaults, too.
    """
    plugin = find_plugin(spec)
    path = plugin.document if plugin else Path(spec)
    if not path.exists():
        raise _no_file(str(path) if plugin else spec, path)
    name = plugin.name if plugin else _name(path, taken)
    loaded = load(path, None if plugin else _root(settings, path), sampled=sampled)
    api = compile_api(name, loaded.file, loaded.document, loaded.notices, loaded.files)
    prefix = dict(settings.prefix).get(name)
    return api if prefix is None else replace(api, prefixes=(prefix,))


def _root(settings: Settings, document: Path) -> Path | None:
    root = settings.root
    if root is None:
        return None
    if not root.is_dir():
        raise SettingsError("--root", f"{root} is not a folder")
    if not document.resolve().is_relative_to(root.resolve()):
        raise SettingsError("--root", f"{document} is not below {root}", "a folder that holds both")
    return root


#: How the URLs of documents end; others are those of servers.
_OF_DOCUMENT = re.compile(
    r"(?:json|ya?ml|openapi|swagger|(?:api-)?docs)/?(?:[?#].*)?$", re.IGNORECASE
)


def _no_file(spec: str, path: Path) -> DocumentError:
    if re.match(r"https?:", spec):
        message = "a document is read from a file, not from a URL"
        loaded = _OF_DOCUMENT.search(spec)
        hint = f"curl -O {spec}" if loaded else f"emulator check SPEC --against {spec}"
        return DocumentError(spec, message, hint=hint)
    beside = sorted(path.parent.iterdir()) if path.parent.is_dir() else ()
    near = nearest(spec, [*installed(), *(str(each) for each in beside if each.is_file())])
    names = ", ".join(installed()) or "no service is installed"
    return DocumentError(spec, "there is no such file", hint=near or f"a file, or one of: {names}")


def fixtures_folder(name: str, settings: Settings) -> Path | None:
    """The user's folder for this API if there is one, else that of the installed service."""
    if settings.fixtures is not None:
        if not settings.fixtures.is_dir():
            raise SettingsError("--fixtures", f"{settings.fixtures} is not a folder")
        own = settings.fixtures / name
        if own.is_dir():
            return own
    plugin = find_plugin(name)
    return plugin.fixtures if plugin else None


def provider_folders(settings: Settings) -> list[Path]:
    """Where providers' tools are: those of installed services, and the user's over them.

    None where nothing is served that could have fixtures.
    """
    if settings.specs and settings.fixtures is None and not any(map(find_plugin, settings.specs)):
        return []
    folders = dict.fromkeys(each.providers for each in installed().values() if each.providers)
    own = [] if settings.fixtures is None else [settings.fixtures / "_providers"]
    return [folder for folder in (*folders, *own) if folder.is_dir()]


def providers_known_good(settings: Settings) -> bool:
    """Whether the tests of the packages that providers' tools come from check their templates."""
    folders = provider_folders(settings)
    plugins = [each for each in installed().values() if each.providers] if folders else []
    return settings.fixtures is None and all(each.known_good for each in plugins)


def _name(path: Path, taken: Sequence[str]) -> str:
    """The API's name from its file's: `Pet Store.v2.yaml` is `pet-store-v2`."""
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "api"
    name, number = stem, 2
    while name in taken or name in service_names():
        name, number = f"{stem}-{number}", number + 1
    return name
