"""Who asks for a version gets that one, or is refused."""

from emulator.contract.check.exchanges import at
from emulator.contract.check.passes.scenario import Bench, Scene, Scenes
from emulator.contract.check.promises import Basis

CHECK = "versions"

#: No API has it.
UNKNOWN = "00000000_99"


def check_versions(bench: Bench) -> Scenes:
    """The version an answer has, asked for by name; and one that does not exist."""
    for version in bench.contract.versions:
        operation = bench.operation(version.operation)
        if operation is None:
            continue
        scene = Scene(bench, CHECK, operation.key, Basis.DECLARED)
        request = scene.make(operation)
        usual = scene.send(request) if request else None
        if request and usual and usual.accepted:
            known = at(usual.json(), version.pointer)
            if isinstance(known, str):
                named = scene.send(request.with_parameter("query", version.parameter, known))
                if named.accepted and at(named.json(), version.pointer) != known:
                    reason = f"{known!r} was asked for"
                    scene.breach(named, "Another version comes than was asked for", reason)
            strange = scene.send(request.with_parameter("query", version.parameter, UNKNOWN))
            if strange.status not in version.unknown:
                reason = f"{strange.status}, not {' or '.join(map(str, version.unknown))}"
                scene.breach(strange, "A version that does not exist is answered", reason)
        yield scene
