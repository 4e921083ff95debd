"""The pages: of the petitioner, of everybody, of the office."""
