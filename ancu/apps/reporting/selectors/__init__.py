"""Periods and units, counts of other apps, figures, the dashboard, releases and reports."""
