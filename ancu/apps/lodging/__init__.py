"""Establishments where foreigners stay: registration, approval, and the tokens of their programs.

Words: an *establishment* (cơ sở lưu trú) belongs to a *business*; a commune's officer confirms it.
Never: the guests themselves (stays), nor who may sign in (accounts).
"""
