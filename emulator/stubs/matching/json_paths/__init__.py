"""JSONPath as WireMock reads it, which is Jayway's, with what RFC 9535 adds: bounded."""
