"""What the log says of a job: its number, name and outcome. Its arguments and what an error says may name a person."""

import logging
import traceback

LIBRARY = "procrastinate"


class JobRecordFilter(logging.Filter):
    """A filter that rewrites the job library's log records without personal data."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Remove the jobs' arguments and exceptions' texts from log records of the job library; always True.

        What stays is the job's number, name and outcome, and where an exception was raised. Other records are
        unchanged.
        """
        if record.name.split(".")[0] != LIBRARY:
            return True
        job = getattr(record, "job", None)
        if job:
            action = getattr(record, "action", "job")
            record.msg, record.args = f"Job {job['id']} {job['task_name']}: {action}", ()
        if record.exc_info and record.exc_info[0]:
            kind, _value, frames = record.exc_info
            record.exc_text = "".join(traceback.format_tb(frames)) + kind.__name__
            record.exc_info = None
        return True
