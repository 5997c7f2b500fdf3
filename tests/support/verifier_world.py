"""The programme that `verifier_play` plays in, and what its entries say when a table is silent. All of it invented."""

from hashlib import sha256

ORIGIN = "ledger.example/dlz"

PARTIES = {
    "auditor": ["auditor"],
    "county": ["county"],
    "foundation": ["foundation"],
    "insurer": ["insurer"],
    "platform": ["platform"],
}

# `<party>/<name>` -> the village whose people alone the officer may claim for, or None.
OFFICERS = {
    "county/chen": "shuangmiao",
    "county/gao": None,
    "insurer/sun": None,
    "insurer/wu": None,
    "insurer/zhou": None,
}


def _hash(word):
    return sha256(word.encode()).hexdigest()


def _account(name, holder, place="bank"):
    return {"holder": holder, "name": name, "place": place}


def _flow(kind, purpose, source, to):
    return {"from": source, "kind": kind, "purpose": purpose, "to": to}


def _deadline(duty, starts, tiers, *, unit="calendar_day", amount="claimed_until_decided", conditions=()):
    return {
        "amount": amount,
        "conditions": list(conditions),
        "id": duty,
        "starts": starts,
        "tiers": tiers,
        "unit": unit,
    }


def _days(days):
    return [{"days": days}]


def _cap(amount, per):
    return {"amount": amount, "per": per}


def _indemnity(fact, *, caps=(), conditions=(), ratio_bp=8000, rounding="down", overlap=False):
    return {
        "base": {"fact": fact}, "caps": list(caps), "conditions": list(conditions), "deductible": 0,
        "kind": "indemnity", "overlap": overlap, "ratio_bp": ratio_bp, "rounding": rounding,
    }  # fmt: skip


def _stay(*, caps=(), conditions=(), day_count="nights"):
    return {
        "caps": list(caps), "conditions": list(conditions), "day_count": day_count, "kind": "per_diem",
        "overlap": False, "per_day": 50, "rounding": None,
    }  # fmt: skip


TERMS = {
    "accounts": [
        _account("world/dlz/donors", "platform", "outside"),
        _account("world/bank", "foundation", "outside"),
        _account("platform/dlz/gifts", "platform", "wallet"),
        _account("fund/dlz", "foundation"),
        _account("fund/dlz/claims", "foundation"),
        _account("fund/dlz/other", "foundation"),
        _account("spent/dlz/fee", "foundation", "outside"),
        _account("own/insurer", "insurer", "insurer-bank"),
        _account("claims/dlz/{county}", "insurer", "insurer-bank"),
        _account("paid/dlz/{county}", "insurer", "outside"),
        _account("recovered/dlz/{county}", "insurer", "insurer-bank"),
    ],
    "basis": {"caps": "published", "ratio_bp": "assumed"},
    "claims_share": "fund/dlz/claims",
    "deadlines": [
        _deadline("open", "claim", _days(2)),
        _deadline("decide", "complete", _days(7)),
        _deadline("pay", "complete", [{"below": 500, "days": 10, "including": False}, *_days(20)]),
        _deadline("answer", "objection", _days(5)),
    ],
    "document": _hash("terms"),
    "first_day": "2019-01-01",
    "flows": [
        _flow("donation", "gift", "world/dlz/donors", "platform/dlz/gifts"),
        _flow("donation", "direct", "world/dlz/donors", "fund/dlz/other"),
        _flow("transfer", "settlement", "platform/dlz/gifts", "fund/dlz"),
        _flow("transfer", "premium", "fund/dlz/claims", "claims/dlz/{county}"),
        _flow("transfer", "rollover", "claims/dlz/{county}", "recovered/dlz/{county}"),
        _flow("transfer", "advance", "own/insurer", "claims/dlz/{county}"),
        _flow("income", "interest", "world/bank", "fund/dlz/other"),
        _flow("spend", "fee", "fund/dlz/other", "spent/dlz/fee"),
        _flow("spend", "share-out", "fund/dlz/other", "fund/dlz"),
        _flow("spend", "levy", "paid/dlz/{county}", "spent/dlz/fee"),
        _flow("payout", "payout", "claims/dlz/{county}", "paid/dlz/{county}"),
        _flow("recovery", "recovery", "paid/dlz/{county}", "recovered/dlz/{county}"),
    ],
    "formulas": {
        "illness": _indemnity("residual", caps=[_cap(1000, "policy")]),
        "stay": _stay(),
        "premium": {"base": {"fact": "persons"}, "kind": "per_head", "rate": 2000},
    },
    "k": 2,
    "notices": [
        {"by": "foundation", "id": "annual", "on": "year", "year_day": "06-30"},
        {"above": 5000, "by": "foundation", "days": 30, "id": "use", "on": "transfer"},
        {"by": "platform", "id": "halfway", "months": 3, "on": "drive"},
        {"by": "platform", "id": "result", "months": 1, "on": "drive_end"},
    ],
    "programme": "dlz",
    "readings": {"invested": "gifts"},
    "refund_from": "fund/dlz/other",
    "refusals": ["fraud"],
    "risk": "pool",
    "splits": [{"den": 10, "name": "fund/dlz", "num": 9, "rest": "fund/dlz/other", "to": "fund/dlz/claims"}],
    "unit": "CNY",
    "version": 1,
    "zone": "+08:00",
}

