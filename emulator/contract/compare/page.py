"""The report as one page that needs nothing else."""

import functools
from collections.abc import Mapping
from importlib import resources
from typing import Any

from jinja2 import Environment, Template

from emulator.contract.compare.values import TITLES


def as_html(report: Mapping[str, Any]) -> str:
    """The page of a report (`report.as_json`)."""
    return _page().render(report=report, titles={str(k): title for k, title in TITLES.items()})


@functools.cache
def _page() -> Template:
    source = (
        resources.files("emulator.contract.compare").joinpath("report.html.j2").read_text("utf-8")
    )
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source)
