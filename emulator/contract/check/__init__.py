"""`emulator check`: Schemathesis and passes of our own against an endpoint."""
