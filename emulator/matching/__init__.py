"""WireMock's request patterns: compiled once, asked of every request."""
