"""The offline desk at /desk/: gives out what tools/build.py made of desk/. Its data goes through /api/v1/sync/."""
