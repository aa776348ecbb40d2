"""Tables of the room: what the log does not say about devices, and what is sent down to them."""
