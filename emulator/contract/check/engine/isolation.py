"""Makes what Hypothesis draws independent of the project that a check runs in.

Imported by the adapter only; it needs the extra `check` as well.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from hypothesis import configuration
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants


@contextmanager
def isolated() -> Iterator[None]:
    """A seed draws the same values in any project, and nothing is written to its folder.

    Not to be entered by two threads at a time: it swaps members of Hypothesis' modules.
    """
    with _no_files_left(), _same_values_anywhere():
        yield


@contextmanager
def _no_files_left() -> Iterator[None]:
    # Hypothesis writes tables below the working directory even without an example database.
    name = "__hypothesis_home_directory"
    before = vars(configuration)[name]
    with tempfile.TemporaryDirectory(prefix="emulator-check-", ignore_cleanup_errors=True) as home:
        configuration.set_hypothesis_home_dir(home)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)


@contextmanager
def _same_values_anywhere() -> Iterator[None]:
    # Hypothesis draws literals from whatever modules of the user's project are loaded, so that an
    # unrelated import would change what a seed sends. It has no setting for that.
    nothing = Constants()
    with ExitStack() as stack:
        for owner, name, value in (
            (providers.HypothesisProvider, "_local_constants", property(lambda _: nothing)),
            (providers, "CONSTANTS_CACHE", type(providers.CONSTANTS_CACHE)(1024)),
        ):
            stack.callback(setattr, owner, name, vars(owner)[name])
            setattr(owner, name, value)
        yield
