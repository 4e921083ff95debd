"""Acts: prepare, open, answer, print, read, key, settle, take away."""
