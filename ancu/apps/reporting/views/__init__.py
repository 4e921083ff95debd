"""Pages to enter, approve, publish and read results."""
