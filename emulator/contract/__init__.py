"""Contract testing: `check`, `compare` and `coverage`, and what they share."""
