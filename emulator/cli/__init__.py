"""The command line: one command a file, no logic of its own.

`main` finds a command by its name; `config` and `options` read what the user has set.

Offers: main.
"""
