"""Text from URLs and forms, turned into the values that a schema describes."""
