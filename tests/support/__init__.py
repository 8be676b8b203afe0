"""What tests stand on: fresh databases, and a world to act in."""
