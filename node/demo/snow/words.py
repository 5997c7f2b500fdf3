"""The words of the report on 雪中送炭, in English and in Chinese."""

from collections.abc import Mapping

EN = {
    "published": "published", "derived": "derived", "assumed": "assumed", "invented": "invented", "yuan": "yuan",
    "payers": "{programme}, {year}: what each payer's money was used for",
    "government": "government", "federation": "federation", "both": "both",
    "came_in": "Paid in", "premium/snow/social": "social insurance office", "premium/snow/insurer": "insurer, premium",
    "spent/snow/assessment": "assessor's fee", "own/finance": "returned to the budget", "left": "Left",
    "one_sided": "one-sided: a bank slip", "risk": "final: risk passed on", "no_rollover": "not rolled over",
    "rosters": "Who is insured, by the rosters and their columns",
    "illness": "poor through illness", "other": "disability, disaster",
    "households": "Households", "persons": "Persons", "poor_by_illness": "Of these, sick persons",
    "person_times_paid": "Of these, paid", "paid_share_bp": "Share paid", "percent": "{share} %",
    "assessed": "{count:,} assessed",
    "benefits": "The five benefits, over all newest decisions",
    "times": "times paid", "amount": "amount", "capped": "at a cap",
    "accident_death": "Accidental death", "accident_disability": "Disability by accident",
    "accident_medical": "Hospital after accident", "social_supplement": "Supplement to social insurance",
    "hospital_allowance": "Hospital allowance", "nothing": "{count} x {reason}", "all": "All",
    "cap_reached": "maximum used up", "not_seriously_ill": "not seriously ill", "not_accident": "no accident",
    "bill_covered": "bill covered", "nothing_left": "nothing left",
    "paid_by_insurer": "paid from the insurer's own money",
    "events": "What happened on the way (invented), each claim by its leaf",
    "one_bill": "{bill} bill, {prior} by social insurance: {parts}",
    "payees": "{amount} decided by {officers} officers, paid to {payees} heirs",
    "capped_event": "{benefit}: {wanted} worked out, {room} within the maximum",
    "year_turn": "{admitted} to {discharged}: {amount}, room of the year {year}",
    "asked": "a missing paper stopped the clock; then {amount}",
    "reviewed": "refused, objected to, decided anew by another officer: {amount}",
    "late_working_day": "{duty} due {due}, came {met}: late by {days:working day}",
    "late_calendar_day": "{duty} due {due}, came {met}: late by {days:day}",
    "decide": "decision", "pay": "payout", "answer": "answer",
    "duties": "Duties with a due day: {due}; late: {late}. No source states a deadline: all are assumed. ",
    "comparison": "Published figures ({source}) beside the log",
    "in_the_log": "in the log", "in_print": "in print", "agrees": "agrees", "differs": "differs by {by}",
    "printed": "printed as {quote}", "rounded": ", so ±{by}",
    "funding": "Funding", "households_both": "Households", "share": "Of the poor through illness, paid",
    "law": "Sum of all accounts: {sum}, must be 0.00.",
    "the_log": "The log: {leaves:,} leaves. Of {sick:,} insured persons poor through illness {paid:,} were paid; "
    "person-times are persons here, as nobody of them was paid for two claims (found: {twice}).",
    "bases": "Assumed: each payer's part, all premiums and fees, how many households are poor through illness and how "
    "many of them were paid, persons of each household, deadlines and officers, the readings (nights; calendar year; a "
    "stay counts for the year of admission; a cap for each accident). Invented: all persons, claims and days, names of "
    "parties.",
    "paragraph": "As of {day}: the government paid in {government} yuan and the charity federation {federation}, "
    "{both} together, for {households:,} households. {premium} yuan went on as premium, {returned} of the government's "
    "money were not used and went back to the budget. Of {sick:,} insured poor through illness {paid:,} were paid, "
    "{share} %. The insurer paid {amount} yuan in {claims:,} cases from its own money.",
    "comma": ", ", "semicolon": "; ",
}

