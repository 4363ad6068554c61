from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from livret.booklet import NotInBooklet, latest, required
from livret.booklet.calendar import DAY_NAMES, calendar
from livret.booklet.entitlements import Order, OrderRefused, Usage, entitlements
from livret.booklet.support import AnomalyLevel, NextStep, chain, pick_up_target_s, support_calendar

PARIS = ZoneInfo("Europe/Paris")
SPRINT, CARE = latest("sprint"), latest("care")


def order(**facts):
    known = {"plan": "open", "modules": frozenset({"finance_express"}), "named_users": 3}
    return Order(**{**known, **facts})


@pytest.mark.parametrize(
    ("meter", "ceiling"),
    [
        ("finance_express.users", 3),
        ("finance_express.companies", 10),
        ("finance_express.entries", 500_000),
        ("finance_express.mandates", 2_000),
        ("hr.users", None),
        ("hr.payslips", 9_600),
    ],
)
def test_a_meter_carries_the_ceiling_of_its_module_and_its_clause(meter, ceiling):
    allowed = entitlements(SPRINT, order(modules=frozenset({"finance_express", "hr"})))

    assert (allowed.meters[meter].ceiling, allowed.meters[meter].ceiling_clause) == (ceiling, "S-4")


@pytest.mark.parametrize(
    ("quantity", "usage", "excess"),
    [
        (1000, Usage.WITHIN, 0),
        (1001, Usage.OVER_ORDERED, 1),
        (9600, Usage.OVER_ORDERED, 8600),
        (9601, Usage.OVER_CEILING, 8601),
    ],
)
def test_past_the_order_is_priced_and_past_the_ceiling_may_be_blocked(quantity, usage, excess):
    allowed = entitlements(SPRINT, order(modules=frozenset({"hr"}), meters={"hr.payslips": 1000}))
    payslips = allowed.meters["hr.payslips"]

    assert (payslips.usage(quantity), payslips.excess(quantity)) == (usage, excess)


def test_care_has_ordered_quantities_and_no_ceilings():
    facts = order(plan="care", modules=frozenset({"finance"}), named_users=400, meters={"finance.entries": 10})
    allowed = entitlements(CARE, facts)

    assert (allowed.named_users.ordered, allowed.named_users.ordered_clause, allowed.named_users.ceiling) == (
        400,
        "C-3",
        None,
    )
    assert allowed.meters["finance.entries"].usage(10**9) is Usage.OVER_ORDERED


@pytest.mark.parametrize(
    ("modules", "ceiling"), [({"finance_express", "trade"}, 53), ({"finance", "hr"}, None), (set(), None)]
)
def test_named_users_are_limited_by_their_modules_together(modules, ceiling):
    assert entitlements(SPRINT, order(modules=frozenset(modules))).named_users.ceiling == ceiling


@pytest.mark.parametrize(
    ("booklet", "facts", "reason"),
    [
        (SPRINT, {"named_users": 4}, "S-4 allows 3 users"),
        (SPRINT, {"plan": "gold"}, "no plan 'gold'"),
        (SPRINT, {"modules": frozenset({"crm"})}, "no module crm"),
        (SPRINT, {"options": frozenset({"service_plus"})}, "no option service_plus"),
        (SPRINT, {"meters": {"hr.payslips": 3}}, "ordered without its module"),
        (SPRINT, {"meters": {"finance_express.entries": 500_001}}, "S-4 allows 500000"),
        (SPRINT, {"meters": {"finance_express.entries": -1}}, "cannot be negative"),
        (SPRINT, {"named_users": -1}, "cannot be negative"),
        (CARE, {"plan": "care", "options": frozenset({"nap"})}, "no option nap"),
    ],
)
def test_an_order_that_the_booklet_cannot_honour_is_refused_with_its_reason(booklet, facts, reason):
    with pytest.raises(OrderRefused, match=reason):
        entitlements(booklet, order(**facts))


@pytest.mark.parametrize(
    ("plan", "feature", "has_it"),
    [
        ("connect", "support", False),
        ("open", "phone", True),
        ("open", "phone_priority", False),
        ("private", "phone_priority", True),
    ],
)
def test_a_plan_brings_its_features(plan, feature, has_it):
    assert entitlements(SPRINT, order(plan=plan)).has_feature(feature) is has_it


def test_hours_that_the_booklet_leaves_to_the_publisher_must_be_published():
    published = calendar({day: [["08:30", "12:30"]] for day in DAY_NAMES[:5]})

    assert support_calendar(SPRINT, published) is published
    assert support_calendar(CARE, published) == required(CARE.support.hours)
    with pytest.raises(NotInBooklet, match="shown on the portal"):
        support_calendar(SPRINT)


@pytest.mark.parametrize(
    ("booklet", "level", "hours"),
    [(SPRINT, "open", 8), (SPRINT, "private", 4), (CARE, "critique", 4), (CARE, "elevee", 6), (CARE, "moderee", 8)],
)
def test_the_pick_up_target_is_that_of_the_clause(booklet, level, hours):
    assert pick_up_target_s(booklet, level) == hours * 3600


@pytest.mark.parametrize(("booklet", "level"), [(SPRINT, "connect"), (CARE, "open")])
def test_a_level_without_target_is_refused(booklet, level):
    with pytest.raises(ValueError, match="no pick-up target"):
        pick_up_target_s(booklet, level)


@pytest.mark.parametrize(
    ("anomaly", "step", "hours"),
    [(AnomalyLevel.BLOCKING, NextStep.ACTION_PLAN, 1), (AnomalyLevel.INOPERATIVE, NextStep.FIX_OR_WORKAROUND, 0)],
)
def test_a_pause_moves_the_action_plan_and_neither_the_pick_up_nor_business_days(anomaly, step, hours):
    start = datetime(2026, 9, 7, 9, tzinfo=PARIS)
    pause = [(start + timedelta(hours=1), start + timedelta(hours=2))]
    facts = {"level": "critique", "anomaly": anomaly, "registered": start, "qualified_at": start}

    plain = chain(CARE, support_calendar(CARE), **facts)
    paused = chain(CARE, support_calendar(CARE), pauses=pause, **facts)

    assert (paused.next_step, paused.pick_up.at) == (step, plain.pick_up.at)
    assert paused.next_due - plain.next_due == timedelta(hours=hours)
