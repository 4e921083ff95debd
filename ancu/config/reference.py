"""Generate the pages of docs/reference from the code: file name → text."""

import ast
import importlib
import inspect
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import override

from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.rules.facts import DetectionRule
from ancu.apps.protection.enums import Omission
from ancu.apps.protection.selectors.sources import COLLECTED, LEFT_OUT
from ancu.apps.stays.rules.oddities import BATCH, CONFIRMED_BY_SENDER, NOTICES
from ancu.config import letter_proofs
from ancu.config.api import api
from ancu.config.retention import RETENTION
from ancu.config.variables import VARIABLES
from ancu.engines import rulebook
from ancu.engines.exchange import CODES

HEAD = "<!-- Made by `make docs` from the code; do not edit. -->\n\n"
FOLDER = Path(settings.BASE_DIR) / "docs" / "reference"
# What every command takes, Django's own.
COMMON = {"help", "version", "verbosity", "settings", "pythonpath", "traceback"}
COMMON |= {"no_color", "force_color", "skip_checks"}


def pages() -> dict[str, str]:
    """Return the text of every generated reference page, by file name."""
    with override("en"):
        return {name: make() for name, make in PAGES.items()}


def binary_files() -> dict[str, bytes]:
    """Return every generated file of docs/reference that is no text, by its path."""
    return letter_proofs.proofs()


# --- states ---------------------------------------------------------------------------------------------


def states() -> str:
    """Return the page of state machines and their transitions."""
    parts = [HEAD + "# States\n\nThe state machines of the apps and their allowed transitions.\n"]
    for title, table in _tables():
        lines = ["stateDiagram-v2"]
        start = next(iter(table))
        lines.append(f"    [*] --> {start}")
        lines += [f"    {state} --> {to}" for state, following in table.items() for to in sorted(following)]
        lines += [f"    {state} --> [*]" for state, following in table.items() if not following]
        words = "\n".join(f"- `{state}`: {state.label}" for state in table)
        parts.append(f"\n## {title}\n\n```mermaid\n" + "\n".join(lines) + f"\n```\n\n{words}\n")
    return "".join(parts)


def _tables() -> Iterator[tuple[str, Mapping[Any, Any]]]:
    """Yield title and transitions of every state machine of the apps."""
    for path in sorted(Path(settings.BASE_DIR, "ancu", "apps").glob("*/enums.py")):
        module = importlib.import_module(f"ancu.apps.{path.parent.name}.enums")
        for name in sorted(vars(module), reverse=True):
            if name.endswith("TRANSITIONS"):
                table = getattr(module, name)
                yield f"{path.parent.name}: {type(next(iter(table))).__name__}", table


# --- access ---------------------------------------------------------------------------------------------


def access() -> str:
    """Return the page of access rights: the expected HTTP status of each address for each persona.

    tests/test_access.py verifies them.
    """
    table = importlib.import_module("tests.access")
    names = table.PERSONAS
    text = HEAD + (
        "# Access\n\nEvery address and operation, and the HTTP status that each persona gets. 302: sign in first, or"
        " done and redirected. 403: visible, but without the right. 404: invisible to the persona. 409 and 422: allowed"
        " with other data.\n\n"
    )
    text += "\n".join(f"- **{name}**: {table.WHO[name]}" for name in names)
    text += "\n\n| | address | " + " | ".join(names) + " |\n" + "|---" * (len(names) + 2) + "|\n"
    for row in table.rows():
        text += f"| {row.method} | `{row.route}` | " + " | ".join(str(row.expected[name]) for name in names) + " |\n"
    return text


# --- settings -------------------------------------------------------------------------------------------


KINDS = {"str": "text", "bool": "`true` or `false`", "int": "whole number", "list": "texts, separated by commas"}


