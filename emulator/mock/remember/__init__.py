"""The resources of any document live: what is created can be read, listed, changed and deleted."""
