"""Ways to a reader that a machine can take: e-mail by SMTP, text messages by a gateway's HTTP."""
