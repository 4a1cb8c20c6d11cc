"""Attacks on a server that serves `hostile.yaml`: what is sent, and what has to hold.

A row is data: its bytes, how often they are sent on how many connections, which answers are right,
and what they may cost in plain requests' processor time. `benchmarks.hostile` carries them out.
"""

from benchmarks.attacks.bodies import BODIES
from benchmarks.attacks.calls import CALLS, FULL, SCOPES
from benchmarks.attacks.connections import CONNECTIONS
from benchmarks.attacks.heads import HEADS

ATTACKS = (*HEADS, *BODIES, *CONNECTIONS, *CALLS, *FULL, *SCOPES)
