"""Stubs: responses that a test puts before an API's own, written as WireMock's.

`load` reads a folder of them, `stub` compiles one, `matching` its request pattern and `response`
its response; `book` holds those of a scope, with its scenarios, and finds the one for a request by
the place where its pattern can match.

Offers: book, faults, load, matching.index, matching.matchers, matching.notices, matching.pattern,
matching.places, matching.subject, near, schema, stub, values.
"""
