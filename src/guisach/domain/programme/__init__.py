"""The programme: indicators and targets, counted from what really happened."""
