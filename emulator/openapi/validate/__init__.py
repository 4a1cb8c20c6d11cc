"""Requests and responses, read and validated by their operation."""
