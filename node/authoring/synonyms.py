"""Synonyms: other names under which worked examples give the facts that formulas know.

A name counts only where the formula knows the fact on the left and the input does not give it; the outcome says that
it was taken so. Any other name that nothing uses is told as "not used".
"""

from itertools import product

SYNONYMS: dict[str, tuple[str, ...]] = {
    "residual": ("self_paid_residual", "eligible_residual", "reasonable_residual", "residual_cost", "self_paid",
                 "reasonable_cost_left", "remaining_cost"),
    "eligible_residual": ("residual", "residual_eligible", "eligible_cost_left", "eligible_remaining"),
    "reasonable_cost": ("reasonable_medical_cost", "medical_cost", "accident_medical_cost", "cost", "total_bill"),
    "total_bill": ("bill", "bill_total", "hospital_bill", "total_cost", "reasonable_cost", "eligible_cost"),
    "insurance_paid": ("medical_insurance_paid",),
    "other_insurance_paid": ("commercial_insurance_paid", "other_paid", "other_insurances_paid", "other_insurers_paid"),
    "social_insurance_paid": ("social_paid", "social_security_paid", "social_medical_insurance_paid"),
    "serious_illness_insurance_paid": ("serious_illness_paid", "major_illness_paid", "critical_illness_paid",
                                       "major_illness_insurance_paid", "critical_illness_insurance_paid",
                                       "serious_disease_insurance_paid", "major_disease_insurance_paid"),
    "basic_insurance_paid": ("basic_medical_insurance_paid", "basic_medical_paid", "basic_paid"),
    "medical_assistance_paid": ("medical_aid_paid", "medical_relief_paid"),
    "assessed": ("assessed_amount",),
    "grade": ("disability_grade",),
    "group": ("special_group", "person_group", "in_special_group", "is_special_group", "in_group"),
    "disease_listed": ("disease_on_list", "disease_in_list", "on_disease_list", "listed_disease"),
    "seriously_ill": ("serious_illness", "already_seriously_ill", "is_seriously_ill"),
    "cause": ("cause_of_death",),
    "days": ("hospital_days", "days_in_hospital", "stay_days"),
    "admitted_on": ("admission_date", "admission_on", "admission", "admitted", "admission_day"),
    "discharged_on": ("discharge_date", "discharge_on", "discharge", "discharged", "discharge_day"),
    "born": ("birth_date", "date_of_birth", "birthday", "born_on", "birth_day"),
    "id_number": ("id", "id_card", "identity_number"),
    "policy_first_day": ("policy_start", "policy_start_on", "policy_starts_on", "policy_from", "policy_start_date",
                         "cover_first_day", "cover_start", "cover_from", "first_day_of_cover"),
    "on": ("on_date", "date", "as_of"),
    "registered_population": ("population", "persons", "registered_persons", "registered_residents"),
    "complete_on": ("completed_on", "documents_complete_on", "complete_date"),
    "paid_on": ("paid_date", "payment_on", "payment_date"),
    "donation": ("gift", "donated", "donations", "gifts", "amount"),
    "gift": ("donation", "donated", "amount"),
    "households": ("recipients",),
    "weights": ("household_weights", "shares"),
    "invested": ("invested_cumulative", "investment"),
    "paid": ("claims_paid", "paid_out", "claims"),
    "carried": ("carried_in", "carried_over", "carried_forward", "rolled_over", "opening", "rollover_in",
                "previous_rollover"),
    "spend": ("spent", "spending", "amount", "public_spend"),
    "purchases": ("bought", "items"),
    "carried_over": tuple(
        f"{before}{what}{after}{when}" for before, after, what, when in product(
            ("", "subsidy_"), ("", "_subsidy"),
            ("unspent", "left", "left_over", "carried", "carried_over", "carried_in", "carry_over"),
            ("", "_earlier", "_from_earlier", "_last_month", "_from_last_month", "_previous_month",
             "_from_previous_month")) if not (before and after) and f"{what}{after}{when}" != "left"),
    "subsidy_used_earlier": ("subsidy_used_earlier_this_month", "subsidy_used_this_month", "subsidy_already_used"),
    "bought_earlier": ("bought_earlier_this_month", "purchases_earlier", "earlier_purchases",
                       "purchases_earlier_this_month", "earlier_purchases_this_month"),
    "market_value": ("value", "shelf_value", "shelf_price", "amount"),
}

