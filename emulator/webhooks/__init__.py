"""Webhooks: messages that the emulator sends of itself, signed, and sent again until taken."""
