"""The pages: reports and broadcasts, of the lodging and of the office."""
