"""Messages to readers: an outbox that is worked once, over the channel that each reader chose."""
