"""Requests against their contract: parameters, media types, bodies."""
