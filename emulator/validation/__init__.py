"""Validation: what clients sent, decoded into JSON values and held against the document."""