def environment() -> str:
    """Return the page of environment variables by purpose, described in ancu.config.variables."""
    parts = [
        HEAD + "# Settings\n\nThe program reads its settings from environment variables. A text may come from a file:"
        " `NAME_FILE=/run/secrets/name` stands for `NAME`. A development machine needs none of them.\n"
    ]
    defaults = environment_reads()
    undescribed = set(defaults) - {variable.name for variables in VARIABLES.values() for variable in variables}
    if undescribed:
        raise LookupError(f"Describe in ancu.config.variables: {', '.join(sorted(undescribed))}")
    for purpose, variables in VARIABLES.items():
        parts.append(f"\n## {purpose}\n\n| variable | kind | default | example | meaning |\n|---|---|---|---|---|\n")
        for variable in variables:
            kind, default = defaults[variable.name]
            example = variable.example if variable.example.startswith("(") else f"`{variable.example}`"
            cells = (f"`{variable.name}`", KINDS[kind], variable.default or default, example, variable.description)
            parts.append(f"| {' | '.join(cells)} |\n")
    return "".join(parts)


def environment_reads() -> dict[str, tuple[str, str]]:
    """Return the environment variables that the code reads, by name: kind and literal default.

    It finds calls such as ``env.int("NAME", 5)``.
    """
    reads: dict[str, tuple[str, str]] = {}
    for path in sorted(Path(settings.BASE_DIR, "ancu").rglob("*.py")):
        if "tests" not in path.parts and path.name != "env.py":
            reads.update(_environment_reads_in(path.read_text(encoding="utf-8")))
    return reads


