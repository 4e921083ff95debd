"""The app, and system checks of the chain and its heads."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, Warning, register

HINT = "See docs/guide/operator.md, “The audit’s heads”."


class AuditConfig(AppConfig):
    name = "ancu.apps.audit"

    def ready(self) -> None:
        """Register the audit's tasks and texts, and its system checks."""
        from ancu.apps.audit import enums
        from ancu.apps.audit.selectors import ACT_SENTENCES, task_groups
        from ancu.core.registry.task_groups import TASK_GROUPS

        TASK_GROUPS.register(task_groups.task_groups)
        ACT_SENTENCES.register(enums.ACTS)
        register(chain_holds, Tags.security)
        register(proofs_hold, Tags.security)
        register(heads_leave, Tags.security, deploy=True)


def chain_holds(**_options: Any) -> list[Warning]:
    """System check: warn if the last nightly check of the audit's hash chain found a problem or is late.

    It is only a warning, because an error would also block the repairing command.
    """
    from ancu.apps.audit.selectors.checks import last_check

    check = last_check()
    if check is None:
        return []
    if check.problem:
        text = f"The audit does not hold: {check.problem.value} at {check.place}, found {check.at:%Y-%m-%d %H:%M} UTC."
        return [Warning(text, hint=HINT, id="audit.W001")]
    if check.is_late:
        return [Warning(f"The audit was last checked on {check.at:%Y-%m-%d}.", hint=HINT, id="audit.W002")]
    return []


def proofs_hold(**_options: Any) -> list[Warning]:
    """System check: warn if the last nightly recomputation of records' hashes found a mismatch or is late."""
    from ancu.apps.audit.selectors.proofs import last_proof_checks

    warnings = []
    for check in last_proof_checks():
        when, name = f"{check.at:%Y-%m-%d %H:%M} UTC", check.kind.value
        if check.mismatches:
            text = f"{len(check.mismatches)} {name} do not agree with their hash, found {when}."
            warnings.append(Warning(text, hint=f"List them by ancu manage verify_{name}.", id="audit.W005"))
        elif check.is_late:
            warnings.append(Warning(f"The {name} were last computed again on {when}.", hint=HINT, id="audit.W006"))
    return warnings


def heads_leave(**_options: Any) -> list[Warning]:
    """System check: warn if no signing key is set, or the audit chain's signed heads are sent to nobody.

    A database administrator could then rewrite the audit log unnoticed.
    """
    advice = {
        "audit.W003": "" if settings.AUDIT_SIGNING_KEY else "Heads of the audit are not signed: set AUDIT_SIGNING_KEY.",
        "audit.W004": "" if settings.AUDIT_HEADS_TO else "Nobody else keeps the audit’s heads: set AUDIT_HEADS_TO.",
    }
    return [Warning(text, hint=HINT, id=key) for key, text in advice.items() if text]
