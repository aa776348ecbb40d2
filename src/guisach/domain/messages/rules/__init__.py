"""Pure rules of messages: channels and states, when something may go, what fits into a text message."""
