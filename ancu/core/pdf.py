"""Print with typst: a template of an app's ``documents/`` folder and a dictionary become a PDF."""

from ancu.engines.typesetting import compile_document as render_pdf

__all__ = ["render_pdf"]
