"""Rendering: from a decision to the bytes of an answer."""
