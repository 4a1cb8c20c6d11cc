"""Stubs: answers that a test puts in front of an API's own, as WireMock writes them."""
