"""The HTTP API: the same acts as the pages, for scripts and desks."""
