"""Schemathesis and our own checks against a document."""
