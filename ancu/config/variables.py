"""Description of every environment variable, by purpose; docs/reference/settings.md is generated from this table.

The kind and a literal default are read from the code. ``default`` here replaces what the code computes.
"""

from typing import NamedTuple


class Variable(NamedTuple):
    """One environment variable as an operator reads about it."""

    name: str
    description: str
    example: str
    default: str = ""


DEMO_ONLY = "empty; in the demo an invented one"

VARIABLES: dict[str, tuple[Variable, ...]] = {
    "Start": (
        Variable(
            "ANCU_ENV",
            "`production` or `development`. Production refuses to start with values that are meant for trying.",
            "production",
        ),
        Variable(
            "ANCU_VAR",
            "Folder of the program's working files.",
            "/srv/ancu/var",
            "`~/.local/share/ancu`; in a checkout its `var`",
        ),
        Variable("ANCU_DEMO", "Serve an invented province. Ignored in production.", "true"),
        Variable("DEBUG", "Show technical details of errors. Only for development.", "true"),
    ),
    "Address and TLS": (
        Variable(
            "ALLOWED_HOSTS",
            "Host names by which this site is reached. Required in production.",
            "xnc.example.gov.vn",
            "empty; in development the names of this machine",
        ),
        Variable(
            "PUBLIC_URL",
            "Address of the site as people type it. Links in letters, QR codes and receipts begin with it.",
            "https://xnc.example.gov.vn",
        ),
        Variable(
            "CSRF_TRUSTED_ORIGINS",
            "Addresses from which forms may be sent.",
            "https://xnc.example.gov.vn",
            "in production `PUBLIC_URL`",
        ),
        Variable(
            "BEHIND_PROXY",
            "A TLS server stands in front, sets `X-Forwarded-Proto` and appends the caller's address to"
            " `X-Forwarded-For`. Rate limits count by that address.",
            "true",
        ),
        Variable("SECURE_SSL_REDIRECT", "Redirect HTTP to HTTPS. Only in production.", "false"),
        Variable("SECURE_HSTS_SECONDS", "Seconds for which a browser insists on HTTPS. Only in production.", "3600"),
        Variable(
            "WEB_THREADS",
            "Number of requests that one web process handles at the same time. A request whose body is still arriving"
            " uses none of them.",
            "8",
        ),
    ),
    "Database": (
        Variable(
            "DATABASE_URL",
            "Connection string of the program's role, which may only insert into the audit. Empty: the program starts"
            " its own PostgreSQL.",
            "postgresql://ancu_app:PASSWORD@db.internal/ancu",
        ),
        Variable(
            "DATABASE_OWNER_URL",
            "Connection string of the role that owns and migrates the tables.",
            "postgresql://ancu_owner:PASSWORD@db.internal/ancu",
            "`DATABASE_URL`",
        ),
        Variable("ANCU_EMBEDDED_POSTGRES", "Allow the program's own PostgreSQL in production.", "true"),
        Variable(
            "DATABASE_FOLDER",
            "Data directory of a PostgreSQL on this machine. `/health/ready` reads how much space its disk has left;"
            " the program's own PostgreSQL needs no entry here.",
            "/var/lib/postgresql/17/main",
        ),
        Variable(
            "DATABASE_POOLER",
            "A PgBouncer in transaction mode stands before the database: exports read without cursors of the server,"
            " jobs are looked for every five seconds, and PgBouncer sets the limits of pages (`connect_query`).",
            "true",
        ),
        Variable("WORKER_MEMORY_MB", "Memory in MB above which a worker is replaced after its job.", "2000"),
        Variable("CONN_MAX_AGE", "Seconds after which a database connection is replaced.", "300"),
    ),
    "Stored files": (
        Variable(
            "FILES_FOLDER",
            "Folder of the encrypted files, where no object store has them.",
            "/srv/ancu-files",
            "`files` in `ANCU_VAR`",
        ),
        Variable(
            "FILES_S3_BUCKET",
            "Bucket of an S3-compatible object store for the encrypted files, so that several machines need no shared"
            " disk. Empty: they lie in `FILES_FOLDER`.",
            "ancu-files",
        ),
        Variable("FILES_S3_ENDPOINT", "Address of the object store. Empty: Amazon's.", "https://s3.example.gov.vn"),
        Variable("FILES_S3_REGION", "Region of the object store.", "hn-1", "`us-east-1`"),
        Variable("FILES_S3_ACCESS_KEY", "Access key of the object store.", "(from the store)"),
        Variable(
            "FILES_S3_SECRET_KEY",
            "Secret key of the object store.",
            "(from a file: `FILES_S3_SECRET_KEY_FILE`)",
        ),
    ),
    "Keys": (
        Variable(
            "SECRET_KEY",
            "Key that signs sessions, links and cookies: 50 random characters or more. Required in production.",
            "(make one with `openssl rand -base64 48`)",
            "in development a random one, kept in `var/secret_key`",
        ),
        Variable(
            "SECRET_KEY_FORMER",
            "The key before the present `SECRET_KEY`. What it signed stays valid while it is set.",
            "(the former key)",
        ),
        Variable(
            "FILES_KEY",
            "Key of everything that is encrypted at rest. Set it apart from `SECRET_KEY`, so that each can be changed.",
            "(make one with `openssl rand -base64 48`)",
            "`SECRET_KEY`",
        ),
        Variable(
            "FILES_KEY_FORMER",
            "The key before the present `FILES_KEY`. It still decrypts until `ancu manage rotate_keys` reports that it"
            " can be removed.",
            "(the former key)",
            "empty; without a `FILES_KEY`, `SECRET_KEY_FORMER`",
        ),
        Variable(
            "RECEIPTS_KEY",
            "Key of codes that people hold and that cannot be issued anew: printed receipts, papers and"
            " questionnaires, receipts of tips, push messages. Set it apart from `SECRET_KEY`.",
            "(make one with `openssl rand -base64 48`)",
            "`SECRET_KEY`",
        ),
        Variable(
            "RECEIPTS_KEY_FORMER",
            "The key before the present `RECEIPTS_KEY`. Codes made with it stay valid while it is set.",
            "(the former key)",
            "empty; without a `RECEIPTS_KEY`, `SECRET_KEY_FORMER`",
        ),
    ),
    "Office": (
        Variable(
            "OFFICE_PREFIX", "First letters of this office's receipt, dossier, payment and lodging numbers.", "PT"
        ),
        Variable(
            "OFFICE_DUTY_PHONE",
            "Telephone of the duty officer, day and night. It stands on the first page, on urgent reports and beside"
            " refusals. Empty: no number is shown.",
            "0210 3846 113",
            DEMO_ONLY,
        ),
        Variable(
            "OFFICE_EMAIL",
            "Public email address of the office, in the foot of public pages. Empty: none is shown.",
            "xnc@example.gov.vn",
            DEMO_ONLY,
        ),
        Variable(
            "SOURCE_URL",
            "Address where the public gets the source code of the version that runs here (AGPL, section 13). Empty: the"
            " page about it says to ask the office.",
            "https://git.example.gov.vn/an-cu",
        ),
        Variable("OFFICE_SATURDAY_MORNING", "The office receives people on Saturday morning.", "false"),
        Variable(
            "OPEN_DATA_LICENCE",
            "Address of the licence under which published results may be used.",
            "https://creativecommons.org/licenses/by/4.0/",
        ),
        Variable("OFFICE_SATURDAY_COUNTS", "Saturday is a working day of deadlines.", "true"),
        Variable(
            "OFFICE_ASSIGN_IN_TURN",
            "Assign a dossier to the officer with the fewest, on arrival and on acceptance.",
            "false",
        ),
        Variable(
            "SIGNATURE_LINK_DAYS",
            "Days for which a sponsor's signature link works. A change of the dossier also ends it.",
            "7",
        ),
    ),
    "Mail": (
        Variable(
            "EMAIL_HOST",
            "Mail server. Empty outside production: letters are written to `var/mail`.",
            "mail.example.gov.vn",
            "`localhost`",
        ),
        Variable("EMAIL_PORT", "Port of the mail server.", "587"),
        Variable("EMAIL_USE_TLS", "Use STARTTLS.", "true"),
        Variable("EMAIL_HOST_USER", "User name at the mail server.", "ancu"),
        Variable("EMAIL_HOST_PASSWORD", "Password at the mail server.", "(from a file: `EMAIL_HOST_PASSWORD_FILE`)"),
        Variable("DEFAULT_FROM_EMAIL", "Sender of letters.", "An Cư <no-reply@xnc.example.gov.vn>"),
        Variable("EMAIL_BACKEND", "Django's class that sends letters.", "django.core.mail.backends.smtp.EmailBackend"),
    ),
    "Text messages and push": (
        Variable(
            "SMS_GATE_URL",
            "Address of the SMS gateway. Empty: messages are written to `var/sms`; in production none is sent.",
            "https://sms.example.vn/send",
        ),
        Variable("SMS_GATE_TOKEN", "Token of the SMS gateway.", "(from the gateway)"),
        Variable(
            "SMS_SENDER", "Sender name of text messages, as registered with the network operators.", "XNC PHU THO"
        ),
        Variable(
            "WEB_PUSH",
            "Let people receive push messages through their browser's push service. The messages are empty.",
            "false",
        ),
    ),
    "Fees and payments": (
        Variable(
            "BANK_BIN",
            "Six-digit bank number (BIN) of the office's account. Empty: no bank transfer is offered.",
            "970436",
            DEMO_ONLY,
        ),
        Variable("BANK_ACCOUNT", "Number of the account.", "1012345678", DEMO_ONLY),
        Variable("BANK_HOLDER", "Name of the account's holder, as the bank writes it.", "PHONG QLXNC", DEMO_ONLY),
        Variable("BANK_NAME", "Name of the bank, for people who type it.", "Vietcombank", DEMO_ONLY),
        Variable(
            "PAYMENT_PROVIDER",
            "Online payment provider. Empty: none. `test` moves no money and is refused in production.",
            "test",
            "empty; in the demo `test`",
        ),
    ),
    "Hotel programs and national portal": (
        Variable("API_CALLS_A_MINUTE", "Calls a minute that one token may make. Above it the API answers 429.", "6000"),
        Variable("PORTAL_RELAY", "Forward declarations to the national portal, for lodgings that choose it.", "true"),
        Variable("PORTAL_URL", "Address of the ministry's API (version 1.4).", "https://portal.example.gov.vn"),
        Variable(
            "PORTAL_USERNAME",
            "The office's account at the portal, for lodgings without one. Empty: each lodging needs its own.",
            "hb-xnc",
        ),
        Variable("PORTAL_PASSWORD", "Password of that account.", "(from a file: `PORTAL_PASSWORD_FILE`)"),
        Variable(
            "PORTAL_BASIC", "Value after `Basic` for signing in, from the ministry's document.", "(from the ministry)"
        ),
        Variable(
            "PORTAL_BASIC_RENEW",
            "Value after `Basic` for renewing a session. Empty: the same.",
            "(from the ministry)",
            "`PORTAL_BASIC`",
        ),
    ),
    "Personal data": (
        Variable("DATA_COPY_WORKING_DAYS", "Working days within which a person receives the copy of their data.", "15"),
        Variable(
            "PASSPORT_PICTURES_DAYS",
            "Days for which passport pictures are kept, encrypted. 0: they are read and deleted.",
            "30",
        ),
        Variable(
            "PASSPORT_PICTURES_BASIS",
            "Legal basis for keeping them: number, date and article. Required when they are kept.",
            "QĐ 123/QĐ-CAT ngày 01/07/2026, Điều 4",
        ),
    ),
    "Tips": (
        Variable(
            "TIPS_LEAVE_URL",
            "Target of “Leave this page” on the pages for tips. Choose a harmless page of another site, since a police"
            " address would alarm anybody who looks over the sender's shoulder.",
            "https://vi.wikipedia.org/",
        ),
        Variable(
            "TIPS_MEMORY",
            "Folder in memory (tmpfs) for keys that tip handlers have unlocked. The keys there are encrypted.",
            "/run/ancu/unlocked",
            "a private folder in `/dev/shm`",
        ),
    ),
    "Audit": (
        Variable(
            "AUDIT_SIGNING_KEY",
            "Key that signs the head of the audit every night; `ancu manage make_audit_key` makes one. Keep it from the"
            " owner of the database. Empty: nothing is signed.",
            "(from a file: `AUDIT_SIGNING_KEY_FILE`)",
        ),
        Variable(
            "AUDIT_PUBLIC_KEYS",
            "Public halves of former signing keys, to verify what they signed.",
            "(from make_audit_key)",
        ),
        Variable(
            "AUDIT_HEADS_TO",
            "Other parties that keep the signed heads: `mailto:ADDRESS`, `file:///FOLDER` or `https://ADDRESS`.",
            "mailto:audit@inspectorate.example.gov.vn",
        ),
        Variable(
            "AUDIT_HEADS_FOLDER",
            "The program's own folder of signed heads and of the result of the nightly check.",
            "/srv/ancu/audit-heads",
            "`audit-heads` in `ANCU_VAR`",
        ),
    ),
    "Operation": (
        Variable(
            "BACKUP_STAMP",
            "File that the backup touches when it succeeded. `/health/ready` reports its age.",
            "/srv/backup/ancu.stamp",
            "`backup.stamp` in `ANCU_VAR`",
        ),
        Variable(
            "CLAMAV_SOCKET",
            "Socket of the ClamAV daemon: a path, or host and port. Empty: uploads are not scanned.",
            "/run/clamav/clamd.ctl",
        ),
        Variable(
            "LOG_FORMAT",
            "`line`, or `json`: an object for each line, with the id of its request, also in the jobs that the request"
            " enqueued. JSON also has a line for each request and each job, by route and task, without addresses.",
            "json",
        ),
        Variable(
            "METRICS_TOKEN",
            "Token with which Prometheus reads `/metrics` (20 characters or more). Empty: that address answers 404.",
            "(make one with `openssl rand -hex 24`)",
        ),
        Variable(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "Collector of OpenTelemetry that gets a span for each request and each job, by route and task. It needs the"
            " packages of `ancu[traces]`; other `OTEL_` variables work as OpenTelemetry describes them. Empty: none.",
            "http://127.0.0.1:4318",
        ),
        Variable("LOG_LEVEL", "Least severe messages that are logged.", "WARNING", "`INFO`"),
        Variable(
            "SILENCED_CHECKS",
            "Ids of `ancu check` warnings that the operator accepts.",
            "ancu.W010",
        ),
    ),
}
