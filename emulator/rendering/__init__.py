"""Decisions made into responses: templates filled, values generated, bytes written."""
