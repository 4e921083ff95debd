"""Permissions, periods, values of indicators, outliers, and disclosure control of releases."""
