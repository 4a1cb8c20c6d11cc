"""Passes that ask on purpose: several requests whose answers must fit together."""
