"""Paragon as a plugin."""

from collections.abc import Mapping

from emulator.mock.plugins import ServicePlugin
from emulator.openapi.security.credentials import token_for
from emulator.services.builtin import PROVIDERS, document, fixtures
from emulator.services.paragon import HANDLERS


def _login(now_unix: float) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token_for({'sub': 'user_1'}, now_unix)}"}


PLUGIN = ServicePlugin(
    name="paragon",
    description="Paragon ActionKit: tools of SaaS integrations, listed and run for a user.",
    document=document("paragon"),
    fixtures=fixtures("paragon"),
    providers=PROVIDERS,
    handlers=HANDLERS,
    login=_login,
    priority=3,
)
