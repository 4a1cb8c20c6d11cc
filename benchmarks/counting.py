"""Counts what runs: Python functions that are entered, and objects of `emulator` that are made.

`count_structs` has to be called before anything of `emulator` is imported.
"""

import enum
import gc
import sys
from collections import Counter
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, is_typeddict

import msgspec

Calls = Counter[CodeType]
Objects = Counter[type]

#: How the files of the benchmarks begin.
_OWN = __file__.removesuffix("counting.py")
#: Where instances are counted now, if anywhere.
_counting: list[Objects] = []


def count_calls(calls: Calls) -> None:
    """Count each Python function that is entered, ours and others', until `count_no_calls`.

    A generator or coroutine counts each time it goes on; the benchmarks' own functions don't.
    """

    def on_event(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and not frame.f_code.co_filename.startswith(_OWN):
            calls[frame.f_code] += 1

    sys.setprofile(on_event)


def count_no_calls() -> None:
    """End what `count_calls` began."""
    sys.setprofile(None)


def count_objects(objects: Objects | None) -> None:
    """Count the instances that are made of `emulator`'s classes, by class; with None no longer."""
    _counting[:] = [] if objects is None else [objects]


def count_structs() -> None:
    """Have every `msgspec.Struct` defined from now on tell of its instances.

    A struct is made without any function of Python, but calls `__post_init__`, which it looks up
    when it is defined.
    """
    msgspec.Struct = CountedStruct  # type: ignore[misc]


class CountedStruct(msgspec.Struct):
    """The base of every struct."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = vars(cls).get("__post_init__")

        def made(self: object) -> None:
            _count(type(self))
            if own is not None:
                own(self)

        cls.__post_init__ = made  # type: ignore[attr-defined]


def count_classes() -> None:
    """Have every other class of `emulator` that is defined now tell of its instances."""
    gc.unfreeze()  # or what the server has frozen is not among the objects
    classes = [each for each in gc.get_objects() if isinstance(each, type) and _is_counted(each)]
    wrapped: set[type] = set()
    for class_ in sorted(classes, key=lambda each: len(each.__mro__)):
        if wrapped.isdisjoint(class_.__mro__):
            wrapped.add(class_)
            setattr(class_, "__new__", _counted(class_.__new__))  # noqa: B010  # any class's
        elif "__new__" in vars(class_):
            sys.exit(f"{class_.__name__} would be counted twice")


def _is_counted(class_: type) -> bool:
    own = str(class_.__module__).startswith("emulator.")
    return own and not (
        issubclass(class_, enum.Enum | msgspec.Struct | CountedStruct) or is_typeddict(class_)
    )


def _counted(original: Callable[..., Any]) -> Callable[..., Any]:
    """A class's `__new__`, with a count of what it makes."""

    def new(class_: type, *args: object, **fields: object) -> object:
        _count(class_)
        if original is object.__new__:
            return original(class_)
        return original(class_, *args, **fields)

    return new


def _count(class_: type) -> None:
    for objects in _counting:
        objects[class_] += 1
