"""`python -m emulator`: the command line."""

from emulator.cli.main import main

main()
