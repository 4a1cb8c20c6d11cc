"""Fault injection: one fault a file, all of them in `table`.

A fault is parameters and a few pure functions: the status it decides, how it alters an answer, and
how it changes the steps in which the answer is sent. `base` has their types.

Offers: base, steps, table.
"""
