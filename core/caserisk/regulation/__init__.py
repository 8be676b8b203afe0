"""Regulations: the hooks, the plugins that implement them, and how an office's layers are asked."""
