"""The state of a scope: snapshots out, effects in."""
