"""Changes between two documents, and which of them break clients."""
