"""Composio: tools, and accounts, sessions, triggers and webhooks; one module a resource."""
