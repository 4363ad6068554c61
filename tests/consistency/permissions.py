"""Every address of the platform, with who may open it.

A row names an address, how it may be asked, what its parameters name in the world of the test, and what becomes of
each role: "in", "login" (sent to the sign-in page), "confirm" (sent to give the password again), "401", "403", or "404"
where even the existence is not told.
An administrator of the publisher opens what any role of the publisher opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.consistency.world import CLIENTS, PUBLISHER, ROLES

Outcomes = Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """One address. parameters: by name of the address's parameter, the name of a thing of the world."""

    name: str
    methods: tuple[str, ...]
    outcomes: Outcomes
    parameters: Mapping[str, str] = field(default_factory=dict)


def page(name: str, outcomes: Outcomes, **parameters: str) -> Row:
    return Row(name, ("GET",), outcomes, parameters)


def act(name: str, outcomes: Outcomes, **parameters: str) -> Row:
    return Row(name, ("POST",), outcomes, parameters)


def form(name: str, outcomes: Outcomes, **parameters: str) -> Row:
    return Row(name, ("GET", "POST"), outcomes, parameters)


def each(outcome: str, *roles: str) -> dict[str, str]:
    return dict.fromkeys(roles, outcome)


def console(*roles: str) -> Outcomes:
    """Pages of the publisher for *roles*; a client's people are not told that they exist."""
    allowed = each("in", *roles, "administrator")
    return {"anonymous": "login", **each("404", *CLIENTS), **each("403", *PUBLISHER), **allowed}


def space(**changes: str) -> Outcomes:
    """Pages of the customer space, for the people of clients."""
    return {"anonymous": "login", **each("in", *CLIENTS), **each("403", *PUBLISHER), **changes}


def inside(bob: str) -> Outcomes:
    """Pages in the first client's environment: another client and the publisher are not told that it exists."""
    elsewhere = each("404", "chloe", *PUBLISHER)
    return {"anonymous": "login", "bob": bob, "alice": "in", "stranger": "403", **elsewhere}


EVERYBODY = each("in", *ROLES)
NOBODY = each("404", *ROLES)
# Telephone systems come with a key of their own; no session opens these.
PROGRAMS = each("401", *ROLES)
SIGNED_IN = {**EVERYBODY, "anonymous": "login"}
TO_THE_DOOR = each("login", *ROLES)
ANY_ROLE = console(*PUBLISHER)
SALES = console("customer_service", "billing")
DESK = console("customer_service")
TELLS = console("customer_service", "technician", "operations")
CARRIERS = console("customer_service", "operations")
TECHNICIAN = console("technician")
READERS = console("technician", "customer_service")
OPERATORS = console("operations")
WRITERS = console("technician", "trainer")
ADMINISTRATOR = console("administrator")
PEOPLE_OF_CLIENTS = space()
SAAS_ADMINISTRATORS = space(bob="403", stranger="403")
OF_ALICES_COMPANY = space(bob="403", stranger="403", chloe="404")
ALICES_REPORT = space(bob="404", stranger="404", chloe="404")
NO_REPORT_OWED = space(alice="404", bob="403", stranger="403", chloe="404")
BOBS_REQUEST = space(stranger="404", chloe="404")
READING, WRITING = inside(bob="in"), inside(bob="403")
WITH_FACTORS = {**SIGNED_IN, **each("404", "bob", "stranger")}
BY_PASSKEY = {**each("confirm", *ROLES), **each("login", "anonymous", "alice", "chloe")}
HER_OWN = {**each("404", *ROLES), "anonymous": "login", "alice": "in"}
BOOKLET = {"booklet_id": "booklet", "version": "booklet_version"}
CLIENT = {"slug": "client"}
CONTRACT = {"slug": "client", "number": "contract"}
INSTRUCTION = {"slug": "client", "pk": "instruction"}
CALL = {"call": "call"}
ROOM = {"environment": "room"}
COMPANY = {**ROOM, "siren": "siren"}
ARTICLE = {"article_slug": "article"}
YEAR = {**COMPANY, "year": "year"}
MEMBER = {**ROOM, "person_id": "member"}

