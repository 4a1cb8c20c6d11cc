"""A mock server for contract testing: OpenAPI documents in, faithful answers out."""

__version__ = "0.1.0"
