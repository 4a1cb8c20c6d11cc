"""The built-in services' own semantics: functions from a valid request to an answer."""