_RECORD = {"document": _hash("paper"), "programme": "dlz", "text": "for the record"}
_ARRIVED = {"evidence": {"by": "bank", "digest": _hash("slip")}}
_MONEY = {"programme": "dlz", "ref": "E2E-1"}

DEFAULTS = {
    "answer": {"document": _hash("answer"), "result": "stands"},
    "agreement": {"county": "kangbao", "document": _hash("agreement"), "programme": "dlz"},
    "balance": {"publish": []},
    "bounce": {"reason": "account_closed"},
    "brought_forward": {**_MONEY, "purpose": "opening"},
    "claim": {
        "admitted": "2019-03-01",
        "benefits": ["illness"],
        "bill": 1000,
        "claimed": 1000,
        "complete": True,
        "documents": [_hash("bill")],
        "facts": {},
        "invoices": [_hash("invoice 1")],
        "prior": [],
        "residual": 1000,
    },
    "calendar": {
        "days_off": ["2019-03-08"],
        "document": _hash("calendar"),
        "name": "cn",
        "work_days": ["2019-03-09"],
        "year": 2019,
    },
    "close": {"county": "kangbao", "period": "p1", "programme": "dlz"},
    "complete": {"documents": [_hash("missing paper")]},
    "confirm": {"evidence": {"by": "bank", "digest": _hash("line")}},
    "correction": _RECORD,
    "cover": {
        "county": "kangbao",
        "document": _hash("policy"),
        "first_day": "2019-03-01",
        "last_day": "2020-02-29",
        "period": "p1",
        "persons": 0,
        "premium": 0,
        "programme": "dlz",
    },
    "decision": {"result": "pay"},
    "donation": {
        "from": "world/dlz/donors",
        "programme": "dlz",
        "purpose": "gift",
        "to": "platform/dlz/gifts",
    },
    "drive": _RECORD,
    "enrolment": {"county": "kangbao", "op": "add", "period": "p1", "programme": "dlz"},
    "fact": _RECORD,
    "figure": {"basis": "derived", "programme": "dlz"},
    "income": {**_MONEY, "from": "world/bank", "purpose": "interest", "to": "fund/dlz/other"},
    "notice": _RECORD,
    "objection": {"document": _hash("objection")},
    "payout": {"from": "claims/dlz/kangbao", "payee": _hash("payee"), "to": "paid/dlz/kangbao"},
    "pledge": _RECORD,
    "receive": _ARRIVED,
    "reconciliation": {
        "document": _hash("statement"),
        "items": [],
        "outside": 0,
        "place": "bank",
        "programme": "dlz",
        "unit": "CNY",
    },
    "recovery": {"reason": "paid_twice", "to": "recovered/dlz/kangbao"},
    "refund": {"programme": "dlz", "reason": "charged_twice"},
    "request": {"missing": ["invoice"]},
    "return": _ARRIVED,
    "spend": {**_MONEY, "from": "fund/dlz/other", "purpose": "fee", "to": "spent/dlz/fee"},
    "terms": TERMS,
    "transfer": _MONEY,
    "withdraw": {},
}


