"""Acts: of the source, of handlers on a tip, and of holders on their key."""
