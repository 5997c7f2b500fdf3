"""The words of the progress and of what is said before a play begins, in English and in Chinese."""

import re

_ZH = {
    "charter and terms": "章程与条款",
    "charter, terms and agreements": "章程、条款与协议",
    "roster": "参保名册", "gifts": "捐款", "settlement and premium": "结算与保费", "claims": "理赔",
    "published row and figures": "公布账户行与数字", "close": "结账",
    "agreement, policy, advance": "协议、保单、垫付", "what goes another way": "各种例外",
    "advance repaid, period ended": "归还垫付、期间结束", "another insurer": "换一家保险公司",
    "bank statement": "银行流水",
    "assessment and money": "评估与出资", "rosters, policies and premium": "名册、保单与保费",
    "figures and surplus": "数字与结余", "figures and bulletin": "数字与简报",
    "receipts": "凭证", "copy of the log": "复制账本", "replay of the log": "重放账本",
}  # fmt: skip
_MONTH = re.compile(r"claims of ([0-9]{4}-[0-9]{2})", re.ASCII)

SAID = {
    "en": {
        "start": "{count} nodes start below {directory}/: {parties}.", "ended": "Told to end. Start over with --again.",
        "left": "{elapsed} s, about {left} s left", "elapsed": "{elapsed} s",
        "no_data": "{variable} names no data: the bank statement is left out, and the published figures are those of "
                   "{source}.",
        "all_claims": "All {count:,} claims are played: two to three minutes on two cores. --scale 20 plays every "
                      "twentieth, in one minute.",
        "some_claims": "Of {count:,} claims one in {scale} is played: the published totals are not reached.",
        "one_node": "One node stands for the finance offices of ten counties (assumed).",
        "no_node": "The social insurance office has no node: a bank's slip stands in for its signature (one-sided).",
    },
    "zh": {
        "start": "{count} 个节点在 {directory}/ 下启动：{parties}。", "ended": "已按要求结束。用 --again 重新开始。",
        "left": "{elapsed} 秒，约剩 {left} 秒", "elapsed": "{elapsed} 秒",
        "no_data": "{variable} 所指之处没有数据：略去银行流水，公布的数字取自 {source}。",
        "all_claims": "演示全部 {count:,} 件理赔：两个核上两三分钟。--scale 20 只演示每二十件中的一件，约一分钟。",
        "some_claims": "{count:,} 件理赔中每 {scale} 件演示一件：达不到公布的总数。",
        "one_node": "十个县的财政局共用一个节点（假定）。",
        "no_node": "社保经办机构没有节点：以银行凭单代替其签名（单方记录）。",
    },
}  # fmt: skip


def step_in_words(name: str, *, language: str) -> str:
    """A step's name in a language; what stands before a colon is the period or the place and stays."""
    if language == "en":
        return name
    where, colon, step = name.rpartition(": ")
    month = _MONTH.fullmatch(step)
    told = f"{month[1]} 的理赔" if month else _ZH[step]
    return f"{where}：{told}" if colon else told
