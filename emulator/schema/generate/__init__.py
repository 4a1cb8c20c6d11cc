"""Generate values that validate, the same for the same seed."""
