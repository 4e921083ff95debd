"""The database server: its roles and the office's database, made by a superuser; and what a database has already."""

from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ancu.config.first_start.errors import FirstStartFailed
from ancu.core.db import postgres
from ancu.core.db.postgres import APP, OWNER

FOLDER = Path(postgres.__file__).parent
ROLES = (FOLDER / "roles.sql").read_text(encoding="utf-8")
AUDIT_OWNER = (FOLDER / "audit_owner.sql").read_text(encoding="utf-8")
NEW_DATABASE = "CREATE DATABASE {name} OWNER ancu_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
MAINTENANCE = "postgres"  # the database that every server has
USER_TABLES = """
    SELECT to_regclass('django_migrations') IS NOT NULL,
      (SELECT min(relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
       WHERE relkind IN ('r', 'p', 'v') AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
         AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e'))"""
OWN_MIGRATIONS = "SELECT EXISTS (SELECT FROM django_migrations WHERE app = 'accounts')"
ARE_RIGHTS_GRANTED = """
    SELECT to_regclass('django_migrations') IS NOT NULL
      AND has_table_privilege('ancu_app', 'django_migrations', 'SELECT')
      AND NOT has_table_privilege('ancu_app', 'django_migrations', 'INSERT')"""
AUDIT_TABLE_OWNER = "SELECT tableowner FROM pg_tables WHERE tablename = 'audit_event'"
ADVICE = (
    "Let a superuser of the database server run what `ancu init --sql` prints (`ancu init --sql | psql -d postgres`),"
    " or give a superuser's connection by --admin-url."
)


@dataclass(frozen=True)
class Urls:
    """Connections of the program's role and of the owner's role; a superuser's, or empty."""

    app: str
    owner: str
    admin: str = ""

    @property
    def database(self) -> str:
        """Return the name of the office's database."""
        return str(conninfo_to_dict(self.owner).get("dbname") or OWNER)

    @property
    def admin_in_database(self) -> str:
        """Return the superuser's connection to the office's database."""
        return make_conninfo(self.admin, dbname=self.database)


def require_roles(urls: Urls) -> None:
    """Raise FirstStartFailed unless the connections have the two roles that own and run the program."""
    for name, url, role in (("DATABASE_URL", urls.app, APP), ("DATABASE_OWNER_URL", urls.owner, OWNER)):
        user = conninfo_to_dict(url).get("user")
        if user != role:
            raise FirstStartFailed(f"{name} must connect as {role}; it names {user or 'no role'}.")
    if conninfo_to_dict(urls.app).get("dbname") != conninfo_to_dict(urls.owner).get("dbname"):
        raise FirstStartFailed("DATABASE_URL and DATABASE_OWNER_URL must name the same database.")


def create_database(urls: Urls) -> list[str]:
    """Create the roles and the database as superuser, if they are missing; return what was created."""
    created = _create_roles(urls)
    with connect(make_conninfo(urls.admin, dbname=MAINTENANCE), "--admin-url") as connection:
        exists = connection.execute("SELECT FROM pg_database WHERE datname = %s", [urls.database]).fetchone()
        if exists is None:
            connection.execute(sql.SQL(NEW_DATABASE).format(name=sql.Identifier(urls.database)))
            created.append(f"database {urls.database}")
    if created:
        with connect(urls.admin_in_database, "--admin-url") as connection:
            connection.execute(ROLES.encode())
    return created


def _create_roles(urls: Urls) -> list[str]:
    """Create the missing roles with the passwords of the connections; return their names."""
    with connect(make_conninfo(urls.admin, dbname=MAINTENANCE), "--admin-url") as connection, connection.transaction():
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        if not (row and row[0]):
            raise FirstStartFailed("--admin-url must connect as a superuser of the database server.")
        present = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        missing = [(role, url) for role, url in ((OWNER, urls.owner), (APP, urls.app)) if role not in present]
        if missing:
            connection.execute(ROLES.encode())
        for role, url in missing:
            if password := conninfo_to_dict(url).get("password"):
                hashed = connection.pgconn.encrypt_password(str(password).encode(), role.encode()).decode()
                connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), hashed))
    return [role for role, _url in missing]


