"""The words of the report on 一元民生, in English and in Chinese."""

from collections.abc import Mapping

EN = {
    "published": "published", "derived": "derived", "assumed": "assumed", "invented": "invented", "yuan": "yuan",
    "by_county": "{programme}, {year}: what each county paid in, and what was paid to its people, as of {day}",
    "population": "registered", "premium": "premium", "claims": "claims", "paid": "paid out", "county_all": "All ten",
    "above": "{amount} more than paid in",
    "received": "the insurer received, and keeps what is not paid out",
    "by_benefit": "Claims by benefit: as decided (above 1,000.00 left: 800.00 flat), and under the other reading",
    "decided": "decided", "otherwise": "half, at most 800.00", "difference": "difference",
    "special_major_disease": "Six special groups", "general": "General",
    "all": "All claims", "differing": "{count:,} differ", "same": "none differs", "mean": "mean {amount}",
    "comparison": "Published figures ({source}) beside the log",
    "in_the_log": "in the log", "in_print": "in print", "agrees": "agrees", "differs": "differs by {by}",
    "not_whole": "not reached", "printed": "printed as {quote}", "rounded": ", so ±{by}",
    "claims_paid": "Claims paid", "paid_out": "Paid out", "special_claims": "of special groups: claims",
    "special_paid": "of special groups: paid", "persons": "Population",
    "is_total": "of all, not of the registered",
    "on_time": "What was due and when it came, by the calendar of 2019 (days off and weekends that are worked)",
    "due": "due", "in_time": "in time", "late": "late",
    "sort_open": "Six groups: claim opened on the same day",
    "sort_special": "Six groups: paid by the next day",
    "sort_3": "Below 10,000.00: paid within 3 working days",
    "sort_7": "10,000.00 to below 100,000.00: 7 working days",
    "sort_10": "From 100,000.00: 10 working days",
    "sort_all": "All",
    "late_calendar_day": "days late: {days}", "late_working_day": "working days late: {days}",
    "share": "{share} % in time",
    "money": "Who holds what",
    "insurer_received": "Premium the insurer received", "insurer_paid": "Paid out by the insurer, from its own money",
    "insurer_left": "Left with the insurer, before its own costs", "risk": "the premium is final: risk passed on",
    "deposit_sent": "Performance deposit, paid", "deposit_called": "called, for what came late",
    "deposit_returned": "returned", "deposit_left": "still held",
    "not_in_print": "its amount is not published",
    "sum_of_all": "Sum of all accounts", "law": "must be 0.00: sources stand below zero",
    "the_log": "The log: {leaves:,} leaves. Each decision says its steps; the ledger worked each out again and refused "
    "one that followed the other reading. Figures said in the bulletin that the books do not hold: {flagged}.",
    "reading": "Readings: above 1,000.00 left, 800.00 flat (flat_800); exactly 1,000.00 belongs below; the cap is for "
    "a claim; “the next day” is the next calendar day; exactly 10,000.00 has 7 days, exactly 100,000.00 has 10; the "
    "amount claimed sets the deadline until one is decided.",
    "bases": "Assumed: the registered population of each county (together 9,600,000, the published total population), "
    "the number of members on the rosters, one year as the period, one node for ten county finance "
    "offices, an audit office as the fourth party, {fillings}. Invented: all persons and claims, on which day each "
    "step was taken and what was late, the amount of the deposit, names of parties and counties. Derived: that of the "
    "published claims {count} are general ones, {general} yuan.",
    "paragraph": "As of {day}, {claims:,} claims were paid, {paid} yuan in all; {special:,} of them for members of six "
    "special groups. Every county paid one yuan for each registered person, {premium} yuan together. In {county} "
    "{county_paid} yuan were paid for a premium of {county_premium}: {risk}. Under the "
    "other reading of one clause, {differing:,} of the same claims would have been "
    "paid less, {less} yuan together.",
    "risk_more": "whoever carries the risk pays the difference, and here that is the insurer",
    "risk_less": "whoever carries the risk keeps the difference, and here that is the insurer",
    "comma": ", ",
}

