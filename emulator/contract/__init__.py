"""Contract checks: every documented operation of an API against what it really answers."""
