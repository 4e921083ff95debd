"""Uploads: checked, encrypted at rest, served privately, deleted on time.

Words: a *stored file* is one upload with its SHA-256. Never: served by path, kept past its purpose.
"""
