"""The journal: every exchange of every scope."""
