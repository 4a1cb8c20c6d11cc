"""`emulator compare`: the emulator beside a real endpoint."""
