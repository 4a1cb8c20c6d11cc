"""The recording proxy: forwards requests to a real service and records the exchanges."""
