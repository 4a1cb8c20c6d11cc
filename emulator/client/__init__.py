"""Driving a running emulator from Python and pytest."""
