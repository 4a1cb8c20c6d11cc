"""The emulator beside a real endpoint: the same requests to both, and where they differ."""
