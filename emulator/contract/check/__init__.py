"""`emulator check`: Schemathesis and scenarios of our own against an endpoint."""
