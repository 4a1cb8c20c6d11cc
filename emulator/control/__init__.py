"""The control plane from Python: what tests say to a running emulator, and what it tells them."""
