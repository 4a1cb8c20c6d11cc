"""JSON Schema alone: convert, validate, compare, generate; no word of OpenAPI."""
