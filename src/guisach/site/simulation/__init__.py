"""Synchronisation tried out in advance: a province, desks, a bad network and years of mishaps, all from one seed.

A run stands in a database of its own and goes through the real views. `running` tells the story, `invariants` says
what must be true of it in the end, `mutants` are planted faults that must be noticed. Nothing here runs in service.
"""
