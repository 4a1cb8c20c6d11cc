"""Turn a schema with `allOf`, `anyOf`, `$ref` into flat ones, and check values by it."""
