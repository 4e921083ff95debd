"""The settings of Python's logging: lines of text, or JSON with a line for each request and each job."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

FORMATS: dict[str, dict[str, str]] = {
    "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    "json": {"()": "ancu.core.json_log.JsonFormatter"},
}


def logging_settings(log_format: str, level: str) -> dict[str, Any]:
    """Return the setting ``LOGGING`` for this format and least level."""
    if log_format not in FORMATS:
        raise ImproperlyConfigured("LOG_FORMAT is `line` or `json`.")
    each_request = {} if log_format == "json" else {"level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"chosen": FORMATS[log_format]},
        "filters": {
            "jobs": {"()": "ancu.core.db.job_log.JobRecordFilter"},
            "outages": {"()": "ancu.core.db.outages.OutageRecordFilter"},
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "chosen", "filters": ["jobs", "outages"]}
        },
        "loggers": {
            "procrastinate": {"level": "WARNING"},
            "pikepdf": {"level": "WARNING"},
            "ancu.requests": each_request,
            "ancu.jobs": each_request,
        },
        "root": {"handlers": ["console"], "level": level},
    }