ZH = {
    "published": "公布", "derived": "推算", "assumed": "假定", "invented": "虚构", "yuan": "元",
    "payers": "{programme}，{year} 年：两家出资各自的用途",
    "government": "财政", "federation": "慈善会", "both": "合计",
    "came_in": "投入", "premium/snow/social": "社保经办机构", "premium/snow/insurer": "保险公司保费",
    "spent/snow/assessment": "评估费", "own/finance": "退回预算", "left": "结余",
    "one_sided": "单方记录：银行凭单代替签名", "risk": "缴清即转移风险", "no_rollover": "不结转",
    "rosters": "参保名册（按列统计）", "illness": "因病致贫", "other": "因残、因灾",
    "households": "户数", "persons": "人数", "poor_by_illness": "其中患病者", "person_times_paid": "其中已获赔",
    "paid_share_bp": "获赔比例", "percent": "{share} %",
    "assessed": "先评估 {count:,} 户",
    "benefits": "五项保障（按最新决定）", "times": "赔付次数", "amount": "金额", "capped": "达限额",
    "accident_death": "意外身故", "accident_disability": "意外伤残", "accident_medical": "意外住院医疗",
    "social_supplement": "社保补充住院医疗", "hospital_allowance": "住院津贴",
    "nothing": "{count} 次{reason}", "all": "合计",
    "cap_reached": "限额已用完", "not_seriously_ill": "非重病", "not_accident": "非意外",
    "bill_covered": "账单已报足", "nothing_left": "无余额", "paid_by_insurer": "由保险公司自有资金支付",
    "events": "途中发生的事（虚构），按所在叶编号",
    "one_bill": "账单 {bill}，社保已报 {prior}：{parts}",
    "payees": "{amount}，{officers} 名经办人共同决定，付给 {payees} 名继承人",
    "capped_event": "{benefit}：算得 {wanted}，限额之内 {room}",
    "year_turn": "{admitted} 至 {discharged}：{amount}，计入 {year} 年限额",
    "asked": "缺材料，时限暂停；此后赔付 {amount}",
    "reviewed": "先拒赔，经异议由另一经办人复核改为：{amount}",
    "late_working_day": "{duty}应于 {due}，实为 {met}：超时 {days} 个工作日",
    "late_calendar_day": "{duty}应于 {due}，实为 {met}：超时 {days} 天",
    "decide": "决定", "pay": "支付", "answer": "答复",
    "duties": "有时限的事项 {due} 件，超时 {late} 件。时限未见公布，均为假定。",
    "comparison": "公布数字（{source}）与账本对照",
    "in_the_log": "账本", "in_print": "公布", "agrees": "一致", "differs": "相差 {by}",
    "printed": "原文：{quote}", "rounded": "，即 ±{by}",
    "funding": "投入", "households_both": "户数", "share": "因病致贫者获赔比例",
    "law": "全部账户合计：{sum}，须为 0.00。",
    "the_log": "账本：{leaves:,} 叶。{sick:,} 名参保的因病致贫者中，{paid:,} 名获赔；"
    "其中无人因两件理赔获赔（查得 {twice} 人），故人次即人数。",
    "bases": "假定：两家各自的金额，全部保费与费用，因病致贫户数及其获赔数，每户人数，时限与经办人，"
    "读法（按夜数；按自然年；跨年住院计入入院之年；每次意外一个限额）。虚构：全部人员、理赔、日期与各方名称。",
    "paragraph": "截至 {day}：财政投入 {government} 元，慈善会投入 {federation} 元，共 {both} 元，"
    "惠及 {households:,} 户。其中 {premium} 元作为保费转出，财政资金 {returned} 元未使用，退回预算。"
    "{sick:,} 名参保的因病致贫者中 {paid:,} 名获赔，占 {share} %。"
    "保险公司以自有资金赔付 {claims:,} 件，共 {amount} 元。",
    "comma": "，", "semicolon": "；",
}

WORDS: Mapping[str, Mapping[str, str]] = {"en": EN, "zh": ZH}
