"""What goes wrong on purpose: one fault a file, all of them in `table`.

A fault is settings and at most three pure functions: what it decides, what it alters of an answer,
and how it changes the steps in which the answer is sent.
"""