def inspect(urls: Urls) -> bool:
    """Return whether the program's tables are in the database.

    Raises FirstStartFailed if it cannot be reached by either role or has another program's tables.
    """
    with connect(urls.owner, "DATABASE_OWNER_URL") as connection:
        row = connection.execute(USER_TABLES).fetchone()
        is_migrated, table = row or (False, None)
        if is_migrated:
            is_migrated = bool((connection.execute(OWN_MIGRATIONS).fetchone() or [False])[0])
    if table and not is_migrated:
        raise FirstStartFailed(
            f"The database {urls.database} has tables of another program ({table}). Name an empty database."
        )
    with connect(urls.app, "DATABASE_URL"):
        return bool(is_migrated)


def are_rights_granted(urls: Urls) -> bool:
    """Whether `prepare_database` has run to its end: the program may read the record of migrations, not change it."""
    with connect(urls.owner, "DATABASE_OWNER_URL") as connection:
        return bool((connection.execute(ARE_RIGHTS_GRANTED).fetchone() or [False])[0])


def give_away_audit(urls: Urls) -> str:
    """Return the role that owns the audit; with a superuser's connection it becomes ``ancu_audit``."""
    if audit_owner(urls) == OWNER and urls.admin:
        with connect(urls.admin_in_database, "--admin-url") as connection:
            connection.execute(AUDIT_OWNER.encode())
    return audit_owner(urls)


def audit_owner(urls: Urls) -> str:
    """Return the role that owns the audit's tables."""
    with connect(urls.owner, "DATABASE_OWNER_URL") as connection:
        return str((connection.execute(AUDIT_TABLE_OWNER).fetchone() or [""])[0])


def connect(url: str, name: str) -> psycopg.Connection:
    """Return a connection without transaction. Raises FirstStartFailed, which names the setting and the cause."""
    try:
        return psycopg.connect(make_conninfo(url, connect_timeout=10), autocommit=True)
    except psycopg.OperationalError as error:
        cause = " ".join(str(error).split())
        advice = "" if name == "--admin-url" else f"\n{ADVICE}"
        raise FirstStartFailed(f"The database cannot be reached by {name}: {cause}{advice}") from None


def statements(urls: Urls) -> str:
    """Return what a superuser runs by psql: roles with their passwords, database, and the audit's owner.

    It is for a pipe, since it has passwords. It may be run again: before the tables exist it makes room for them, after
    that the audit gets its owner.
    """
    name = sql.Identifier(urls.database).as_string()
    create = sql.SQL(NEW_DATABASE).format(name=sql.Identifier(urls.database)).as_string()
    literal = sql.Literal(create).as_string()
    name_literal = sql.Literal(urls.database).as_string()
    passwords = [_password(role, url) for role, url in ((OWNER, urls.owner), (APP, urls.app))]
    return "\n".join(
        [
            "\\set ON_ERROR_STOP on", "SET client_min_messages = warning;", ROLES, *passwords,
            f"SELECT {literal} WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = {name_literal}) \\gexec",  # noqa: S608 -- literals of psycopg
            f"\\connect {name}", "SET client_min_messages = warning;", ROLES,
            "SELECT to_regclass('audit_event') IS NOT NULL AS has_tables \\gset",
            "\\if :has_tables", AUDIT_OWNER, "\\endif", "",
        ]
    )  # fmt: skip


def _password(role: str, url: str) -> str:
    """Return the statement that sets a role's password to that of its connection; empty without one."""
    password = conninfo_to_dict(url).get("password")
    if not password:
        return ""
    return sql.SQL("ALTER ROLE {} PASSWORD {};").format(sql.Identifier(role), sql.Literal(password)).as_string()