PUBLIC = [
    page("home", EVERYBODY),
    page("portal:booklets", EVERYBODY),
    page("portal:booklet", EVERYBODY, **BOOKLET),
    page("portal:booklet_comparison", EVERYBODY, **BOOKLET, other_id="other_booklet", other_version="other_version"),
    act("preferences:theme", EVERYBODY),
    act("preferences:language", EVERYBODY),
    act("preferences:shortcuts", EVERYBODY),
    page("preferences:offline", EVERYBODY),
    page("preferences:worker", EVERYBODY),
    page("preferences:commands", EVERYBODY),
    page("health", EVERYBODY),
    # Everybody here asks from another machine without the supervision's token.
    page("metrics", each("403", *ROLES)),
    page("api:openapi-json", EVERYBODY),
    page("api:openapi-view", EVERYBODY),
    page("api:list_booklets", EVERYBODY),
    page("api:read_booklet", EVERYBODY, **BOOKLET),
    page("api:opening", EVERYBODY, **BOOKLET),
    act("api:check_fec", EVERYBODY),
    act("api:call_arrives", PROGRAMS),
    page("api:calls_waiting", PROGRAMS),
    page("api:call_now", PROGRAMS, call_id="call"),
    act("api:call_answered", PROGRAMS, call_id="call"),
    act("api:call_transferred", PROGRAMS, call_id="call"),
    act("api:call_ended", PROGRAMS, call_id="call"),
    page("api:my_environments", {**EVERYBODY, "anonymous": "401"}),
    # The beginning of the API's addresses, not a page.
    page("api:api-root", NOBODY),
]
DOOR = [
    form("account_login", EVERYBODY),
    form("account_signup", EVERYBODY),
    page("account_inactive", EVERYBODY),
    form("clients:invitation", EVERYBODY, token="token"),
    form("account_reset_password", EVERYBODY),
    page("account_reset_password_done", EVERYBODY),
    form("account_reset_password_from_key", EVERYBODY, uidb36="reset_person", key="reset_key"),
    page("account_reset_password_from_key_done", EVERYBODY),
    form("mfa_login_webauthn", {**EVERYBODY, "anonymous": "login"}),
    # It stands between the password and the code: without a password just given, it leads back.
    form("mfa_authenticate", {**EVERYBODY, "anonymous": "login"}),
    page("account_logout", SIGNED_IN),
    act("account_logout", TO_THE_DOOR),
    form("account_reauthenticate", SIGNED_IN),
    # Those who lack the factor are asked for their password instead.
    form("mfa_reauthenticate", {**SIGNED_IN, **each("confirm", "bob", "stranger")}),
    page("mfa_reauthenticate_webauthn", {**BY_PASSKEY, **each("in", "alice", "chloe")}),
    act("mfa_reauthenticate_webauthn", BY_PASSKEY),
    form("account_change_password", SIGNED_IN),
    form("account_set_password", SIGNED_IN),
    form("clients:profile", SIGNED_IN),
    page("mfa_index", SIGNED_IN),
    form("mfa_activate_totp", SIGNED_IN),
    form("mfa_deactivate_totp", WITH_FACTORS),
    page("mfa_view_recovery_codes", WITH_FACTORS),
    form("mfa_generate_recovery_codes", SIGNED_IN),
    page("mfa_download_recovery_codes", WITH_FACTORS),
    page("mfa_list_webauthn", SIGNED_IN),
    form("mfa_add_webauthn", SIGNED_IN),
    form("mfa_edit_webauthn", HER_OWN, pk="passkey"),
    form("mfa_remove_webauthn", HER_OWN, pk="passkey"),
    form("usersessions_list", SIGNED_IN),
]
SPACE = [
    page("assistance:request_panel", BOBS_REQUEST, number="request"),
    *(
        act(f"assistance:{name}", BOBS_REQUEST, number="request", pk="remote_session")
        for name in ("agreement", "refusal", "withdrawal")
    ),
    page("assistance:web_sessions", PEOPLE_OF_CLIENTS),
    page("assistance:web_session", PEOPLE_OF_CLIENTS, pk="web_session"),
    page("assistance:agenda", PEOPLE_OF_CLIENTS, pk="web_session"),
    act("assistance:registration", PEOPLE_OF_CLIENTS, pk="web_session"),
    act("assistance:registration_cancellation", PEOPLE_OF_CLIENTS, pk="web_session"),
    page("portal:home", PEOPLE_OF_CLIENTS),
    page("clients:company", PEOPLE_OF_CLIENTS),
    page("clients:people", PEOPLE_OF_CLIENTS),
    form("clients:account_request", SAAS_ADMINISTRATORS),
    act("clients:reinvitation", OF_ALICES_COMPANY, person="invitee"),
    form("clients:administrator_naming", SAAS_ADMINISTRATORS),
    page("knowledge:articles", PEOPLE_OF_CLIENTS),
    page("knowledge:proposed", PEOPLE_OF_CLIENTS),
    page("knowledge:article", PEOPLE_OF_CLIENTS, **ARTICLE),
    act("knowledge:opinion", PEOPLE_OF_CLIENTS, **ARTICLE),
    page("phone:phone", PEOPLE_OF_CLIENTS),
    page("phone:place", PEOPLE_OF_CLIENTS),
    page("service:home", PEOPLE_OF_CLIENTS),
    form("service:new", PEOPLE_OF_CLIENTS),
    page("service:of_request", BOBS_REQUEST, number="service_request"),
    page("service:notice", BOBS_REQUEST, number="notice"),
    act("service:posting", BOBS_REQUEST, number="notice"),
    act("service:notice_withdrawal", BOBS_REQUEST, number="notice"),
    page("service:complaint", BOBS_REQUEST, number="complaint"),
    act("service:complaint_withdrawal", BOBS_REQUEST, number="complaint"),
    page("service:operation", SAAS_ADMINISTRATORS),
    form("service:operation_new", SAAS_ADMINISTRATORS, kind="operation_kind"),
    page("service:archive", OF_ALICES_COMPANY, number="export"),
    page("figures:dashboard", PEOPLE_OF_CLIENTS),
    page("figures:requests", PEOPLE_OF_CLIENTS),
    page("figures:requests_csv", PEOPLE_OF_CLIENTS),
    page("figures:reports", PEOPLE_OF_CLIENTS),
    form("figures:report_contact", NO_REPORT_OWED),
    *(page(f"figures:{name}", ALICES_REPORT, pk="report") for name in ("report", "report_pdf", "report_data")),
    page("support:requests", PEOPLE_OF_CLIENTS),
    form("support:new", PEOPLE_OF_CLIENTS),
    page("support:promise", PEOPLE_OF_CLIENTS),
    page("support:alike", PEOPLE_OF_CLIENTS),
    page("support:listing", PEOPLE_OF_CLIENTS),
    page("support:request", BOBS_REQUEST, number="request"),
    act("support:messages", BOBS_REQUEST, number="request"),
    page("support:attachment", BOBS_REQUEST, number="request", pk="file"),
    page("support:preview", BOBS_REQUEST, number="request", pk="file"),
    *(act(f"support:{name}", BOBS_REQUEST, number="request") for name in ("confirmation", "reopening", "withdrawal")),
    *(act(f"support:{name}", BOBS_REQUEST, number="request") for name in ("contest", "rating", "shares")),
    act("support:share_end", BOBS_REQUEST, number="request", account="follower"),
    # A file of a note between colleagues is not told to the client.
    page("support:attachment", space(**each("404", *CLIENTS)), number="request", pk="internal_file"),
]
CONSOLE = [
    page("assistance_console:request_panel", READERS, number="request"),
    act("assistance_console:proposal", console("technician"), number="request"),
    *(
        act(f"assistance_console:{name}", console("technician"), number="request", pk="remote_session")
        for name in ("cancelling", "beginning", "ending")
    ),
    form("assistance_console:tool", ADMINISTRATOR),
    page("assistance_console:web_sessions", WRITERS),
    form("assistance_console:web_session_new", WRITERS),
    page("assistance_console:web_session", WRITERS, pk="web_session"),
    form("assistance_console:web_session_change", WRITERS, pk="web_session"),
    *(
        act(f"assistance_console:web_session_{name}", WRITERS, pk="web_session")
        for name in ("invitation", "cancelling", "holding", "replay")
    ),
    page("console:home", ANY_ROLE),
    page("console:mails", ANY_ROLE),
    page("console:mail", ANY_ROLE, pk="mail"),
    page("console:received", READERS),
    page("console:received_mail", READERS, pk="received"),
    act("console:received_retry", READERS, pk="received"),
    page("console:received_original", READERS, pk="received"),
    page("console:audit", ANY_ROLE),
    page("console:environments", console("operations")),
    page("console:design", ANY_ROLE),
    page("clients:listing", ANY_ROLE),
    form("clients:new", SALES),
    page("clients:client", ANY_ROLE, **CLIENT),
    form("clients:contract_new", SALES, **CLIENT),
    form("clients:contract_move", SALES, **CONTRACT),
    form("clients:contract_order", SALES, **CONTRACT),
    form("clients:contract_codes", SALES, **CONTRACT),
    page("clients:instructions", TELLS),
    form("clients:instruction_new", DESK, **CLIENT),
    page("clients:instruction", TELLS, **INSTRUCTION),
    act("clients:carrying_out", DESK, **INSTRUCTION),
    act("clients:refusal", DESK, **INSTRUCTION),
    act("clients:person_invitation", DESK, **CLIENT, person="invitee"),
    form("clients:administrator_new", DESK, **CLIENT),
    form("clients:administrator_end", DESK, **CLIENT, pk="administrator"),
    page("clients:registers", TELLS, **CLIENT, room="room"),
    page("clients:team", ADMINISTRATOR),
    form("clients:team_new", ADMINISTRATOR),
    form("clients:team_member", ADMINISTRATOR, person="colleague"),
    act("clients:team_invitation", ADMINISTRATOR, person="colleague"),
    act("clients:team_closing", ADMINISTRATOR, person="colleague"),
    page("knowledge_console:articles", WRITERS),
    form("knowledge_console:new", WRITERS),
    act("knowledge_console:preview", WRITERS),
    page("knowledge_console:article", WRITERS, **ARTICLE),
    form("knowledge_console:new_version", WRITERS, **ARTICLE),
    page("knowledge_console:version", WRITERS, **ARTICLE, number="article_version"),
    act("knowledge_console:publication", WRITERS, **ARTICLE),
    act("knowledge_console:withdrawal", WRITERS, **ARTICLE),
    act("knowledge_console:place", WRITERS, **ARTICLE),
    page("phone_console:calls", TECHNICIAN),
    act("phone_console:by_hand", TECHNICIAN),
    page("phone_console:call", TECHNICIAN, **CALL),
    act("phone_console:answer", TECHNICIAN, **CALL),
    act("phone_console:ending", TECHNICIAN, **CALL),
    act("phone_console:person", TECHNICIAN, **CALL),
    act("phone_console:request_link", TECHNICIAN, **CALL),
    act("phone_console:registration", TECHNICIAN, **CALL),
    page("phone_console:settings", ADMINISTRATOR),
    act("phone_console:number", ADMINISTRATOR),
    act("phone_console:keys", ADMINISTRATOR),
    act("phone_console:revocation", ADMINISTRATOR, key="cti_key"),
    page("service_console:queue", DESK),
    form("service_console:hours", ADMINISTRATOR),
    form("service_console:of_request", CARRIERS, number="service_request"),
    page("service_console:notices", DESK),
    page("service_console:notice", DESK, number="notice"),
    act("service_console:reception", DESK, number="notice"),
    act("service_console:notice_end", DESK, number="notice"),
    page("service_console:complaints", DESK),
    page("service_console:complaints_csv", DESK),
    form("service_console:complaint", DESK, number="complaint"),
    page("service_console:operations", OPERATORS),
    page("service_console:operation", OPERATORS, number="operation"),
    act("service_console:start", OPERATORS, number="operation"),
    act("service_console:report", OPERATORS, number="operation"),
    act("service_console:refusal", OPERATORS, number="operation"),
    *(
        page(f"figures_console:{name}", READERS)
        for name in ("dashboard", "requests", "requests_csv", "shares", "reports")
    ),
    *(page(f"figures_console:{name}", READERS, pk="report") for name in ("report", "report_pdf", "report_data")),
    act("figures_console:report_deliveries", DESK, pk="report"),
    form("figures_console:report_contact", DESK, number="contract"),
    page("support_console:queue", READERS),
    form("support_console:hours", ADMINISTRATOR),
    page("support_console:request", READERS, number="request"),
    # Its kind decides who takes a request: this one is for the technicians.
    act("support_console:pick_up", console("technician"), number="request"),
    act("support_console:messages", READERS, number="request"),
    page("support_console:attachment", READERS, number="request", pk="internal_file"),
    page("support_console:trail", READERS, number="request"),
    page("support_console:preview", READERS, number="request", pk="internal_file"),
    act("support_console:pick_ups", READERS),
    act("support_console:assignments", READERS),
    *[
        form(f"support_console:{name}", console("technician"), number="request")
        for name in ("assignment", "criticality", "qualification", "pause", "proposal", "closing", "reopening")
    ],
    form("support_console:duplicate", console("technician"), number="request"),
    form("support_console:exclusion", console("technician"), number="request"),
    form("support_console:contest_answer", console("technician"), number="request", what="contested"),
    act("support_console:resumption", console("technician"), number="request"),
    act("support_console:message_preview", READERS, number="request"),
    act("support_console:presence", READERS, number="request"),
    page("support_console:picker", READERS, number="request"),
    page("support_console:canned_answers", READERS),
    form("support_console:canned_answer_new", READERS),
    form("support_console:canned_answer", READERS, pk="canned_answer"),
    act("support_console:canned_answer_withdrawal", READERS, pk="canned_answer"),
    page("support_console:teams", ADMINISTRATOR),
    form("support_console:team_new", ADMINISTRATOR),
    form("support_console:team", ADMINISTRATOR, pk="support_team"),
    page("support_console:suspensions", READERS),
    form("support_console:suspension_new", DESK),
    form("support_console:suspension_lift", DESK, pk="suspension"),
]
# Nobody answers a mail for its addressee outside a demonstration.
DEMONSTRATION = [act("console:mail_replies", {**NOBODY, "anonymous": "login"}, pk="mail")]
SUITE = [
    page("workspace_home", inside(bob="in") | {"stranger": "in"}, **ROOM),
    page("company:companies", WRITING, **ROOM),
    form("company:company_new", WRITING, **ROOM),
    form("company:year_new", WRITING, **COMPANY),
    page("company:people", WRITING, **ROOM),
    form("company:person", WRITING, **MEMBER),
    form("company:opening", WRITING, **ROOM, person_id="newcomer"),
    act("company:right_revocation", WRITING, **MEMBER, right="right"),
    page("company:trail", WRITING, **ROOM),
    page("finance:home", READING, **ROOM),
    form("finance:fec", WRITING, **ROOM),
    page("finance:run", READING, **ROOM, run="run"),
    act("finance:confirmation", WRITING, **ROOM, run="run"),
    page("finance:company", READING, **COMPANY),
    form("finance:draft_new", WRITING, **COMPANY),
    form("finance:draft", WRITING, **COMPANY, draft="draft"),
    form("finance:draft_validation", WRITING, **COMPANY, draft="draft"),
    act("finance:draft_deletion", WRITING, **COMPANY, draft="draft"),
    page("finance:entry", READING, **COMPANY, entry="entry"),
    form("finance:reversal", WRITING, **COMPANY, entry="entry"),
    page("finance:balance", READING, **YEAR),
    page("finance:balance_csv", READING, **YEAR),
    page("finance:fec_file", READING, **YEAR),
    page("finance:fec_notice", READING, **YEAR),
    page("finance:account", READING, **YEAR, number="account"),
    page("finance:journals", READING, **YEAR),
    page("finance:journal", READING, **YEAR, code="journal"),
    page("lettering:home", READING, **COMPANY),
    form("lettering:settling", WRITING, **COMPANY),
    form("lettering:group", WRITING, **COMPANY, lettering_id="lettering"),
    page("lettering:run", READING, **COMPANY, run="lettering_run"),
    act("lettering:confirmation", WRITING, **COMPANY, run="lettering_run"),
    act("lettering:undoing", WRITING, **COMPANY, run="lettering_run"),
    act("lettering:keeping", WRITING, **COMPANY, run="lettering_run", number="lettering_group"),
    form("lettering:automatic", WRITING, **YEAR),
    page("lettering:lines", READING, **YEAR, number="account"),
    act("lettering:choice", WRITING, **YEAR, number="account"),
    page("lettering:groups", READING, **YEAR, number="account"),
    page("lettering:trail", READING, **YEAR, number="account"),
    page("lettering:account", READING, **YEAR, number="account"),
    page("closing:home", READING, **COMPANY),
    page("closing:work", READING, **COMPANY, work="closing_work"),
    page("closing:year", READING, **YEAR),
    page("closing:locks", READING, **YEAR),
    act("closing:locks", WRITING, **YEAR),
    form("closing:unlocking", WRITING, **YEAR),
    page("closing:checks", READING, **YEAR),
    act("closing:verification", WRITING, **YEAR),
    form("closing:acceptance", WRITING, **YEAR, code="closing_check"),
    page("closing:cutoffs", READING, **YEAR),
    act("closing:cutoff_reversals", WRITING, **YEAR),
    form("closing:cutoff_new", WRITING, **YEAR, kind="cut_off_kind"),
    page("closing:carry", READING, **YEAR),
    act("closing:carry", WRITING, **YEAR),
    act("closing:next_year_opening", WRITING, **YEAR),
    page("closing:closure", READING, **YEAR),
    form("closing:closure_confirmation", WRITING, **YEAR),
    page("closing:archives", READING, **YEAR),
    act("closing:archives", WRITING, **YEAR),
    page("closing:archive", READING, **YEAR, archive="archive"),
    act("closing:archive_verification", WRITING, **YEAR, archive="archive"),
    page("review:home", READING, **COMPANY),
    form("review:question", READING, **COMPANY, question="question"),
    act("review:question_closing", WRITING, **COMPANY, question="question"),
    page("review:entry_panel", READING, **COMPANY, entry="entry"),
    form("review:ask", READING, **COMPANY, entry="entry"),
    form("review:exports", READING, **COMPANY),
    page("review:export", inside(bob="404") | {"stranger": "403"}, **COMPANY, export="books_export"),
    page("review:proof", READING, **COMPANY),
    page("payments:home", READING, **COMPANY),
    form("payments:proposal", WRITING, **COMPANY),
    page("payments:batch", READING, **COMPANY, batch="batch"),
    act("payments:approval", WRITING, **COMPANY, batch="batch"),
    page("payments:file", WRITING, **COMPANY, batch="batch"),
    act("payments:sending", WRITING, **COMPANY, batch="batch"),
    act("payments:cancellation", WRITING, **COMPANY, batch="batch"),
    page("bank:home", READING, **COMPANY),
    act("bank:acceptances", WRITING, **COMPANY),
    act("bank:suggestions", WRITING, **COMPANY),
    page("bank:files", READING, **COMPANY),
    act("bank:files", WRITING, **COMPANY),
    page("bank:file", READING, **COMPANY, file="statement_file"),
    act("bank:confirmation", WRITING, **COMPANY, file="statement_file"),
    page("bank:accounts", READING, **COMPANY),
    form("bank:account_new", WRITING, **COMPANY),
    page("bank:account", READING, **COMPANY, account="bank_account"),
    page("bank:reconciliation", READING, **COMPANY, account="bank_account"),
    page("bank:movement", READING, **COMPANY, movement="movement"),
    act("bank:acceptance", WRITING, **COMPANY, movement="movement"),
    act("bank:shares", WRITING, **COMPANY, movement="movement"),
    act("bank:matching", WRITING, **COMPANY, movement="movement"),
    act("bank:unmatching", WRITING, **COMPANY, movement="movement"),
    page("bank:rules", READING, **COMPANY),
    form("bank:rule_new", WRITING, **COMPANY),
    form("bank:rule", WRITING, **COMPANY, rule="bank_rule"),
    act("bank:rule_deletion", WRITING, **COMPANY, rule="bank_rule"),
    act("bank:rule_application", WRITING, **COMPANY, rule="bank_rule"),
    page("vat:home", READING, **COMPANY),
    form("vat:settings", WRITING, **COMPANY),
    act("vat:codes", WRITING, **COMPANY),
    page("vat:return", READING, **COMPANY, first="vat_period"),
    act("vat:preparation", WRITING, **COMPANY, first="vat_period"),
    form("vat:adjustment", WRITING, **COMPANY, first="vat_period"),
    form("vat:filing", WRITING, **COMPANY, first="vat_period"),
    page("vat:lines", READING, **COMPANY, first="vat_period", rank="vat_rank"),
    page("vat:csv", READING, **COMPANY, first="vat_period", rank="vat_rank"),
    page("vat:json", READING, **COMPANY, first="vat_period", rank="vat_rank"),
    page("statements:home", READING, **COMPANY),
    page("statements:search", READING, **COMPANY),
    page("statements:forecast", READING, **COMPANY),
    form("statements:loan_new", WRITING, **COMPANY),
    act("statements:loan_removal", WRITING, **COMPANY, loan="loan"),
    page("statements:file", READING, **COMPANY, file="report_file"),
    page("statements:file_content", READING, **COMPANY, file="report_file"),
    act("statements:filter_removal", inside(bob="404"), **COMPANY, saved="saved_filter"),
    page("statements:management", READING, **YEAR),
    page("statements:auxiliary_ledger", READING, **YEAR, number="auxiliary"),
    page("statements:report", READING, **YEAR, kind="report_kind"),
    act("statements:filter_new", READING, **YEAR, kind="report_kind"),
    act("statements:file_asked", READING, **YEAR, kind="report_kind"),
    page("statements:file_now", READING, **YEAR, kind="report_kind", format="report_format"),
    page("statements:figure", READING, **YEAR, kind="statement_kind", key="statement_row"),
    page("entry:home", READING, **COMPANY),
    act("entry:validations", WRITING, **COMPANY),
    page("entry:templates", READING, **COMPANY),
    form("entry:template_new", WRITING, **COMPANY),
    form("entry:template", WRITING, **COMPANY, template="entry_template"),
    act("entry:template_deletion", WRITING, **COMPANY, template="entry_template"),
    form("entry:start", WRITING, **COMPANY, template="entry_template"),
    form("entry:recurrence_new", WRITING, **COMPANY, template="entry_template"),
    act("entry:recurrence", WRITING, **COMPANY, recurrence="recurrence"),
    act("entry:due", WRITING, **COMPANY),
    form("entry:files", WRITING, **COMPANY),
    form("entry:file", WRITING, **COMPANY, file="entry_file"),
    act("entry:file_import", WRITING, **COMPANY, file="entry_file"),
    act("entry:file_reading", WRITING, **COMPANY, file="entry_file"),
    page("entry:accounts", WRITING, **COMPANY),
    page("entry:parties", WRITING, **COMPANY),
    page("entry:open_lines", WRITING, **COMPANY),
    page("entry:rate", WRITING, **COMPANY),
    act("entry:draft_documents", WRITING, **COMPANY, draft="draft"),
    act("entry:entry_documents", WRITING, **COMPANY, entry="entry"),
    page("entry:document", READING, **COMPANY, document="document"),
    page("entry:document_preview", READING, **COMPANY, document="document"),
    act("entry:document_removal", WRITING, **COMPANY, document="document"),
    page("setup:home", READING, **COMPANY),
    page("setup:years", READING, **COMPANY),
    form("setup:year_new", WRITING, **COMPANY),
    page("setup:accounts", READING, **COMPANY),
    form("setup:account_new", WRITING, **COMPANY),
    form("setup:account", WRITING, **COMPANY, number="account"),
    page("setup:chart", READING, **COMPANY),
    act("setup:chart", WRITING, **COMPANY),
    page("setup:chart_changes", READING, **COMPANY),
    page("setup:parties", READING, **COMPANY),
    act("setup:party_kinds", WRITING, **COMPANY),
    form("setup:party_new", WRITING, **COMPANY),
    form("setup:party", WRITING, **COMPANY, number="auxiliary"),
    page("setup:journals", READING, **COMPANY),
    form("setup:journal_new", WRITING, **COMPANY),
    form("setup:journal", WRITING, **COMPANY, code="journal"),
    page("setup:currencies", READING, **COMPANY),
    act("setup:currencies", WRITING, **COMPANY),
    page("setup:axes", READING, **COMPANY),
    act("setup:axes", WRITING, **COMPANY),
    form("setup:axis", WRITING, **COMPANY, axis="axis"),
    act("setup:axis_state", WRITING, **COMPANY, axis="axis"),
    act("setup:section_state", WRITING, **COMPANY, axis="axis", section="section"),
    page("setup:takeover", READING, **COMPANY),
    act("setup:takeover", WRITING, **COMPANY),
    page("assets:home", READING, **COMPANY),
    page("assets:register_csv", READING, **COMPANY),
    form("assets:asset_new", WRITING, **COMPANY),
    page("assets:depreciation", READING, **YEAR),
    act("assets:depreciation", WRITING, **YEAR),
    page("assets:asset", READING, **COMPANY, number="asset"),
    form("assets:asset_change", WRITING, **COMPANY, number="asset"),
    act("assets:component_new", WRITING, **COMPANY, number="asset"),
    act("assets:adjustment_new", WRITING, **COMPANY, number="asset"),
    form("assets:disposal", WRITING, **COMPANY, number="asset"),
]
ROWS = [*PUBLIC, *DOOR, *SPACE, *CONSOLE, *DEMONSTRATION, *SUITE]
# Asked without session: one writes nothing, the others want the key of a telephone system; none needs a form's token.
REPORTS = {"api:call_arrives", "api:call_answered", "api:call_transferred", "api:call_ended"}
WITHOUT_TOKEN = {"api:check_fec", *REPORTS}
# Pages of django-allauth that write when they are read, by the table they write: the session keeps what they prepare
# until the answer (a challenge, a secret, the key of the address), and recovery codes are marked as shown.
WRITING_WHEN_READ = {
    "account_reset_password_from_key": "django_session",
    "mfa_activate_totp": "django_session",
    "mfa_add_webauthn": "django_session",
    "mfa_reauthenticate_webauthn": "django_session",
    "mfa_view_recovery_codes": "mfa_authenticator",
    "mfa_download_recovery_codes": "mfa_authenticator",
}
# Answers read by a program or put inside a page that is open.
ASKED_BY_THE_GRID = {"entry:accounts", "entry:parties", "entry:open_lines", "entry:rate"}
OF_SUPPORT = {"phone:place", "knowledge:proposed", "support:promise", "support:alike"}
WITHOUT_PAGE = {"metrics", "assistance:agenda", *OF_SUPPORT, *ASKED_BY_THE_GRID}
# Pages of django-ninja itself, which answer any method as they answer GET.
OF_THE_LIBRARY = {"api:openapi-json", "api:openapi-view", "api:api-root"}
