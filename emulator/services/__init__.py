"""The built-in services, as plugins: the entry points of `emulator.services` name them.

- `paragon`, `composio`, `agentflow`: one folder each, opened by its `plugin`
- `tools`, `builtin`: what they share

Offers: agentflow.plugin, composio.plugin, paragon.plugin.
"""
