"""The built-in services, as plugins."""