ZH = {
    "published": "公布", "derived": "推算", "assumed": "假定", "invented": "虚构", "yuan": "元",
    "by_county": "{programme}，{year} 年：各县缴纳保费与向其群众赔付，截至 {day}",
    "population": "户籍人口", "premium": "保费", "claims": "件数", "paid": "赔付", "county_all": "十县合计",
    "above": "多赔 {amount}",
    "received": "归保险公司，未赔付部分由其留存",
    "by_benefit": "按险种：已决定金额（剩余 1,000.00 以上一律 800.00），以及按另一种读法重新计算",
    "decided": "已决定", "otherwise": "50%、最高 800.00", "difference": "差额",
    "special_major_disease": "特困群众重病医疗", "general": "一般赔付",
    "all": "全部", "differing": "{count:,} 件不同", "same": "均相同", "mean": "件均 {amount}",
    "comparison": "公布数字（{source}）与账本对照",
    "in_the_log": "账本", "in_print": "公布", "agrees": "一致", "differs": "相差 {by}",
    "not_whole": "未达到", "printed": "原文：{quote}", "rounded": "，即 ±{by}",
    "claims_paid": "完成理赔件数", "paid_out": "赔付金额", "special_claims": "其中特困群众件数",
    "special_paid": "其中特困群众赔付", "persons": "人口", "is_total": "非户籍人口",
    "on_time": "时限与实际（按 2019 年节假日与调休计算）", "due": "应办", "in_time": "按时", "late": "超时",
    "sort_open": "六类群众：当日立案", "sort_special": "六类群众：次日赔付",
    "sort_3": "1 万元以下：3 个工作日", "sort_7": "1 万元至 10 万元以下：7 个工作日",
    "sort_10": "10 万元以上：10 个工作日", "sort_all": "合计",
    "late_calendar_day": "超时天数：{days}", "late_working_day": "超时工作日数：{days}", "share": "按时率 {share} %",
    "money": "资金去向",
    "insurer_received": "保险公司收到保费", "insurer_paid": "保险公司以自有资金赔付",
    "insurer_left": "留在保险公司（未扣其成本）", "risk": "保费一经缴纳，风险即已转移",
    "deposit_sent": "缴纳项目保证金", "deposit_called": "因超时扣收", "deposit_returned": "退还",
    "deposit_left": "尚在保管", "not_in_print": "金额未见公布",
    "sum_of_all": "全部账户合计", "law": "须为 0.00：外来资金在来源账户记为负数",
    "the_log": "账本：{leaves:,} 叶。每项决定都写明计算步骤，账本逐一重算，并拒绝了一项按另一种读法作出的决定。"
    "简报所列而账本不支持的数字：{flagged} 个。",
    "reading": "读法：剩余 1,000.00 以上一律 800.00（flat_800）；正好 1,000.00 归下一档；限额按件计；"
    "“次日”指次一自然日；"
    "正好 10,000.00 为 7 天，正好 100,000.00 为 10 天；决定之前按申请金额定时限。",
    "bases": "假定：各县户籍人口（十县合计 9,600,000，即公布的总人口），名册人数，以一年为一期，十个县财政局共用"
    "一个节点，第四方为审计机关，{fillings}。虚构：全部人员与理赔、各步日期与超时、保证金金额、各方与各县名称。"
    "推算：公布的理赔中 {count} 件为一般赔付，共 {general} 元。",
    "paragraph": "截至 {day}，共赔付 {claims:,} 件，{paid} 元，其中六类特困群众 {special:,} 件。各县按户籍人口每人一元"
    "缴纳保费，共 {premium} 元。{county}缴纳保费 {county_premium} 元，赔付 {county_paid} 元：{risk}。"
    "若对其中一条按另一种读法，同样的理赔中有 {differing:,} 件会少付，合计少 {less} 元。",
    "risk_more": "差额由承担风险的一方支付，在这里是保险公司",
    "risk_less": "差额归承担风险的一方，在这里是保险公司",
    "comma": "，",
}

FILLINGS = {
    "en": {
        "general": "the seven kinds of payout, which are not listed, as one (the assessed loss up to the published "
        "200,000.00)",
        "deposit_call": "that a deposit which is called goes to the policyholder",
    },
    "zh": {
        "general": "未见列明的七类赔付合并为一类（按核定损失赔付，最高为公布的 200,000.00）",
        "deposit_call": "扣收的保证金归投保人",
    },
}

WORDS: Mapping[str, Mapping[str, str]] = {"en": EN, "zh": ZH}
