"""Which operation a path and method mean."""
