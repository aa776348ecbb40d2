"""The readers' pages: catalogue, places, fairs; no sign-in, no JavaScript."""