def _split(name, *, to, rest="fund/c", num=1, den=3):
    return {"den": den, "name": name, "num": num, "rest": rest, "to": to}


def _fund(**changes):
    return _split("fund/dlz", **{"to": "fund/dlz/claims", "rest": "fund/dlz/other", "num": 9, "den": 10, **changes})


def _closed(account, *, opening=0, came=0, went=0):
    return {"account": account, "closing": opening + came - went, "in": came, "opening": opening, "out": went}


_MORE = [*TERMS["accounts"], *(_account(f"fund/{name}", "foundation") for name in "abc")]

_BENEFITS = {
    **TERMS["formulas"],
    "hurt": {
        "caps": [], "conditions": [], "grades": [{"amount": 300, "grade": "ten"}], "kind": "lump_sum_by_grade",
        "max": 500, "overlap": False, "rounding": None,
    },
    "illness": _indemnity("residual", overlap=True),
    "of_the_bill": {**_indemnity("covered"), "base": {"fact": "covered", "from": "total_bill", "less": ["basic_paid"]}},
    "surgery": _indemnity(
        "residual",
        caps=[_cap(500, "accident"), _cap(2000, "person")],
        conditions=[{"fact": "group", "reason": "not_in_group", "values": ["poor"]}],
    ),
    "unstated": _indemnity("residual", ratio_bp=None),
    "yearly": _indemnity("residual", caps=[_cap(900, "year")], overlap=True),
}  # fmt: skip
_AGE = {"at": "admission", "kind": "age", "max": 60, "max_inclusive": True, "min": 18}
_OWN_MONEY = [{**flow, "from": "own/insurer"} if flow["kind"] == "payout" else flow for flow in TERMS["flows"]]

