"""The words of `mingzhang figure check`, in English and in Chinese; names of columns, ids, metrics stay as they are."""

EN = {
    # a table of days
    "table": "{file}: {days:day}, {channels:channel}: {names}", "official": "announced (official_…)",
    "compiled": "compilers (compiled_…)",
    "day_total": "total of the day", "cumulative": "cumulative total", "count_falls": "cumulative count that falls",
    "date": "date", "said": "said", "entries": "entries come to", "difference": "difference", "step": "judged to",
    "fen": "the fen", "leaf": "notice", "before": "said before",
    "remarks": "Not contradictions, but these do not fit or could not be judged:",
    "not_judged": "{by}, {days}: not judged. The lists of {channels} for {first} to {last} stand on one row, that of "
                  "{first}, and come to {lists}; so the entries do not tell what had come in by the end of each of "
                  "these days but the last.",
    "catches_up": "{by}, {days}: the cumulative total differs by {difference}. It rose by {rise} while {of_day} was "
                  "said for the day: {over} is money of days before. So it makes up for a total that is wrong above.",
    "follows": "{by}, {days}: the cumulative total differs by {difference}. It is the total before plus the day's own "
               "figure; these two are judged by themselves.",
    "stays": "{by}, {days}: the cumulative total differs by {difference}. It rose by what came in, so the difference "
             "is that of the total before.",
    "leaves_out": "{by}, {days}: the cumulative total differs by {difference}. It goes on from the total before "
                  "without the lists of {channels} of {first} to {last}, which come to {left_out}.",
    "count_of_day": "{by}, {days}: the count {said} stands beside a total of the day, so it is not taken as "
                    "cumulative; {gifts} gifts of that day were entered.",
    "list_ends": "{channels}: no list after {days}. What came in there later is not among the entries.",
    "how": "How it was judged",
    "in_ten_thousands": "{column}: every number is a multiple of {step} yuan, so it is printed in 万 with two "
                        "decimals and judged to ±{half} yuan.",
    "to_the_fen": "{columns}: judged to the fen.",
    "ignored": "Columns left out: {columns}.",
    "log": "Entered: {gifts:gift} in {batches:batch|batches}, into a log of {leaves:leaf|leaves}, {raised} yuan in "
           "all, and {notices:notice} of a third party, {flagged} of which the ledger flagged in their stamps. The "
           "table has no single gifts: a list is entered as equal parts.",
    "contradictions": "{file}: {count:contradiction}, {remarks:remark}",
    "next_bad": "Next: ask whoever said a number above for what it rests on, or correct it, and check again.",
    "next_good": "Next: figures of your own, before you say them: mingzhang figure check FILE --node DIR",
    "to": "{first} to {last}",
    # cross checks
    "check": "check", "verdict": "verdict", "formula": "formula", "comes_to": "comes to", "exact_to": "exact to",
    "ok": "ok", "differs": "differs", "refused": "refused", "exact": "exact",
    "unknown": "unknown", "under": "under {reading}",
    "says": "{id}: the file says {said}, {difference} from what the formula comes to",
    "possible": "; numbers as exact as these allow it", "apart": "{id}: numbers of different days or places: {names}",
    "checks": "{file}: {total:cross check}, {ok} ok, {bad} not",
    "refused_cumulative": "{0} is cumulative, {1} is as of now: they may not be mixed",
    "refused_unit": "units may not be mixed: the formula gives {0}, the check says {1}",
    "refused_units": "units may not be mixed: {0}", "refused_absent": "there is no total or check {0}",
    "refused_circle": "{0} rests on itself", "refused_target": "{0} is a target, no figure",
    "refused_unclear": "{0}: its unit is {1}", "refused_zero": "division by 0",
    "refused_formula": "formula, character {0}: expected {1}, got {2}",
    # figures against the books of a node
    "metric": "metric", "books": "books", "supported": "supported", "precision": "as", "not_told": "—",
    "figures": "{file}: {total:figure}, {ok} supported, {bad} not; amounts in minor units",
    "about": "about, ±{unit}", "at_least": "at least, steps of {unit}", "just_under": "just under, steps of {unit}",
    "rounded": "rounded to {unit}",
    "comma": ", ", "colon": ": ",
}  # fmt: skip

