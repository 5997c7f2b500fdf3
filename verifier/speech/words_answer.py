"""The one sentence that answers a receipt's question, and what is said where there is no answer; part of `words`."""

ENGLISH = {
    # what became of a gift
    "gift": "{pieces}.",
    "gift given back": "this gift was given back to the donor, out of other money (leaf {index}). "
    "What it was itself: {pieces}.",
    "piece paid": "{amount} has been paid out in benefits",
    "piece not yet paid": "{amount} waits to be paid out in benefits",
    "piece arrived since": "{amount} moved on lately, and a newer receipt will say what became of it",
    "piece at rest": "{amount} has not been used yet",
    "piece on its way": "{amount} is on its way from one organisation to the next",
    "piece spent": "{amount} has been spent",
    "piece risk passed": "{amount} went to the insurer as premium, and bought insurance",
    "piece given back": "{amount} has been given back",
    "between pieces": "; ",
    # what a membership is worth
    "member insured": "insured from {first} to {last}; {claims}.",
    "member removed": "taken off the roster on {day}; {claims}.",
    "member enrolled": "on the roster of {county} for {period}, and whether that insures is not shown; {claims}.",
    "claims none": "nothing was claimed in this name",
    "claims one": "one claim, {paid} paid so far",
    "claims many": "{count} claims, {paid} paid so far",
    "claims late": "{claims}, and something is overdue (below)",
    # what an entry is
    "entry stands": "{signers} signed this on {time}; it stands in the log, and nothing in it was changed since.",
    # where there is no answer
    "failed format": "Not valid: this is no such file, or it was damaged.",
    "failed signature": "Not valid: it is not signed by those whom the policy names.",
    "failed proof": "Not valid: what it says is not what was signed.",
    "failed rule": "Not valid: it breaks a rule of the ledger.",
    "failed next": "Next: do not rely on it. Ask for it again where it came from; if that fails, too, keep both "
    "and ask another organisation of the log.",
    "stale": "Cannot tell: it is out of date. Something newer is known, or was asked for.",
    "stale next": "Next: get a newer one, by the same link or where this one came from.",
    "unknown": "Cannot tell: nothing is wrong, but something that the answer needs is missing, or unknown to "
    "this program.",
    "unknown next": "Next: take it for neither good nor bad. Ask for the whole file, or get a newer version of "
    "this program.",
    "unreadable": "Nothing was checked: the command line, a file or an address could not be read.",
    "usage next": "Nothing was checked. Next: `mingzhang-verify{command} --help` says what is expected, by example.",
    "unreadable next": "Next: put right what the line above names; `mingzhang-verify {command} --help` says what is "
    "expected.",
}

CHINESE = {
    "gift": "{pieces}。",
    "gift given back": "这笔捐款已用其他款项退还给捐款人（叶 {index}）。这笔钱本身：{pieces}。",
    "piece paid": "{amount}已用于赔付",
    "piece not yet paid": "{amount}正等待用于赔付",
    "piece arrived since": "{amount}近期有过流转，去向须看更新的凭证",
    "piece at rest": "{amount}尚未动用",
    "piece on its way": "{amount}正在机构之间划转途中",
    "piece spent": "{amount}已支出",
    "piece risk passed": "{amount}已作为保费交给保险公司，换成了保障",
    "piece given back": "{amount}已退回",
    "between pieces": "；",
    "member insured": "{first} 至 {last} 有保障；{claims}。",
    "member removed": "已于 {day} 移出名册；{claims}。",
    "member enrolled": "已登记在 {county} {period} 期的名册上，是否因此有保障未出示；{claims}。",
    "claims none": "此名下没有任何理赔",
    "claims one": "有 1 件理赔，至今已付 {paid}",
    "claims many": "有 {count} 件理赔，至今共付 {paid}",
    "claims late": "{claims}，其中有逾期事项（见下）",
    "entry stands": "由 {signers} 于 {time} 签署，已记入账本，此后内容未被改动。",
    "failed format": "无效：这不是此类文件，或文件已损坏。",
    "failed signature": "无效：签名的不是信任策略所列的各方。",
    "failed proof": "无效：所述内容与当初签署的不一致。",
    "failed rule": "无效：违反账本的规则。",
    "failed next": "下一步：请勿采信。请向出具方重新索取；若仍无效，请保留两份文件，并询问账本的另一家机构。",
    "stale": "无法判断：已过时。已有更新的记录，或要求看更新的记录。",
    "stale next": "下一步：请用原来的链接，或向出具方，重新领取一份。",
    "unknown": "无法判断：没有发现错误，但缺少判断所需的内容，或本程序尚不认识其中的内容。",
    "unknown next": "下一步：既不要当作有效，也不要当作无效。请索取完整的文件，或换用本程序的新版本。",
    "unreadable": "未作任何核对：命令行、文件或网址无法读取。",
    "usage next": "未作任何核对。下一步：用法和例子见 `mingzhang-verify{command} --help`。",
    "unreadable next": "下一步：请改正上一行指出的问题；用法见 `mingzhang-verify {command} --help`。",
}
