"""`emulator coverage`: which documented responses are produced, valid and met."""
