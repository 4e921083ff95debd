"""The form of each kind of change of a rule, by the kind."""

from ancu.apps.dossiers.enums import RuleKind
from ancu.apps.dossiers.forms.letter_changes import LetterChangeForm
from ancu.apps.dossiers.forms.reason_changes import RefusalReasonForm, RequestSentenceForm, ReturnReasonForm
from ancu.apps.dossiers.forms.rule_change import RuleChangeForm
from ancu.apps.dossiers.forms.rule_changes import DayChangeForm, FeeChangeForm, HoursChangeForm, MarginChangeForm
from ancu.apps.dossiers.forms.rule_entries import ENTRY_FORMS

FORMS: dict[RuleKind, type[RuleChangeForm]] = {
    RuleKind.FEE: FeeChangeForm,
    RuleKind.DAY: DayChangeForm,
    RuleKind.HOURS: HoursChangeForm,
    RuleKind.MARGIN: MarginChangeForm,
    RuleKind.LETTER: LetterChangeForm,
    RuleKind.RETURN_REASON: ReturnReasonForm,
    RuleKind.REFUSAL_REASON: RefusalReasonForm,
    RuleKind.REQUEST: RequestSentenceForm,
    **ENTRY_FORMS,
}