# What a table names as `$name`.
VALUES = {
    "$more": _MORE,
    "$a-to-b": [_fund(), _split("fund/a", to="fund/b")],
    "$a-to-c-and-c": [_fund(), _split("fund/a", to="fund/c")],
    "$a-to-b-to-a": [_fund(), _split("fund/a", to="fund/b"), _split("fund/b", to="fund/a")],
    "$held-by-nobody": [_account("fund/x", "nobody")],
    "$own-insurer-held-by-foundation": [_account("own/insurer", "foundation")],
    "$paid-held-by-foundation": [_account("paid/dlz/{county}", "foundation")],
    "$transit-9": [_account("transit/9", "foundation")],
    "$two-counties-in-one-name": [_account("fund/{county}/{county}", "foundation")],
    "$no-class": [_account("nothing/x", "foundation")],
    "$eight-tenths": [_fund(num=8)],
    "$ten-tenths": [_fund(num=10)],
    "$to-no-account": [_fund(to="fund/y")],
    "$split-twice": [_fund(), _fund()],
    "$claims-to-a": [_fund(), _split("fund/dlz/claims", to="fund/a")],
    "$claims-back-to-fund": [_fund(), _split("fund/dlz/claims", to="fund/dlz", rest="fund/dlz/other")],
    "$benefits": _BENEFITS,
    "$by-age": {**TERMS["formulas"], "age": _AGE},
    "$by-programme": {"invoice": "programme", "person": "programme"},
    "$about-10": {"kind": "about", "unit": 10},
    "$all-of-them": ["dlz/raised", "dlz/raised"],
    "$life-of-no-body": {"claim": ["claimed"]},
    "$life-of-payouts": {"payout": ["decided"]},
    "$life-with-more": {"withdraw": ["decided"]},
    "$cover-without-insurer": {"cover": ["role:foundation"]},
    "$complete-without-insurer": {"complete": ["role:county|platform"]},
    "$life-without-objections": {"decision": ["complete"], "objection": ["claimed", "decided"]},
    "$withdrawn-by-insurer": {"withdraw": ["role:county|insurer", "role:insurer"]},
    "$figures-by-auditors": {"figure": ["role:auditor"]},
    "$premium-by-persons": {"fact": "persons", "formula": "premium"},
    "$premium-by-population": {"fact": "population", "formula": "premium_by_population"},
    "$with-population": {
        **TERMS["formulas"],
        "premium_by_population": {"base": {"fact": "population"}, "kind": "per_head", "rate": 3},
    },
    "$once": {"invoice": "log", "person": "log"},
    "$calendar-year": {"is": "calendar", "stay": "split"},
    "$deadlines-with-gaps": [
        _deadline("decide", "complete", _days(7), amount=None),
        _deadline("pay", "complete", [{"below": 500, "days": None, "including": False}, *_days(20)]),
    ],
    "$pay-what-is-decided": [
        _deadline("decide", "complete", _days(7), amount="decided"),
        _deadline("pay", "decision", _days(10), amount="decided"),
    ],
    "$days-at-the-turn": [
        _deadline("decide", "complete", _days(0), unit="working_day"),
        _deadline("pay", "complete", _days(1), unit="working_day"),
    ],
    "$new-year-2020": ["2020-01-01"],
    "$policy-year": {"is": "policy", "stay": None},
    "$nothing": [{"amount": 0, "benefit": "illness", "reason": "nothing_left", "steps": []}],
    "$officers": {"review": True, "two_above": 500},
    "$officers-for-all": {"review": False, "two_above": 1000},
    "$officers-of-unknown-number": {"review": True, "two_above": None},
    "$own-money": _OWN_MONEY,
    "$short-life": {"decision": ["complete"], "objection": ["decided", "refused"], "request": ["claimed"]},
    "$signed-by": {
        "claim": ["role:platform"],
        "confirm": ["role:auditor"],
        "request": ["role:county", "role:insurer"],
    },
    "$sunday": ["2019-03-03"],
    "$working-days": [_deadline("decide", "complete", _days(20), unit="working_day")],
    "$no-splits": [],
    "$none": [],
    "$foundation-alone": [account for account in TERMS["accounts"] if account["holder"] == "foundation"],
    "$paying-account": [_account("claims/dlz/kangbao", "insurer")],
    "$guyuan": [_account("claims/dlz/guyuan", "insurer")],
    "$own-insurer": [_account("own/insurer", "insurer")],
    "$ways-out": [
        _flow("spend", "way-out", "claims/dlz/{county}", "own/insurer"),
        _flow("spend", "way-out", "transit/{county}", "own/insurer"),
        _flow("income", "way-out", "own/insurer", "transit/{county}"),
    ],
    "$paid-1599": [_closed("paid/dlz/kangbao", came=1600, went=1)],
    "$opening-as-income": [_flow("income", "opening", "world/bank", "fund/dlz")],
    "$another-line": {"amount": 9, "commitment": _hash("another"), "index": 0, "path": []},
    "$interest-7": [{"amount": 7, "what": "interest"}],
    "$fund-0": [_closed("fund/dlz")],
    "$no-account": [_closed("fund/x")],
    "$claims-4400": [_closed("claims/dlz/kangbao", came=6000, went=1600)],
    "$claims-5200": [_closed("claims/dlz/kangbao", came=6000, went=800)],
    "$funded": [
        _closed("fund/dlz", came=10000, went=10000),
        _closed("world/dlz/donors", went=10000),
        _closed("claims/dlz/kangbao", came=6000),
    ],
}
