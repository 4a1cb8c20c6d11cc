"""OpenAPI documents: read, normalised, and compiled into values the pipeline can look up."""
