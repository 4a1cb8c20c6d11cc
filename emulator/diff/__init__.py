"""Changes between two documents that break clients, told by the values that schemas allow."""
