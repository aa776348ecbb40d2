"""Where everything is wired together: settings, URLs, checks and the command line."""
