"""An OpenAPI document, and what its requests and responses owe it."""
