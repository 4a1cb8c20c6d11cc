"""Valid requests for an operation: drawn in parts (`make`), and written to the wire (`parts`)."""
