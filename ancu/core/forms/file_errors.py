"""Which of several files that came together is wrong, so that the page keeps the others."""

from typing import Any

from django import forms


class FileError(forms.ValidationError):
    """A validation error about one of several files; ``file`` is its name."""

    def __init__(self, file: str, message: Any) -> None:
        super().__init__(message, code="file")
        self.file = file


def wrong_files(field: forms.BoundField) -> list[str]:
    """Return the names of the files refused by the form field; empty if its errors concern no single file."""
    errors = field.form.errors.as_data().get(field.name, [])
    return [error.file for error in errors if isinstance(error, FileError)]


def came_with_files(field: forms.BoundField) -> bool:
    """Whether the form was submitted with files in this field; shown again, the person must choose them anew."""
    return field.form.is_bound and field.html_name in (field.form.files or {})
