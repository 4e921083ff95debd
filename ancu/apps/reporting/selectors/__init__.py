"""Periods and units, what other apps tell, figures, the dashboard, and what is published and reported."""
