"""A project of Morango's own time: it runs in a virtual environment of its own, under the Django that Morango allows.

Nothing here is imported by the product or by the rest of the measurement; `syncing/peer.py` starts it.
"""
