"""Benchmarks: ratios between servers measured in one run; never part of the tests."""
