"""The one mutable thing: what the emulator remembers between requests, per scope."""
