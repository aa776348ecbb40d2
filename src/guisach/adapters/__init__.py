"""The outside world behind Protocols that the domain defines."""
