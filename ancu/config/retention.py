"""The retention of every table, libraries' tables included, and the job that applies it.

``tests/security/test_secrets.py`` fails when a table of the database stands nowhere here, and holds the periods of
personal fields against the models' own (``core.security.privacy``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ancu.config.library_retention import CONFIRMATION, CONTEXT, FAILED, SUCCEEDED, WORKER
from ancu.core.security.privacy import Keep


class Fate(Enum):
    DELETED = "rows are deleted"
    EMPTIED = "personal fields are emptied, rows stay"
    FOLLOWS = "goes with the rows of another table"
    NEVER_DELETED = "rows stay: no personal data"


@dataclass(frozen=True)
class Retention:
    fate: Fate
    period: str  # in words, or what the rows go with, or why they stay
    job: str = ""  # the task that sees to it
    keeps: frozenset[Keep] = frozenset()


def _words(keeps: tuple[Keep, ...]) -> str:
    """Return the retention periods in words, the shortest first: "30 days, 365 days"."""
    return ", ".join(f"{keep.value} days" for keep in sorted(keeps, key=lambda keep: keep.value))


def _deleted(job: str, period: str, tables: str, *keeps: Keep) -> Iterator[tuple[str, Retention]]:
    """Yield (table, retention) for each of ``tables``: ``job`` deletes its rows after ``period``.

    Names of tables are separated by spaces; ``keeps`` are the periods' constants.
    """
    for table in tables.split():
        yield table, Retention(Fate.DELETED, period, job, frozenset(keeps))


def _emptied(job: str, keeps: tuple[Keep, ...], tables: str) -> Iterator[tuple[str, Retention]]:
    """Yield (table, retention) for each of ``tables``: ``job`` empties its personal fields after ``keeps``."""
    for table in tables.split():
        yield table, Retention(Fate.EMPTIED, _words(keeps), job, frozenset(keeps))


def _follows(owner: str, tables: str) -> Iterator[tuple[str, Retention]]:
    """Yield (table, retention) for each of ``tables``: its rows are deleted with those of ``owner``."""
    for table in tables.split():
        yield table, Retention(Fate.FOLLOWS, owner)


def _never_deleted(why: str, tables: str) -> Iterator[tuple[str, Retention]]:
    """Yield (table, retention) for each of ``tables``, whose rows stay for the reason ``why``."""
    for table in tables.split():
        yield table, Retention(Fate.NEVER_DELETED, why)


def _of_libraries() -> Iterator[tuple[str, Retention]]:
    """Yield (table, retention) of the tables that libraries own."""
    jobs = f"{SUCCEEDED.days} day after success, {FAILED.days} days after failure"
    yield from _deleted("config.delete_finished", jobs, "procrastinate_jobs")
    yield from _deleted("config.delete_finished", f"{WORKER.days} day without a sign of life", "procrastinate_workers")
    yield from _deleted("config.delete_finished", "when the session is over", "django_session")
    yield from _deleted("config.delete_finished", "when the result is out of date", "core_results")
    yield from _deleted("core.forget_old_counts", "when the window of the count is over", "core_counts")
    yield from _deleted("config.delete_orphans", f"{CONFIRMATION.days} days", "account_emailconfirmation")
    contexts = f"{CONTEXT.days} day, when no version names it"
    yield from _deleted("config.delete_orphans", contexts, "pghistory_context")
    yield from _deleted("accounts.redact", "when its session is gone", "usersessions_usersession")
    accounts = "mfa_authenticator account_emailaddress socialaccount_socialaccount"
    yield from _deleted("accounts.redact", f"{Keep.ACCOUNT.value} days after the account is closed", accounts)
    yield from _follows("procrastinate_jobs", "procrastinate_events")
    yield from _follows("socialaccount_socialaccount", "socialaccount_socialtoken")
    yield from _never_deleted("ways to sign in that the operator set up", "socialaccount_socialapp")
    yield from _never_deleted("one row for each periodic job", "procrastinate_periodic_defers")
    yield from _never_deleted(
        "the program's own: rights, kinds of rows, migrations",
        "auth_group auth_group_permissions auth_permission django_content_type django_migrations",
    )


def _of_people() -> Iterator[tuple[str, Retention]]:
    """Yield (table, retention) of accounts, organisations and lodgings."""
    account, letter = (Keep.ACCOUNT,), f"{Keep.LETTER.value} days, sooner when it is sent"
    yield from _emptied(
        "accounts.redact", account, "accounts_user accounts_invitation accounts_mandate accounts_rightsproposal"
    )
    yield from _follows("accounts_rightsproposal", "accounts_rightsproposal_units")
    yield from _deleted("accounts.redact", _words(account), "accounts_addresschange", *account)
    yield from _deleted("accounts.redact", letter, "accounts_pendingletter", Keep.LETTER)
    yield from _emptied("lodging.redact", account, "lodging_establishment")
    yield from _follows("lodging_establishment", "lodging_establishmentevent")
    yield from _deleted("lodging.redact", "when it can be renewed no more", "lodging_programsession")
    yield from _follows("audit_event", "audit_link")
    yield from _deleted("audit.redact", _words((Keep.AUDIT,)), "audit_event", Keep.AUDIT)
    yield from _emptied("protection.redact", (Keep.DATA_REQUEST,), "protection_copyrequest")
    yield from _emptied("protection.redact", (Keep.AUDIT,), "protection_breach protection_breachentry")
    yield from _never_deleted(
        "who acted for whom, and what is there, explains the records",
        """accounts_delegation accounts_membership accounts_organisation accounts_organisation_jurisdiction
        accounts_organisationtoken dossiers_mandateletter lodging_apitoken places_administrativeunit places_remotearea
        protection_copyrequest_identities""",
    )


def _of_stays() -> Iterator[tuple[str, Retention]]:
    """Yield (table, retention) of stays and declarations."""
    stay = (Keep.STAY,)
    yield from _emptied("stays.redact", stay, "stays_stay")
    yield from _deleted("stays.redact", "with the stay", "stays_expireddocument", *stay)
    yield from _emptied("stays.redact", (Keep.CONTACT, Keep.STAY), "stays_confirmation")
    yield from _emptied("stays.redact", (Keep.DRAFT, Keep.SOURCE_FILE), "stays_undeclaredrow")
    yield from _emptied("stays.redact", (Keep.DRAFT, Keep.ANSWER), "stays_upload")
    yield from _emptied("stays.redact", (Keep.DRAFT,), "stays_picture")
    yield from _deleted("stays.redact", _words((Keep.ANSWER,)), "stays_idempotentresponse", Keep.ANSWER)
    yield from _deleted("stays.redact", _words((Keep.DEVICE,)), "stays_device", Keep.DEVICE)
    yield from _follows("stays_stay", "stays_stayevent stays_expireddocumentevent")
    yield from _emptied("stays.redact", stay, "travellers_identity travellers_travellerjoin travellers_travellerpair")
    yield from _deleted(
        "stays.redact", "with the last identity of the name", "travellers_name travellers_nameword", *stay
    )
    yield from _follows("travellers_identity", "travellers_matchkey")
    yield from _emptied("relay.redact", stay, "relay_forwarding")
    yield from _emptied(
        "oversight.redact", stay,
        """oversight_alert oversight_inspection oversight_metguest oversight_notice oversight_plannedvisit
        oversight_alerttrace""",
    )  # fmt: skip
    yield from _deleted("programs.redact", _words((Keep.ANSWER,)), "programs_delivery", Keep.ANSWER)


def _of_counts_and_settings() -> Iterator[tuple[str, Retention]]:
    """Yield (table, retention) of tables about stays that name nobody and are never deleted."""
    yield from _never_deleted(
        "receipts and counts, without a person", "stays_submission stays_confirmationbook stays_ontime"
    )
    yield from _never_deleted(
        "who was where, as numbers",
        """stays_lodgingguestcount stays_movesofday stays_presencechange stays_presenceday stays_presenceweek
        stays_unitmove""",
    )
    yield from _never_deleted(
        "keys of records and how far a job came", "travellers_matchedidentity travellers_traveller relay_relayprogress"
    )
    yield from _never_deleted(
        "choices of lodgings and of the office", "programs_webhook relay_relaypause relay_portalaccount"
    )
    yield from _never_deleted(
        "rules in force, and what they were tried by",
        """oversight_evaluationprogress oversight_thresholdreplay oversight_thresholds""",
    )


def _of_dossiers() -> Iterator[tuple[str, Retention]]:
    """Yield (table, retention) of dossiers."""
    yield from _emptied(
        "dossiers.redact", (Keep.DOSSIER,),
        """dossiers_bankline dossiers_clientreference dossiers_component dossiers_dossier dossiers_dossierevent
        dossiers_filing dossiers_legalfile dossiers_officialletter dossiers_opinion dossiers_payment dossiers_posting
        dossiers_result dossiers_resultcorrection dossiers_signature dossiers_supplement""",
    )  # fmt: skip
    yield from _deleted("dossiers.redact", _words((Keep.WORKER,)), "dossiers_foreignworker", Keep.WORKER)
    yield from _follows("dossiers_component", "dossiers_componentevent")
    yield from _never_deleted(
        "the books of money are kept whole", "dossiers_bankstatement dossiers_cashclosing dossiers_charge "
        "dossiers_exchangerate dossiers_feereceipt",
    )  # fmt: skip
    yield from _never_deleted(
        "deadlines, counters and their numbers",
        """dossiers_appointment dossiers_counter dossiers_duration dossiers_openinghours
        dossiers_datepromise dossiers_deadlinealarm dossiers_groupeddossier dossiers_grouprequest
        dossiers_letterhead dossiers_lettersigner dossiers_queueddossier dossiers_queueticket dossiers_registerentry
        dossiers_registeropening dossiers_savedfilter dossiers_slot""",
    )
    yield from _never_deleted(
        "which rule the office changed, why, and what it would have meant",
        """dossiers_amendmentwithdrawal dossiers_ruleamendment dossiers_ruledraft dossiers_ruletrial
        dossiers_ruletrialcase""",
    )


def _of_correspondence() -> Iterator[tuple[str, Retention]]:
    """Yield (table, retention) of files, messages and petitions."""
    words = (Keep.CORRESPONDENCE,)
    yield from _deleted("files.retention", "at the day that each file bears", "files_storedfile", Keep.SOURCE_FILE)
    yield from _deleted("files.retention", "1 day", "files_partialupload", Keep.DRAFT)
    yield from _never_deleted("the id by which the database and its folder of files know each other", "files_filestore")
    yield from _emptied("messaging.redact", words, "messaging_message")
    yield from _emptied("messaging.redact", (Keep.LETTER, *words), "messaging_notification")
    yield from _deleted("messaging.redact", _words((Keep.CONTACT,)), "messaging_inappnotification", Keep.CONTACT)
    yield from _deleted("messaging.redact", _words((Keep.DEVICE,)), "messaging_pushaddress", Keep.DEVICE)
    yield from _deleted("desk.redact", _words((Keep.SAVED_WORDS,)), "desk_taskfilter", Keep.SAVED_WORDS)
    yield from _deleted("desk.redact", "the day until which the task is postponed", "desk_postponedtask")
    yield from _emptied("contact.redact", words, "contact_broadcast")
    yield from _emptied(
        "listening.redact", words,
        """listening_petitionanswer listening_helprequest listening_meeting listening_petition
        listening_petitionpromise listening_petitionremark
        listening_petitiontrace listening_petitiontransfer listening_verdict""",
    )  # fmt: skip
    yield from _emptied("listening.redact", (Keep.CONTACT,), "listening_attendee")
    yield from _follows("listening_petition", "listening_petitionfile")
    yield from _never_deleted(
        "that something was written, and to whom",
        """contact_broadcastreceipt contact_urgentreport messaging_attachment messaging_participant messaging_readmark
        messaging_thread""",
    )
    yield from _never_deleted(
        "choices of people and of the office", "messaging_notificationpreference messaging_replytemplate"
    )


def _of_surveys_and_tips() -> Iterator[tuple[str, Retention]]:
    """Yield (table, retention) of surveys and tips."""
    yield from _emptied("surveys.redact", (Keep.SOURCE_FILE,), "surveys_readingdoubt surveys_scan surveys_scannedpage")
    yield from _emptied("surveys.redact", (Keep.SURVEY_DRAFT, Keep.CORRESPONDENCE), "surveys_surveyresponse")
    yield from _never_deleted(
        "the survey itself",
        """surveys_surveychannel surveys_surveycode surveys_surveypaper surveys_printrun surveys_surveysheet
        surveys_survey surveys_surveyversion""",
    )
    yield from _deleted(
        "tips.destroy", f"{Keep.TIP.value} days after it is closed", "tips_tip tips_tipmessage", Keep.TIP
    )
    yield from _follows("tips_tip", "tips_sealedfile")
    yield from _never_deleted(
        "who holds the keys, and how many tips there were",
        """tips_tipdestruction tips_handlingunit tips_keyholder tips_keyshare tips_tiptally tips_unitkey""",
    )


def _of_the_public() -> Iterator[tuple[str, Retention]]:
    """Yield (table, retention) of community support, figures and registers."""
    yield from _emptied(
        "community.redact", (Keep.CORRESPONDENCE,),
        """community_candidate community_handoverconfirmation community_donor community_statementline
        community_programmephoto
        community_pledge community_recipient community_selection community_programmestatement
        community_unreadstatementline
        community_voucher""",
    )  # fmt: skip
    yield from _never_deleted(
        "the ledger is never changed",
        """community_bankaccount community_booksclosing community_ledgerentry community_programmegoal
        community_programmeitem community_ledgerleg
        community_stocklot community_programme community_programme_areas""",
    )
    yield from _never_deleted("news and outage notices as the public read them", "site_newsitem site_outagenotice")
    yield from _never_deleted(
        "figures as they were published",
        """reporting_figure reporting_figureimport reporting_reportorder reporting_period reporting_figureplan
        reporting_release
        reporting_report reporting_total""",
    )
    yield from _never_deleted(
        "who was reminded of what, and when the briefing is sent",
        "reporting_reminder reporting_briefingplan reporting_briefingplan_recipients reporting_briefingcopy",
    )


SECTIONS = (
    _of_libraries,
    _of_people,
    _of_stays,
    _of_counts_and_settings,
    _of_dossiers,
    _of_correspondence,
    _of_surveys_and_tips,
    _of_the_public,
)
RETENTION: dict[str, Retention] = {table: retention for section in SECTIONS for table, retention in section()}
