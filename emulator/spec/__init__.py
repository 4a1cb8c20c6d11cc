"""OpenAPI documents: from bytes in any supported version to one normalised shape."""
