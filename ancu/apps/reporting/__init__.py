"""Indicators, figures, reports and published results of the office.

An *indicator* is defined in the rulebook, with versions. A *figure* is its value for one unit and one period, entered
by one person and approved by another. A *revision* replaces an approved figure and states the reason. A *release* is
the published part of a year, a *report* the office's view of a period; both are frozen when made. This app never writes
tables of other apps and never publishes a figure under five.
"""
