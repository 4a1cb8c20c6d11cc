"""Composio: tools, and the accounts, sessions and triggers round them; one module a resource."""
