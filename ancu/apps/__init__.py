"""The rooms of the house, one folder each, all with the same anatomy (docs/architecture.md)."""
