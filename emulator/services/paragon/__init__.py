"""Paragon ActionKit: the response of a run is the provider's own, unwrapped."""
