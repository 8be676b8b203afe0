"""Serve the API over HTTP, WebSocket and server-sent events."""
