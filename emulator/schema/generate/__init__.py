"""Generated values: one that validates, the same for the same seed."""
