"""WireMock's request patterns."""
