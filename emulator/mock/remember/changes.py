"""What a change makes of a record: a merge patch (RFC 7396) or a JSON patch (RFC 6902)."""

from collections.abc import Mapping
from copy import deepcopy

from emulator.http.messages import Json
from emulator.schema.pointers import parts_of

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"

Record = dict[str, Json]


class PatchError(Exception):
    """A JSON patch that can't be applied to the record; the message says which step of it."""


def merged(record: Json, patch: Json) -> Json:
    """What a merge patch makes of a value: null takes a member away."""
    if not isinstance(patch, dict):
        return patch
    found = dict(record) if isinstance(record, dict) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), value)
    return found


def patched(record: Record, steps: Json) -> Record:
    """What a JSON patch makes of a record; raises PatchError where a step can't be taken."""
    found: Json = deepcopy(record)
    for number, step in enumerate(steps if isinstance(steps, list) else ()):
        try:
            found = _step(found, step)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            operation = step.get("op") if isinstance(step, dict) else step
            reason = f"step {number} ({operation!r}) can't be applied: {error}"
            raise PatchError(reason) from error
    if not isinstance(found, dict):
        raise PatchError("the patch leaves no object")
    return found


def _step(value: Json, step: Mapping[str, Json]) -> Json:
    operation, path = step["op"], parts_of(step["path"])
    if operation == "test":
        if _get(value, path) != step["value"]:
            raise ValueError(f"{step['path']} has another value")
        return value
    if operation in ("add", "replace"):
        return _set(value, path, deepcopy(step["value"]), insert=operation == "add")
    if operation == "remove":
        return _set(value, path, None, remove=True)
    source = parts_of(step["from"])
    moved = deepcopy(_get(value, source))
    if operation == "move":
        value = _set(value, source, None, remove=True)
    elif operation != "copy":
        raise ValueError("no such operation")
    return _set(value, path, moved, insert=True)


def _get(value: Json, path: list[str]) -> Json:
    for part in path:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def _set(
    value: Json, path: list[str], part: Json, *, insert: bool = False, remove: bool = False
) -> Json:
    if not path:
        if remove:
            raise ValueError("the whole can't be removed")
        return part
    holder, name = _get(value, path[:-1]), path[-1]
    if isinstance(holder, list):
        index = len(holder) if name == "-" else int(name)
        if index < 0 or index > len(holder) or (index == len(holder) and not insert):
            raise IndexError(f"no entry {name}")
        if remove:
            del holder[index]
        elif insert:
            holder.insert(index, part)
        else:
            holder[index] = part
    elif remove or not insert:
        if name not in holder:
            raise KeyError(name)
        if remove:
            del holder[name]
        else:
            holder[name] = part
    else:
        holder[name] = part
    return value
