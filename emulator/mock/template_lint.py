"""Names in the templates of fixtures that nothing has: `emulator lint` tells them."""

from collections.abc import Collection, Iterator

from emulator.fixtures.responses import StoredResponse
from emulator.fixtures.templates.compile import Template
from emulator.fixtures.templates.context import Refused
from emulator.fixtures.templates.names import names_read
from emulator.http.nearest import did_you_mean
from emulator.mock.exchange import Service
from emulator.mock.plugins import find_plugin
from emulator.schema.notices import Notice

#: The functions among the variables of every template.
_FUNCTIONS = ("new_id",)


def template_notices(service: Service) -> Iterator[Notice]:
    """What templates read, where no handlers give variables to them."""
    plugin = find_plugin(service.api.name)
    if plugin is None or not plugin.handlers:
        for stored in service.fixtures.responses.values():
            for response in stored:
                yield from _of_response(response)


def _of_response(stored: StoredResponse) -> Iterator[Notice]:
    if stored.constant:
        return
    events = stored.events.items if stored.events is not None else None
    templates = (stored.body, stored.text, events, *(value for _, value in stored.headers))
    for template in templates:
        if template is not None and not template.fixed:
            yield from _of_template(template, Refused.names)


def _of_template(template: Template, known: Collection[str]) -> Iterator[Notice]:
    for pointer, read in names_read(template.value, template.pointer):
        message = ""
        if read.called and read.name not in _FUNCTIONS:
            message = f"there is no function {read.name!r}{did_you_mean(read.name, _FUNCTIONS)}"
        elif read.name in _FUNCTIONS and read.valued:
            message = f"{read.name!r} is a function: write {read.name}()"
        elif read.name not in known:
            message = f"nothing has the name {read.name!r}{did_you_mean(read.name, known)}"
        if message:
            yield Notice(template.file, pointer, "template-name", message)
