"""Acts of the morning page: remind the owner of a matter, and send the briefing."""
