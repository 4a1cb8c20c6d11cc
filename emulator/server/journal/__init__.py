"""The journal: the exchanges of every scope."""