# What a deadline's tier goes by: the amount decided, where there is one, else the amount claimed.
DECIDED = ("decided", "decided_amount", "amount_decided", "approved", "approved_amount", "payable")
CLAIMED = ("claimed", "claimed_amount", "amount_claimed", "claim_amount", "claim")

# The groups a person may belong to are names; an example may only say that it is one of them.
FLAGS = ("special_group", "in_special_group", "is_special_group", "in_group", "group")

# What the allowances of a card are for, as the documents print it (米、面、油、肉蛋奶等生活物资) and in other words.
CATEGORIES = {"蔬菜": "vegetables", "vegetable": "vegetables"} | dict.fromkeys(
    ("米", "面", "油", "肉", "蛋", "奶", "大米", "食用油", "鸡蛋", "牛奶", "米、面、油、肉蛋奶等生活物资",
     "staple", "rice", "flour", "oil", "cooking_oil", "meat", "eggs", "milk"), "staples")

# By what a household's share may be weighed, where the households are objects.
WEIGHTS = ("weight", "persons", "people", "members", "heads")

# Other names of rules: a formula, or several that are worked out one after another on one bill.
RULES: dict[str, tuple[str, ...]] = {
    "top_up": ("rollover",),
    "surplus": ("rollover",),
    **dict.fromkeys(("special_groups", "sla_special", "sla_special_group", "sla_special_groups", "special_groups_sla",
                     "special_group_sla", "next_day", "deadline", "payment_deadline"), ("sla",)),
    **dict.fromkeys(("one_to_one", "many_to_one", "pairing", "allotment"), ("one_to_many",)),
    **dict.fromkeys(("giving", "giving_partial_hundred"), ("giving_per_spend",)),
    **dict.fromkeys(("overlap", "combined", "combined_indemnity"), ("accident_medical", "social_supplement")),
    **dict.fromkeys(("age", "eligible_by_age"), ("eligibility",)),
}

# Other names of what is expected: that of a result, or of a step that stands once.
EXPECTED = {
    "eligible": "eligible_by_age", "age_ok": "eligible_by_age", "due": "due_on", "due_date": "due_on",
    "in_time": "met", "on_time": "met", "late_days": "days_late", "working_days_late": "days_late",
    "working_days": "days", "total_payable": "payable", "total": "payable", "subsidy": "subsidy_used",
    "subsidy_unspent": "subsidy_left", "left_over": "subsidy_left", "carry_over": "carried_over",
    "carried": "carried_over", "subsidy_carried_over": "carried_over", "carried_to_next_month": "carried_over",
    "shortfall": "top_up", "gives": "given",
}

CLAUSE_SYNONYMS = {"sum_insured": "cap", "ratio": "ratio_bp", "assessed": "amount"}

_STEMS = ("paid_earlier", "earlier_paid", "already_paid", "paid_already", "paid_before", "paid_previously", "paid")
_PERIODS = ("accident", "other_accident", "claim", "person", "policy", "year", "calendar_year", "policy_year",
            "insurance_year")
_LINKS = ("", "this", "same", "for", "in_this", "in_same", "in_the_same", "for_this")

# Input name -> the period in which it was paid before; an empty one is not said.
PAID_EARLIER = {
    f"{stem}_{link}_{period}".replace("__", "_"): period
    for stem, link, period in product(_STEMS, _LINKS, _PERIODS) if link or period == "other_accident"
} | {stem: "" for stem in _STEMS if stem != "paid"}
