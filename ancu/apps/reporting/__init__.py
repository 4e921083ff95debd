"""What the office achieved, in figures that can be traced, and what everybody may see of them.

Words: an *indicator* is defined in the rulebook, with versions; a *figure* is its value for one unit and one period,
entered by one person and approved by another; a *revision* takes an approved figure's place and says why; a *release*
is what the public sees of a year, a *report* what the office is told of a period: both are frozen when they are made.
Never: another app's tables written, nor a figure under five shown to the public.
"""
