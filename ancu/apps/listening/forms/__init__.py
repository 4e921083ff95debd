"""What people type: a petition, a verdict, an officer's acts, a meeting."""
