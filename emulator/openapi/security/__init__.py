"""Credentials: security requirements, API keys and tokens."""
