"""What happened in rooms and broadcasts."""
