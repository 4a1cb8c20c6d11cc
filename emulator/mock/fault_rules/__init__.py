"""Rules that say where and when faults are injected, and the log of those that were."""
