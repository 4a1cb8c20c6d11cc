"""Cassettes: exchanges with a real service, kept as fixtures without its secrets, and replayed."""
