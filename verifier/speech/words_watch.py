"""The sentences of the other commands: a watch, a replay, a sample, evidence, COSE receipts; part of `words`."""

ENGLISH = {
    # an alarm of a watch, and what to do about it
    "alarm split_view": "The log says two things that cannot both be true. Next: copy the evidence to every party and "
    "elsewhere; nothing that the log says counts until they have answered.",
    "alarm duty_overdue": "What must be published was not. Next: ask the party that owes it.",
    "alarm balance_late": "Nobody has drawn a trial balance lately. Next: ask any party, each may.",
    "alarm figure_late": "A programme has published no figure lately. Next: ask its parties.",
    "alarm unreachable": "The node gives no answer. Next: try from another network, then ask who runs it.",
    "alarm refused": "What the node shows cannot be believed. Next: compare with another node, then ask who runs it.",
    "alarm behind": "The node shows an old head as its newest. Next: ask who runs it; compare with another node.",
    "alarm silent": "The organisation vouches for nothing lately. Next: ask it, and not the others, if its node is up.",
    "alarm clock": "A clock is wrong, here or there. Next: put it right (NTP).",
    "alarm unproven": "Nobody proves what must be provable. Next: ask another node; one that goes on hiding it hides "
    "something.",
    "evidence kept": "evidence is kept: {path}; it stays an alarm until it is moved away. Anybody checks it with "
    "`mingzhang-verify evidence --policy FILE {path}`",
    "unwritten": "What was seen could not be written down: {error}. Next: make room, or put the directory right. "
    "What was written before stands, and the next round tries again.",
    # two checkpoints
    "continues": "{origin}: size {new} continues size {old}, nothing was changed or taken out",
    # a replay
    "replayed": "replayed: {count}",
    "replay more": "{count} more findings are not named.",
    "replay failed next": "Next: keep this copy of the log, replay another node's, and show what differs to every "
    "party. `--report verdict.html` writes it down to be filed.",
    "replay unknown next": "Next: take it for neither good nor bad. Bodies and tag files are given for a party's or "
    "an auditor's token (`--token FILE`).",
    # evidence
    "evidence head": "{origin}, size {size}, root {root}",
    "one size": "one size, two roots",
    "two sizes": "the larger begins with {root}",
    "signed both": "both signed by {keys}",
    "two epochs": "both signed by no one key: two epochs, both final",
    "evidence holds": "The evidence holds: the log contradicts itself under its own signatures. Next: show this file "
    "to every party and to whoever relies on the log.",
    # COSE receipts
    "COSE signed": "signed by {key}",
    "COSE unsigned": "not signed: COSE tools refuse this file, the checkpoint in it vouches for it here",
    # a sample
    "drawn": "{count} of {total} units of {population}",
    "gifts to": "gifts to {programme}",
    "nonce unknown": "nonce: no notice of this log commits to it; compare {commitment} with what was published",
    "nonce committed": "nonce: committed to in leaf {index} by {signers}, {time}",
    "hit leaf": "leaf {index}, {kind}",
    "kind unread": "which cannot be read",
    "hit line": "leaf {gift}, line {line}: {amount} units, commitment {commitment}",
    "hit way": "in {account} at {position} by leaf {index}",
    "hit open": "leaf {gift}: the batch is not to be had, so the line stays open",
}

CHINESE = {
    "alarm split_view": "两面账：账本说了两种不能同时成立的话。"
    "下一步：把证据抄送各方并另存；各方答复之前，账本所说一概不算。",
    "alarm duty_overdue": "应当公布的没有公布。下一步：询问负有此项义务的一方。",
    "alarm balance_late": "近期没有人作试算表。下一步：询问任何一方，各方都可以作。",
    "alarm figure_late": "某个项目近期没有公布数字。下一步：询问该项目的各方。",
    "alarm unreachable": "节点没有回应。下一步：换一个网络再试，然后询问其运行方。",
    "alarm refused": "节点出示的内容不可信。下一步：与另一个节点比较，然后询问其运行方。",
    "alarm behind": "节点把旧的检查点当作最新的出示。下一步：询问其运行方，并与另一个节点比较。",
    "alarm silent": "该机构近期没有为任何内容作保。下一步：向该机构本身询问其节点是否在运行，不要问别家。",
    "alarm clock": "有一个时钟不准，在这里或在对方。下一步：校准时钟（NTP）。",
    "alarm unproven": "应当能证明的，没有人证明。下一步：询问另一个节点；一直不出示的节点是在隐瞒。",
    "evidence kept": "证据已保存：{path}；移走之前一直报警。"
    "任何人都可以用 `mingzhang-verify evidence --policy FILE {path}` 核对",
    "unwritten": "所见内容未能写入：{error}。下一步：腾出空间，或修复该目录。此前写入的都在，下一轮会重试。",
    "continues": "{origin}：第 {new} 叶的账本延续第 {old} 叶的账本，其间没有改动或删除",
    "replayed": "已重放：{count}",
    "replay more": "另有 {count} 个问题未列出。",
    "replay failed next": "下一步：保留这份账本副本，重放另一个节点的账本，并把差异出示给各方。"
    "`--report verdict.html` 可写成文件归档。",
    "replay unknown next": "下一步：既不要当作有效，也不要当作无效。"
    "密封正文和标签文件只发给持有令牌的各方或审计方（`--token FILE`）。",
    "evidence head": "{origin}，共 {size} 叶，根哈希 {root}",
    "one size": "同样的叶数，两个根哈希",
    "two sizes": "较长的一个开头的根哈希是 {root}",
    "signed both": "两个都由 {keys} 签署",
    "two epochs": "没有一把密钥签了两个：分属两个任期，都已定案",
    "evidence holds": "证据成立：账本以自己的签名自相矛盾。下一步：把这个文件出示给各方，以及依赖这个账本的人。",
    "COSE signed": "由 {key} 签署",
    "COSE unsigned": "未签署：COSE 工具会拒绝此文件，这里由其中的检查点作保",
    "drawn": "从 {population} 的 {total} 个单位中抽取 {count} 个",
    "gifts to": "对 {programme} 的捐款",
    "nonce unknown": "随机数：本账本没有公告承诺过它；请将 {commitment} 与已公布的比较",
    "nonce committed": "随机数：由 {signers} 在叶 {index} 中承诺，{time}",
    "hit leaf": "叶 {index}，{kind}",
    "kind unread": "无法读出",
    "hit line": "叶 {gift} 第 {line} 行：{amount} 个单位，承诺 {commitment}",
    "hit way": "在 {account} 的第 {position} 位，依据叶 {index}",
    "hit open": "叶 {gift}：得不到这一批的内容，因此无法确定是哪一行",
}
