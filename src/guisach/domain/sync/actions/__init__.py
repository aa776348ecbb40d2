"""The doors for writing of the room."""
