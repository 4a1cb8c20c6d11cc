"""Stubs: responses that a test puts before an API's own, written as WireMock's.

`load` reads a folder of them, `stub` compiles one, `matching` its request pattern and `response`
its response; `book` holds those of a scope, with its scenarios.

Offers: book, faults, load, matching.matchers, matching.pattern, matching.subject, schema, stub,
values.
"""