ZH = {
    "table": "{file}：{days} 天，{channels} 个渠道：{names}", "official": "对外公布（official_…）",
    "compiled": "清单整理者所记（compiled_…）",
    "day_total": "当日合计", "cumulative": "累计合计", "count_falls": "累计笔数下降",
    "date": "日期", "said": "所称", "entries": "账目合计", "difference": "相差", "step": "判定精度",
    "fen": "到分", "leaf": "公告", "before": "此前所称",
    "remarks": "以下不算矛盾，但对不上或无法判断：",
    "not_judged": "{by}，{days}：不作判断。{channels} 在 {first} 至 {last} 的清单都记在 {first} 一行，共 {lists} 元，"
                  "因此除最后一天外，无法从账目得知每天为止收到多少。",
    "catches_up": "{by}，{days}：累计相差 {difference} 元。累计增加了 {rise} 元，而当日所称为 {of_day} 元，"
                  "其中 {over} 元属于此前各天：这是在补上前面已列为矛盾的累计。",
    "follows": "{by}，{days}：累计相差 {difference} 元。它等于此前累计加当日数字，这两个数字已分别判断。",
    "stays": "{by}，{days}：累计相差 {difference} 元。此后的增加与账目一致，差额来自此前的累计。",
    "leaves_out": "{by}，{days}：累计相差 {difference} 元。它接着此前累计往下加，"
                  "漏掉了 {channels} 在 {first} 至 {last} 的清单，共 {left_out} 元。",
    "count_of_day": "{by}，{days}：笔数 {said} 与当日合计同列，不作累计笔数看待；当日录入 {gifts} 笔。",
    "list_ends": "{channels}：{days} 之后没有清单，此后的收款不在账目中。",
    "how": "如何判断",
    "in_ten_thousands": "{column}：所有数字都是 {step} 元的整数倍，即以万元为单位保留两位小数，按 ±{half} 元判断。",
    "to_the_fen": "{columns}：精确到分判断。",
    "ignored": "未使用的列：{columns}。",
    "log": "账本共 {leaves} 叶：录入 {gifts:,} 笔捐款（{batches} 批），合计 {raised} 元，另有第三方公告 {notices} 份，"
           "其中 {flagged} 份由账本在戳记中标记不符。"
           "表中没有单笔捐款，每份清单按等额录入。",
    "contradictions": "{file}：{count} 处矛盾，{remarks} 条说明",
    "next_bad": "下一步：请说出上述数字的一方说明依据，或改正后再核对一次。",
    "next_good": "下一步：自己要公布的数字，可先核对：mingzhang figure check 文件 --node 目录 --lang zh",
    "to": "{first} 至 {last}",
    "check": "核对", "verdict": "结论", "formula": "算式", "comes_to": "得出", "exact_to": "误差",
    "ok": "一致", "differs": "不一致", "refused": "拒绝", "exact": "精确", "unknown": "不明", "under": "解读 {reading}",
    "says": "{id}：文件写的是 {said}，与算式相差 {difference}",
    "possible": "；在所印数字的精度内仍有可能", "apart": "{id}：数字的日期或范围不同：{names}",
    "checks": "{file}：共 {total} 项核对，{ok} 项一致，{bad} 项不一致或无法计算",
    "refused_cumulative": "{0} 是累计数，{1} 是时点数，不能混算",
    "refused_unit": "单位不符：算式得出 {0}，核对写的是 {1}",
    "refused_units": "单位不能混算：{0}", "refused_absent": "没有名为 {0} 的合计或核对",
    "refused_circle": "{0} 以自身为依据", "refused_target": "{0} 是目标，不是数字",
    "refused_unclear": "{0}：单位是 {1}", "refused_zero": "除数为 0",
    "refused_formula": "算式第 {0} 个字符：应为 {1}，实为 {2}",
    "metric": "指标", "books": "账本", "supported": "支持", "precision": "精度", "not_told": "—",
    "figures": "{file}：共 {total} 个数字，{ok} 个有账可依，{bad} 个没有；金额以最小单位计",
    "about": "约，±{unit}", "at_least": "余，以 {unit} 为一档", "just_under": "近，以 {unit} 为一档",
    "rounded": "四舍五入到 {unit}",
    "comma": "、", "colon": "：",
}  # fmt: skip

LANGUAGES = {"en": EN, "zh": ZH}
