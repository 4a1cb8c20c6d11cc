"""Documents: read from files, brought to OpenAPI 3.1, compiled into an `Api`."""
