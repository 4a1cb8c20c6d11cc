"""pytest inside a test, in this process."""

import pytest

#: Without plugins that take seconds to import, have no part in it, and keep state in this process.
ALONE = ("-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:anyio")


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """What the tests of a project come to."""
    return project.runpytest_inprocess(*ALONE, *arguments)
