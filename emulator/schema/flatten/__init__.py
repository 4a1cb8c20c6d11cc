"""A schema without `allOf`, `anyOf`, `$ref`: its alternatives, merged."""
