"""Schemathesis, behind one adapter."""
