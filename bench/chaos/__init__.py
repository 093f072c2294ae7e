"""Chaos: a real server is killed, its outputs fail and its disk fills, and every acknowledged event is accounted for."""
