"""What the leader's morning page shows: each part from the selectors of its own app."""
