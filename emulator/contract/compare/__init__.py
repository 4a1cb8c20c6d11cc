"""`emulator compare`: where the emulator and a real endpoint differ."""
