"""The door to Schemathesis: the only package that imports it (pinned to 4.32, its engine moves)."""
