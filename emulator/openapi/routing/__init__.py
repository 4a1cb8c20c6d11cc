"""Request paths to operations."""