def _environment_reads_in(source: str) -> dict[str, tuple[str, str]]:
    """Return kind and literal default of each variable that a source text reads."""
    reads: dict[str, tuple[str, str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            kind = re.fullmatch(r"env\.(\w+)", ast.unparse(node.func))
            if kind:
                values = [*node.args[1:], *(word.value for word in node.keywords if word.arg == "default")]
                name, default = str(node.args[0].value), _literal_default(values[0]) if values else "empty"
                if reads.get(name, ("", "empty"))[1] == "empty":  # a second read may only ask whether it is set
                    reads[name] = (kind[1], default)
    return reads


def _literal_default(node: ast.expr) -> str:
    """Return the default written in the code; empty when the code computes it."""
    if isinstance(node, ast.List) and not node.elts:
        return "empty"
    if not isinstance(node, ast.Constant):
        return ""
    value = str(node.value).lower() if isinstance(node.value, bool) else str(node.value)
    return f"`{value}`" if value else "empty"


# --- procedures -----------------------------------------------------------------------------------------


def procedures() -> str:
    """Return the page of procedures: newest version, earlier versions, and the checks."""
    rules = [rule for rule in rulebook.rules().values() if rule.id.startswith(("procedure.", "form."))]
    newest = max(rule.versions[-1].valid_from for rule in rules)
    parts = [
        HEAD
        + "# Procedures\n\nThe newest version of each procedure; its versions show since when. Confidence of a source:"
        " S primary text, S2 secondary page, M from memory and to be verified, I inferred.\n"
    ]
    parts += [_procedure(procedure) for procedure in rulebook.procedures_on(newest)]
    parts.append("\n## Forms\n\n| form | tiếng Việt | English | versions |\n|---|---|---|---|\n")
    for code in sorted(rulebook.form_codes()):
        form = rulebook.get_form(code, newest)
        parts.append(f"| {code} | {form.name_vi} | {form.name_en} | {_versions(f'form.{code}')} |\n")
    parts.append(
        "\n## Checks\n\n| code | weight | tiếng Việt | English | article | source |\n|---|---|---|---|---|---|\n"
    )
    for rule in rulebook.rules().values():
        if rule.id.startswith("check."):
            last, code = rule.versions[-1], rule.id.removeprefix("check.")
            row = (f"`{code}`", last.values["severity"], rule.title_vi, rule.title_en, last.article_en, last.confidence)
            parts.append("| " + " | ".join(row) + " |\n")
    return "".join(parts)


def _procedure(procedure: rulebook.Procedure) -> str:
    """Return the section of the procedures' page about one procedure."""
    facts = {
        "code": f"`{procedure.code}`, at the office {procedure.office_code or '-'}",
        "filed by": ", ".join(procedure.filers),
        "forms": ", ".join(form.code for form in procedure.forms),
        "answered": f"in {procedure.deadline_days} working days",
        "closed": f"after {procedure.supplement_days} days without the answer asked for",
        "fee": procedure.fee.code or f"by length of the {procedure.fee.rule}",
        "checks": ", ".join(f"`{check}`" for check in procedure.checks),
        "versions": _versions(f"procedure.{procedure.code}"),
    }
    lines = [f"\n## {procedure.name_en}\n\n{procedure.name_vi}. {procedure.article_en}.\n\n"]
    lines += [f"- {name}: {fact}\n" for name, fact in facts.items()]
    lines.append("\n| component | kind | asked for | tiếng Việt | English |\n|---|---|---|---|---|\n")
    for part in procedure.components:
        required = "always" if part.required else _condition(part.required_if)
        lines.append(f"| `{part.key}` | {part.kind} | {required} | {part.label_vi} | {part.label_en} |\n")
    return "".join(lines)


def _condition(when: rulebook.Condition | None) -> str:
    """Return in words on which answers a procedure requires a paper; "if there is one" for None."""
    if when is None:
        return "if there is one"
    return "if " + " and ".join(f"`{field}` is {', '.join(values)}" for field, values in when.any_of.items())


def _versions(rule_id: str) -> str:
    """Return a rule's versions in one line, each with its first day and confidence mark."""
    versions = rulebook.rules()[rule_id].versions
    return ", ".join(f"{version.version} from {version.valid_from} ({version.confidence})" for version in versions)


# --- rules of oversight ---------------------------------------------------------------------------------


def alert_rules() -> str:
    """Return the page of alert rules: sentence, limits and thresholds of the newest version."""
    intro = (
        "# Alert rules\n\nEach rule examines facts of stays and documents. No rule uses nationality, ethnicity,"
        " religion or looks; tests check this. The thresholds are the rulebook’s. An office may put others in force"
        " after trying them on the past year. Confidence of a source: S primary text, S2 secondary page, M from memory"
        " and to be verified, I inferred or the office’s own choice.\n"
    )
    parts = [HEAD + intro]
    for code in rulebook.alert_codes():
        rule = rulebook.alert_rule(code, rulebook.rules()[f"alert.{code}"].versions[-1].valid_from)
        parts.append(_alert_rule(rule, RULES[code]))
    return "".join(parts)


def _alert_rule(words: rulebook.AlertRule, rule: DetectionRule) -> str:
    """Return the section of the alert rules' page about one rule."""
    description = inspect.getdoc(inspect.getmodule(rule.judge)) or ""
    facts = {
        "code": f"`{words.code}`, {_versions(f'alert.{words.code}')}",
        "says": re.sub(r"{(\w+):[^|}]*\|([^}]*)}", r"{\1} \2", words.sentence_en),  # {days:day|days}
        "nói": words.sentence_vi,
        "false if": words.false_en,
        "không đúng khi": words.false_vi,
        "article": words.article_en,
        "điều luật": words.article_vi,
        "source": f"{words.source_en} ({words.confidence})",
        "speaks of": f"a {rule.subject.value}" + ("" if rule.askable else "; the lodging is never asked"),
        "floor": f"{words.floor} % of a month’s decided alerts confirmed, once {words.floor_after} were decided",
    }
    lines = [f"\n## {words.title_en}\n\n{words.title_vi}.\n\n{description}\n\n"]
    lines += [f"- {name}: {fact}\n" for name, fact in facts.items()]
    lines.append("\n| threshold | value | from | to | English | tiếng Việt |\n|---|---|---|---|---|---|\n")
    for item in words.parameters:
        row = (f"`{item.name}`", item.value, item.least, item.most, item.name_en, item.name_vi)
        lines.append("| " + " | ".join(map(str, row)) + " |\n")
    return "".join(lines)


# --- commands, codes, API -------------------------------------------------------------------------------


def commands() -> str:
    """Return the page of management commands with their options."""
    parts = [HEAD + "# Commands\n\n`ancu manage NAME`; each takes `--help`.\n"]
    for name, app in sorted(get_commands().items()):
        if str(app).startswith("ancu."):
            command = load_command_class(str(app), name)
            parser = command.create_parser("ancu manage", name)
            options = [
                f"- `{' '.join(action.option_strings) or action.dest}`{f': {action.help}' if action.help else ''}\n"
                for action in parser._actions
                if action.dest not in COMMON
            ]
            parts.append(f"\n## {name}\n\n{' '.join(command.help.split())}\n\n" + "".join(options))
    return "".join(parts).rstrip("\n") + "\n"


def finding_codes() -> str:
    """Return the page of findings about declarations, in both languages."""
    asked_codes = ", ".join(f"`{code}`" for code in sorted(CONFIRMED_BY_SENDER | BATCH | NOTICES))
    intro = (
        "# Finding codes\n\nCodes are stable; their texts may change. A row with one of these is stored only after "
        f"its codes were confirmed (`needs_confirmation`): {asked_codes}.\n"
    )
    parts = [HEAD + intro]
    for level in dict.fromkeys(code.level for code in CODES.values()):
        parts.append(f"\n## {level}\n\n| code | tiếng Việt | English |\n|---|---|---|\n")
        parts += [f"| `{name}` | {code.vi} | {code.en} |\n" for name, code in CODES.items() if code.level == level]
    return "".join(parts)


def retention() -> str:
    """Return the page of retention periods: for each table how long rows stay and which job deletes them."""
    rows = "".join(
        f"| `{table}` | {entry.fate.value} | {entry.period} | {f'`{entry.job}`' if entry.job else ''} |\n"
        for table, entry in sorted(RETENTION.items())
    )
    intro = "# Retention\n\nWhat happens to the rows of each table.\n\n"
    return f"{HEAD}{intro}| table | outcome | when or why | job |\n|---|---|---|---|\n{rows}"


def personal_copy() -> str:
    """Return the page about a person's copy of data: content, omissions and the structure of its JSON."""
    rows = "".join(
        f"| {source.section.label} | `{source.label}` | {', '.join(source.fields)} | "
        + ", ".join(f"{name} ({reason.value})" for name, reason in source.withheld.items()) + " |\n"
        for source in COLLECTED
    )  # fmt: skip
    left_out = "".join(f"| `{label}` | {reason.value} |\n" for label, reason in sorted(LEFT_OUT.items()))
    reasons = "".join(f"- `{reason.value}`: {reason.label}\n" for reason in Omission)
    return (
        f"{HEAD}# A person's copy of data\n\n{COPY_JSON}\n## Records\n\n| part | kind | fields | withheld |\n"
        f"|---|---|---|---|\n{rows}\n## Left out\n\n{reasons}\n| kind | why |\n|---|---|\n{left_out}"
    )


COPY_JSON = """\
The JSON file is UTF-8. Dates and times are ISO 8601, times with their offset. Empty fields are omitted.

| key | what |
|---|---|
| `format`, `version` | `an-cu-personal-copy`, 1; the number grows when a key changes its meaning |
| `reference`, `made_at`, `office` | the request, when the copy was made, the office's prefix |
| `records` | a list of `section`, `kind`, `title` (`vi`, `en`) and `fields`, as in the table below |
| `looks` | views of the data: `day`, `organisation` (empty: by a link), `record` (`vi`, `en`), `times` |
| `sign_ins` | `at` and `act` of each sign-in, failed sign-in and change of the account's protection |
| `papers` | `dossier`, `paper`, `name`, `size`, `sha256`, and `path` within the ZIP (empty: listed only) |
| `left_out` | `code`, `vi` and `en`: what no copy contains, and why; the same in every copy |
"""


def openapi() -> str:
    """Return the API's OpenAPI document as JSON text."""
    text = io.StringIO()
    json.dump(api.get_openapi_schema(), text, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False, sort_keys=True)
    return text.getvalue() + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "states.md": states,
    "access.md": access,
    "settings.md": environment,
    "commands.md": commands,
    "finding-codes.md": finding_codes,
    "procedures.md": procedures,
    "rules.md": alert_rules,
    "retention.md": retention,
    "personal-copy.md": personal_copy,
    "openapi.json": openapi,
    "letters/README.md": lambda: HEAD + letter_proofs.index(),
}
