"""The pages of dossiers: the filer's, the office's and the public's, each in a module of its own."""
