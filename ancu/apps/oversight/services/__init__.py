"""Decisions on alerts, and the evaluation that raises and closes them."""
