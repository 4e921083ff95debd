"""The pages: conversations, and the texts an office writes often."""
