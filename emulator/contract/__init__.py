"""Contract testing: is what a server answers what its document says?

- `check`: Schemathesis, and scenarios of our own, against a server
- `compare`: where the emulator and a real server differ
- `coverage`: which documented responses are valid, and which tests received
- `pacing`, `selection`, `reports`: what they share

Offers: check.baseline, check.findings, check.logins, check.report, check.run, check.written,
compare.report, compare.rules, compare.run, compare.servers, compare.values, coverage.items,
coverage.journal, coverage.report, coverage.requests, coverage.run, pacing, reports.display,
reports.files, selection.
"""
