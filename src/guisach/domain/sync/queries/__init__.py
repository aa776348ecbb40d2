"""What others may ask the room."""
