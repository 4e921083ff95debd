"""The models of dossiers, by subject."""

from ancu.apps.dossiers.models.client_reference import ClientReference
from ancu.apps.dossiers.models.correction import ResultCorrection
from ancu.apps.dossiers.models.deadline_alarm import DeadlineAlarm
from ancu.apps.dossiers.models.dossier import (
    OPEN,
    PASSPORT,
    RECEIVED,
    RETURNED,
    WHERE_PASSPORT_IS,
    Component,
    Dossier,
    DossierEvent,
    Filing,
    Signature,
    Supplement,
)
from ancu.apps.dossiers.models.group import GroupedDossier, GroupRequest
from ancu.apps.dossiers.models.handover import Appointment, Counter, OpeningHours, Posting, Slot
from ancu.apps.dossiers.models.legal_file import LegalFile
from ancu.apps.dossiers.models.letter import Letterhead, LetterSigner, OfficialLetter
from ancu.apps.dossiers.models.mandate import MandateLetter
from ancu.apps.dossiers.models.money import (
    BankLine,
    BankStatement,
    CashClosing,
    Charge,
    ExchangeRate,
    FeeReceipt,
    Payment,
)
from ancu.apps.dossiers.models.opinion import Opinion
from ancu.apps.dossiers.models.promise import DatePromise, Duration
from ancu.apps.dossiers.models.queue_ticket import QueuedDossier, QueueTicket
from ancu.apps.dossiers.models.register import RegisterEntry, RegisterOpening
from ancu.apps.dossiers.models.result import NUMBERED_ONCE, ONE_NUMBER, Result
from ancu.apps.dossiers.models.rule_change import (
    AmendmentWithdrawal,
    RuleAmendment,
    RuleDraft,
    RuleTrial,
    RuleTrialCase,
)
from ancu.apps.dossiers.models.saved_filter import SavedFilter
from ancu.apps.dossiers.models.worker import ForeignWorker

__all__ = [
    "NUMBERED_ONCE",
    "ONE_NUMBER",
    "OPEN",
    "PASSPORT",
    "RECEIVED",
    "RETURNED",
    "WHERE_PASSPORT_IS",
    "AmendmentWithdrawal",
    "Appointment",
    "BankLine",
    "BankStatement",
    "CashClosing",
    "Charge",
    "ClientReference",
    "Component",
    "Counter",
    "DatePromise",
    "DeadlineAlarm",
    "Dossier",
    "DossierEvent",
    "Duration",
    "ExchangeRate",
    "FeeReceipt",
    "Filing",
    "ForeignWorker",
    "GroupRequest",
    "GroupedDossier",
    "LegalFile",
    "LetterSigner",
    "Letterhead",
    "MandateLetter",
    "OfficialLetter",
    "OpeningHours",
    "Opinion",
    "Payment",
    "Posting",
    "QueueTicket",
    "QueuedDossier",
    "RegisterEntry",
    "RegisterOpening",
    "Result",
    "ResultCorrection",
    "RuleAmendment",
    "RuleDraft",
    "RuleTrial",
    "RuleTrialCase",
    "SavedFilter",
    "Signature",
    "Slot",
    "Supplement",
]
