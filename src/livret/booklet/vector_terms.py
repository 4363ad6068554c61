"""The kinds of cases about terms, packs, rights and restore points. Their inputs stand under ``input``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from livret.booklet.casefile import Fields, Malformed
from livret.booklet.loader import latest
from livret.booklet.model import Booklet
from livret.booklet.packs import (
    CreditLot,
    CreditUse,
    PackYear,
    UnitPrice,
    appointment_years,
    credit_account,
    last_usable_day,
)
from livret.booklet.readings import LastDay, NoticeDay
from livret.booklet.restore import restore_points
from livret.booklet.rights import learning_phase, question_right, retry
from livret.booklet.statements import Absent, required
from livret.booklet.terms import Duration, Subscription, overage, pack_subscription
from livret.kernel.periods import DayPeriod, nth_period, period_index

Answer = Mapping[str, object]

_RULED_BY = "care"
_REPORTED_BY = "sprint"
_TERMS_SHOWN = 4
_LETTERS = {"A": _REPORTED_BY, "B": _RULED_BY}


def _subscription(asked: Fields) -> Answer:
    found = _main(asked)
    days = found.notice_days()
    return {
        "invoices": [
            {
                "n": invoice.number,
                "invoice_date": invoice.invoiced_on,
                **_period(invoice.period),
                "days": invoice.period.days,
            }
            for invoice in found.invoices(asked.number("invoices"))
        ],
        "initial_term_last_day": found.term(0).last_day,
        "renewal_day": found.term(1).first_day,
        "terms": [_period(found.term(index)) for index in range(_TERMS_SHOWN)],
        "last_notice_day": days.same_day_number,
        "last_notice_day_billing_months": days.billing_periods,
        "last_notice_day_naive_minus_6_months": days.end_minus_months,
        "safe_notice_day": days.safe,
    }


def _notice(asked: Fields) -> Answer:
    main, day = _main(asked), asked.day("notified_on")
    found = main.notice_effect(day, reading=NoticeDay.SAME_DAY_NUMBER)
    return {
        "contract_last_day": found.contract_last_day,
        "renewals_suffered": found.renewals_suffered,
        "contract_last_day_strictest_reading": main.notice_effect(
            day, reading=NoticeDay.EARLIEST_READING
        ).contract_last_day,
    }


def _option(asked: Fields) -> Answer:
    main = _main(asked)
    answer: dict[str, object] = {"main_term_last_day_unchanged": main.term(0).last_day}
    if asked.has_value("optional_service_activated_on"):
        index = main.term_index(asked.day("optional_service_activated_on"))
        answer["main_term_last_day_unchanged"] = main.term(index).last_day
    if asked.has_value("pack_assistance_plus_subscribed_on"):
        pack = pack_subscription(latest(_RULED_BY), asked.day("pack_assistance_plus_subscribed_on"))
        answer |= {
            "pack_own_term_last_day": pack.term(0).last_day,
            "pack_first_renewal_last_day": pack.term(1).last_day,
        }
    else:
        answer |= {"pack_own_term_last_day": None, "pack_first_renewal_last_day": None}
    return answer


def _credits(asked: Fields) -> Answer:
    months = required(latest(_RULED_BY).options.credits_valid)
    lots = [CreditLot(row.text("id"), row.day("granted_on"), row.number("quantity")) for row in asked.tables("lots")]
    uses = [CreditUse(row.day("on"), row.number("quantity")) for row in asked.tables("uses")]
    found = credit_account(lots, uses, as_of=asked.day("as_of"), months=months)
    return {
        "balance": found.balance,
        "lots": [
            {
                "id": state.lot.id,
                "last_usable_day": state.last_usable_day,
                "last_usable_day_half_open": last_usable_day(
                    state.lot.granted_on, months=months, reading=LastDay.EXCLUDED
                ),
                "used": state.used,
                "expired": state.expired,
                "left": state.left,
            }
            for state in found.lots
        ],
        "refused": [{"on": use.used_on, "quantity": use.quantity} for use in found.refused],
    }


def _appointments(asked: Fields) -> Answer:
    found = appointment_years(
        asked.days("held_on"),
        subscribed_on=asked.day("pack_subscribed_on"),
        included=asked.number("included_per_year"),
        prices=[UnitPrice(row.day("from"), row.number("cents")) for row in asked.tables("unit_price_cents_from")],
        as_of=asked.day("as_of"),
        months=required(latest(_RULED_BY).options.assistance_counted_over),
    )
    return {"years": [_pack_year(year) for year in found]}


def _pack_year(year: PackYear) -> Answer:
    return {
        "year": year.number,
        **_period(year.period),
        "held": year.held,
        "over": year.over,
        "invoice_date": year.invoiced_on,
        "amount_cents": year.anniversary_cents,
        "amount_cents_if_price_of_the_day_held": year.day_held_cents,
    }


def _overage(asked: Fields) -> Answer:
    found = overage(
        _main(asked),
        exceeded_on=asked.day("exceeded_on"),
        ordered=asked.number("committed_users"),
        used=asked.number("users"),
        contract_cents_a_month=asked.number("contract_price_cents_user_month"),
        list_cents_a_month=asked.number("current_tariff_cents_user_month"),
    )
    return {
        "current_period": [found.period.first_day, found.period.last_day],
        "next_invoice_date": found.next_invoice_on,
        "quarter_before_cents": found.period_before_cents,
        "next_quarter_cents": found.excess_next_invoice_cents,
        "next_quarter_cents_if_all_repriced": found.all_repriced_cents,
        "prorata_now": found.pro_rata,
        "prorata_now_cents": found.pro_rata_now_cents,
    }


def _learning_phase(asked: Fields) -> Answer:
    months, day = required(latest(_RULED_BY).learning.phase), asked.day("assigned_on")
    found = learning_phase(day, months=months)
    return {
        "last_day": found.last_day,
        "blocked_from": found.blocked_from,
        "last_day_half_open": last_usable_day(day, months=months, reading=LastDay.EXCLUDED),
    }


def _cooldown(asked: Fields) -> Answer:
    days = asked.number("days", most=10_000) if "days" in asked else required(latest(_RULED_BY).learning.retry_after)
    found = retry(asked.instant("failed_at"), days=days)
    return {
        "allowed_from": found.same_local_time,
        "allowed_from_168_hours": found.hours,
        "allowed_from_full_days": found.full_days,
    }


def _gating(asked: Fields) -> Answer:
    found = question_right(
        asked.day("now"),
        assigned_on=asked.day("assigned_on"),
        certified_on=asked.days("certified_on"),
        major_updates_on=asked.days("major_updates_on"),
        months=required(latest(_RULED_BY).learning.phase),
    )
    return {
        "certificate_valid": found.has_valid_certificate,
        "learning_phase_open": found.is_in_learning_phase,
        "may_ask_usage_questions_free": found.may_ask,
        "reason": str(found.reason),
        "may_ask_if_update_reopens_6_months": found.may_ask_with_new_phase,
        "learning_phase_last_day": found.learning_phase_last_day,
    }


def _restore_point(asked: Fields) -> Answer:
    booklet = booklet_of(asked)
    found = restore_points(booklet, asked.day("today"))
    via = found.holds(asked.day("wanted_state_of"))
    answer: dict[str, object] = {"restorable": via is not None, "via": None if via is None else str(via)}
    if isinstance(booklet.backups.monthly_copies_kept, Absent):
        return {**answer, "oldest": found.oldest_daily, "newest": found.newest_daily}
    return {**answer, "daily_oldest": found.oldest_daily, "monthly_points": list(found.monthly)}


def _semester_report(asked: Fields) -> Answer:
    start, day = asked.day("support_start"), asked.day("as_of")
    if day < start:
        raise Malformed("as_of", f"support starts on {start}")
    months = required(latest(_REPORTED_BY).support.request_report_every)
    complete = period_index(start, months=months, day=day)
    current = nth_period(start, months=months, index=complete)
    return {
        "periods_complete": complete,
        "current_first_day": current.first_day,
        "current_last_day": current.last_day,
    }


def _main(asked: Fields) -> Subscription:
    """Return the subscription of a case; months that it does not give are those of the booklet."""
    ruled = Duration.of(latest(_RULED_BY))
    months = {
        "initial": ("initial_months", ruled.initial),
        "renewal": ("renewal_months", ruled.renewal),
        "billing": ("billing_months", ruled.billing),
        "notice": ("notice_months", ruled.notice),
    }
    given = {
        name: asked.number(field, least=1, most=1200) if field in asked else default
        for name, (field, default) in months.items()
    }
    anchor: date = asked.day("access_codes_sent_on")
    return Subscription(anchor, Duration(**given))


def _period(period: DayPeriod) -> dict[str, object]:
    return {"first_day": period.first_day, "last_day": period.last_day}


def booklet_of(asked: Fields) -> Booklet:
    """Return the booklet that a case names by its letter, A for Sprint and B for Care, or by its id."""
    name = asked.text("booklet")
    try:
        return latest(_LETTERS.get(name, name))
    except KeyError as error:
        raise Malformed("booklet", f"unknown {name!r}; A is sprint, B is care") from error


def _asked(ask: Callable[[Fields], Answer]) -> Callable[[Fields, Booklet | None], Answer]:
    return lambda case, _booklet: ask(case.table("input"))


TERM_KINDS: Mapping[str, Callable[[Fields, Booklet | None], Answer]] = {
    "subscription": _asked(_subscription),
    "notice": _asked(_notice),
    "option": _asked(_option),
    "credits": _asked(_credits),
    "appointments": _asked(_appointments),
    "overage": _asked(_overage),
    "learning_phase": _asked(_learning_phase),
    "cooldown": _asked(_cooldown),
    "gating": _asked(_gating),
    "restore_point": _asked(_restore_point),
    "semester_report": _asked(_semester_report),
}
