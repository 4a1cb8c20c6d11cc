"""HTTP values and grammars: messages, media types, events; no framework, no OpenAPI."""
