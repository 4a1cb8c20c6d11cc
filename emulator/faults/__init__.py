"""What goes wrong on purpose, by name."""
