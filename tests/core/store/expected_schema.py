"""The schema of the database, written out: what `caserisk.store.tables` and the migrations have to make.

A column is ``name:kind``, or ``name>table`` where it refers to a row of that table; ``?`` where it may be NULL.
The kind ``key`` is text that is compared byte by byte; ``short``, ``int`` and ``long`` are integers of growing size.
"""

from __future__ import annotations

COLUMNS = {
    "offices": """
        id:key code:key name:text parent_id>offices? path:key
    """,
    "departments": """
        id:key office_id>offices name:text function:key head_id>officers? leader_in_charge_id>officers?
        liaison_id>officers?
    """,
    "officers": """
        id:key office_id>offices department_id>departments? name:text roles:json active:bool
    """,
    "office_options": """
        office_id>offices key:key value:text
    """,
    "bound_editions": """
        office_id>offices plugin:key version:key edition:key digest:key
    """,
    "level_schemes": """
        id:key key:key name:json version:text reasons:json
    """,
    "levels": """
        id:key scheme_id>level_schemes scheme_key:key code:key label:json number:int? rank:int severity:key
        colour:json?
    """,
    "cases": """
        id:key office_id>offices number:key title:text cause:text department_id>departments?
        handler_id>officers? parties:json stage:json stage_key:key next_stages:json opened_at:moment
        closed_at:moment? level_id>levels? severity:short? gates:json gates_until:moment?
        gates_afterwards:json? petition_recorded:bool
        current_assessment_id:key? active_warning_id:key? due_at:moment? version:int revision:int
    """,
    "case_levels": """
        id:key case_id>cases since:moment revision:int level_id>levels?
    """,
    "assessments": """
        id:key case_id>cases ordinal:int stage:json status:key has_risk:bool answers:json
        proposed_level_id>levels? derived_level_id>levels? level_id>levels? reasons:json override:key?
        override_reason:text? summary:text? plan_id:key? submitted_by_id>officers submitted_at:moment steps:json
        reviewed:short next_review:json? next_reviewers:json next_review_due_at:moment? pending_issue:json?
        warning_id:key? raised:bool displaced_level_id>levels? withdrawal_reason:json? version:int
    """,
    "reviews": """
        id:key assessment_id>assessments turn:short after_turn:short? step:json verdict:key level_id>levels?
        comment:text? by_id>officers at:moment stood_in_as:key? participants:json votes:json?
    """,
    "warnings": """
        id:key case_id>cases office_id>offices assessment_id>assessments? level_id>levels? severity:short?
        level_since:moment status:key issued_at:moment issued_by_id>officers? receipt:key lifted_by:json
        scheme_required:bool responsibility:json delivered_by:json note:text? acknowledged_at:moment?
        receipt_assumed:bool displaced_receipt:json? plan_id:key? scheme_adopted:bool closure:json? resolved_at:moment?
        report:text? archived_at:moment? archive_note:text? lifted_at:moment? lift_reason:json?
        due_at:moment? next_acts:json version:int
    """,
    "plans": """
        id:key case_id>cases assessment_id>assessments? warning_id>warnings? kind:key version:int sections:json
        assigned:json resolution_due_on:date? proposed_by_id>officers proposed_at:moment adopted_by_id>officers?
        adopted_at:moment?
    """,
    "dispositions": """
        id:key case_id>cases warning_id>warnings? measure:json description:text outcome:text?
        performed_by_id>officers performed_at:moment
    """,
    "deadlines": """
        id:key case_id>cases warning_id>warnings kind:key rule:key label:json starts_on:date term:key
        rolls:bool due_on:date due_at:moment calendar_complete:bool met_by:json reasons:json raise_id>assessments?
        supervision_id>supervisions? status:key met_at:moment? passed_at:moment?
    """,
    "supervisions": """
        id:key case_id>cases warning_id>warnings kind:key status:key reason:json department_id>departments?
        reasons:json raise_id>assessments? leader_id>officers? members:json new_limit:date? issued_by_id>officers?
        issued_at:moment? reply_due_at:moment? reply:text? replied_by_id>officers? replied_at:moment? version:int
    """,
    "notices": """
        id:key office_id>offices case_id>cases assessment_id>assessments? warning_id>warnings? subject:json
        to_role:key? to_department_id>departments? to_officer_id>officers? sent_at:moment reasons:json
    """,
    "notice_reads": """
        id:key notice_id>notices officer_id>officers at:moment
    """,
    "events": """
        position:long id:key at:moment noun:key kind:key office_id>offices case_id>cases?
        assessment_id>assessments? warning_id>warnings? actor_id>officers? summary:json status:key?
        level_id>levels? severity:short? type:key schema_version:short payload:json
    """,
    "idempotency_keys": """
        officer_id>officers command:key key:key input_digest:key position:long result:json at:moment
    """,
    "trusted_documents": """
        id:key text:text operations:json client:key imported_at:moment
    """,
    "document_uses": """
        client:key version:key document_id:key operation:key deprecated:json uses:long last_at:moment
    """,
    "stream_tickets": """
        digest:key officer_id>officers expires_at:moment session_expires_at:moment
    """,
    "party_reads": """
        case_id>cases day:date officer_id>officers first_at:moment
    """,
}

PRIMARY_KEYS = {
    "offices": "id",
    "departments": "id",
    "officers": "id",
    "office_options": "office_id key",
    "bound_editions": "office_id plugin version edition",
    "level_schemes": "id",
    "levels": "id",
    "cases": "id",
    "case_levels": "id",
    "assessments": "id",
    "reviews": "id",
    "warnings": "id",
    "plans": "id",
    "dispositions": "id",
    "deadlines": "id",
    "supervisions": "id",
    "notices": "id",
    "notice_reads": "id",
    "events": "position",
    "idempotency_keys": "officer_id command key",
    "trusted_documents": "id",
    "document_uses": "client version document_id operation",
    "stream_tickets": "digest",
    "party_reads": "case_id day officer_id",
}

UNIQUE = {
    "offices": {"code"},
    "levels": {"scheme_id rank", "scheme_id code"},
    "cases": {"number"},
    "assessments": {"case_id", "case_id ordinal"},
    "reviews": {"assessment_id turn"},
    "warnings": {"case_id"},
    "plans": {"case_id kind version"},
    "notice_reads": {"notice_id officer_id"},
    "events": {"id"},
}
"""Columns whose values are unique together: a case has one active warning, and one assessment in review."""

PERMANENT = {
    "cases",
    "case_levels",
    "assessments",
    "reviews",
    "warnings",
    "plans",
    "dispositions",
    "deadlines",
    "supervisions",
    "notices",
    "notice_reads",
    "events",
    "party_reads",
}
"""Tables from which no row is ever deleted."""

TRIGGERS = {
    "refuse_events_update",
    "refuse_events_insert",
    "refuse_party_reads_update",
    "refuse_cases_update",
    "refuse_deadlines_update",
    *(f"refuse_{table}_delete" for table in PERMANENT),
}
"""Triggers on both databases; PostgreSQL also has some against TRUNCATE."""
