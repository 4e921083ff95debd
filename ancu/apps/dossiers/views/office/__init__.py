"""The office's pages of dossiers: queues, one dossier, the acts on it, opinions, legal files."""
