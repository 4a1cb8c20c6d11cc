"""Checks that need several requests."""
