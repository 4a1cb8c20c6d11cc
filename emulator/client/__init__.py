"""Driving a running emulator from Python and pytest.

- `embedded`: `Emulator`, in a thread or in a process of its own
- `scope`: a scope's clock, faults, stubs, requests and `assertions` about them
- `pytest_plugin`: one server a session, a fresh scope a test

Offers: embedded, pytest_plugin.
"""
