"""What no request may do to the server, however it is formed."""
