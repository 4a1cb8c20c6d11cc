"""Checks of single responses."""
