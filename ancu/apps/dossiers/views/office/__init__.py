"""The office's pages of dossiers: queues, one dossier, its acts, opinions, legal files."""
