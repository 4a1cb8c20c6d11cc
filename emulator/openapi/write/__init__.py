"""Bodies and parameters, written as a media type or style asks."""
