"""The words of `mingzhang terms`, in English and in Chinese; names of facts, clauses and readings stay as they are."""

EN = {
    # steps, by op
    "op_age": "completed years", "op_amount": "amount", "op_at_least": "old enough", "op_at_most": "at most",
    "op_base": "given", "op_cap": "cap", "op_condition": "condition", "op_days": "days", "op_deductible": "deductible",
    "op_grade": "grade", "op_multiply": "times", "op_not_above": "not too old", "op_overlap": "never above the bill",
    "op_price": "price", "op_ratio": "share", "op_share": "share of the split", "op_subsidy": "subsidy",
    "op_subtract": "what is left", "op_tier": "tier",
    # results
    "age": "age", "claims": "for claims", "claims_fund": "fund for claims", "days_late": "days late",
    "discount": "discount", "discounted_total": "total at the discount", "due_on": "due on",
    "eligible_by_age": "eligible by age", "given": "given (an estimate)", "met": "met in time", "other": "other",
    "own_money": "own money", "payable": "payable", "premium": "premium", "provisional": "provisional",
    "rollover": "rolls over", "shares": "shares", "subsidy_used": "subsidy used", "top_up": "to be raised",
    # reasons
    "age_above": "above the age limit", "age_below": "below the age limit",
    "arithmetic_wrong": "the numbers contradict each other: {about}", "bill_covered": "others paid the whole bill",
    "cap_reached": "the cap was used up before", "disease_not_listed": "the disease is not on the list",
    "fact_missing": "not known: {about}", "fact_wrong": "of another form than asked for: {about}",
    "grade_unknown": "the table has no such grade", "no_deadline": "the terms have no deadline for such a case",
    "not_accident": "no accident", "not_in_group": "not in one of the groups",
    "not_seriously_ill": "not seriously ill", "nothing_left": "nothing is left to pay",
    "terms_incomplete": "the terms do not state {about}: refused, nothing is guessed",
    # table and lines
    "title": "{programme}, version {version}, {formula}", "step": "step", "clause": "clause",
    "arithmetic": "arithmetic", "result": "result", "basis": "basis", "reading": "reading", "reason": "reason",
    "yes": "yes", "no": "no", "open": "open", "tier_n": "tier {n}", "days_n": "{n} days",
    "published": "published", "derived": "derived", "assumed": "assumed", "invented": "invented",
    "not_stated": "not stated", "hypothetical_basis": "hypothetical",
    # notes on an input
    "hypothetical": "hypothetical: {0} = {1}, given in the input; the terms state none, or only assume one",
    "not_used": "not used: {0}", "presumed": "presumed: {0} = {1}; the input says nothing of it",
    "stated": "not used: {0}; the terms state {1}", "taken_as": "{0} taken as {1}",
    "only_bill": "{0} counts to what was paid of the bill alone: the terms do not take it off before",
    "rounding": "rounding: {0}, as the example says",
    "by_year": "the stay is split: {0} days count to {1}",
    # examples
    "ok": "ok", "differs": "differs", "cannot_tell": "cannot tell",
    "as_expected": "as expected", "expected": "expected",
    "nothing_expected": "nothing is expected",
    "counts": "{total} examples: {ok} ok, {differs} differ", "and_untold": ", {untold} cannot be told",
    # check
    "is_ok": "{file}: ok, the ledger accepts the form; {warnings} warnings",
    "is_wrong": "{file}: {problems} problems", "warning": "warning",
}

ZH = {
    "op_age": "周岁", "op_amount": "定额", "op_at_least": "达到年龄下限", "op_at_most": "限额", "op_base": "已知",
    "op_cap": "封顶", "op_condition": "条件", "op_days": "天数", "op_deductible": "免赔额", "op_grade": "伤残等级",
    "op_multiply": "乘", "op_not_above": "未超年龄上限", "op_overlap": "合计不超过账单", "op_price": "价格",
    "op_ratio": "按比例", "op_share": "分成", "op_subsidy": "补贴", "op_subtract": "剩余", "op_tier": "档",
    "age": "年龄", "claims": "用于理赔", "claims_fund": "理赔资金", "days_late": "逾期天数", "discount": "优惠",
    "discounted_total": "优惠后合计", "due_on": "到期日", "eligible_by_age": "年龄符合", "given": "捐出（估算）",
    "met": "按时", "other": "其他", "own_money": "自付", "payable": "应赔", "premium": "保费", "provisional": "暂定",
    "rollover": "滚存", "shares": "分配", "subsidy_used": "使用补贴", "top_up": "需补募",
    "age_above": "超过年龄上限", "age_below": "未到年龄下限", "arithmetic_wrong": "数字互相矛盾：{about}",
    "bill_covered": "账单已由他方付清", "cap_reached": "此前已达封顶", "disease_not_listed": "病种不在名录内",
    "fact_missing": "缺少事实：{about}", "fact_wrong": "事实形式不符：{about}", "grade_unknown": "等级表中没有该等级",
    "no_deadline": "条款对此情形没有规定时限", "not_accident": "不是意外", "not_in_group": "不属于规定群体",
    "not_seriously_ill": "不是重病患者", "nothing_left": "没有剩余可赔",
    "terms_incomplete": "条款没有写明 {about}：拒绝计算，不作猜测",
    "title": "{programme}，第 {version} 版，{formula}", "step": "步骤", "clause": "条款", "arithmetic": "算式",
    "result": "结果", "basis": "依据", "reading": "解读", "reason": "理由",
    "yes": "是", "no": "否", "open": "未定", "tier_n": "第 {n} 档", "days_n": "{n} 天",
    "published": "公布", "derived": "推算", "assumed": "假定", "invented": "虚构", "not_stated": "未注明",
    "hypothetical_basis": "假设",
    "hypothetical": "假设：{0} = {1}，由输入给出；条款未写明，或只是假定",
    "not_used": "未使用：{0}", "presumed": "推定：{0} = {1}，输入未提及",
    "stated": "未使用：{0}；条款写明 {1}", "taken_as": "{0} 作为 {1}",
    "only_bill": "{0} 只计入账单已付部分：条款未写明先行扣除", "rounding": "取整：{0}，依例所述",
    "by_year": "住院跨年分段：{0} 天计入 {1} 年",
    "ok": "一致", "differs": "不一致", "cannot_tell": "无法判断", "as_expected": "符合预期", "expected": "应为",
    "nothing_expected": "没有写明应得结果",
    "counts": "共 {total} 例：{ok} 例一致，{differs} 例不一致", "and_untold": "，{untold} 例无法判断",
    "is_ok": "{file}：通过，账本接受其格式；{warnings} 条提醒",
    "is_wrong": "{file}：{problems} 处问题", "warning": "提醒",
}

LANGUAGES = {"en": EN, "zh": ZH}
