"""How the values of a response hang together: with the request, and with one another.

`relate` is the one function for others; `table` says, as data, what relates to what.
"""
