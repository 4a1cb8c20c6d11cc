"""`emulator coverage`: which documented responses are valid, and which tests received."""
