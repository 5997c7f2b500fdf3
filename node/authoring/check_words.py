"""What a check of terms says, in Chinese: by the English sentence, and by what the schema says it expected."""

import re

from node.authoring.said import Said

_SENTENCES = {
    # not JSON, or not to be read
    "{got}": "{got}",
    "not UTF-8": "不是 UTF-8 编码",
    "expected {wanted}, got {got}": "应为{wanted}，实为 {got}",
    "expected at most {limit} bytes, got {got}": "最多 {limit} 字节，实为 {got}",
    # what cannot be in an entry
    "expected an integer, got {got}: amounts are in minor units, ratios in basis points":
        "应为整数，实为 {got}：金额以最小单位（分）计，比例以万分之一计",
    "expected an integer within +-(2^53-1), got {got}": "应为 ±(2^53-1) 以内的整数，实为 {got}",
    "expected each member once, got {got} a second time": "每个成员只能出现一次，{got} 出现了第二次",
    # the form
    "expected a name, {wanted}, got {got}": "应为名称（{wanted}），实为 {got}",
    "expected a name that is there, and there is none, got {got}": "应为已有的名称，但一个也没有，实为 {got}",
    "expected one of {known}, got {got}": "应为下列之一：{known}；实为 {got}",
    "expected the member {name}, got none": "缺少成员 {name}",
    "expected the member {other} beside {name}, got none": "有 {name} 就要有成员 {other}，缺少它",
    "expected a limit above {before}, got {got}": "界限应高于 {before}，实为 {got}",
    "expected each id once, got {got} again": "每个 id 只能出现一次，{got} 重复",
    "expected no {limit} in the last tier": "最后一档不应有 {limit}",
    "expected readings of different names, got {got}": "解读的名称应各不相同，实为 {got}",
    "expected {limit} in every tier but the last": "除最后一档外，每档都应有 {limit}",
    # what the ledger refuses
    "calendar_missing: working days need the member calendar": "calendar_missing：按工作日计算需要成员 calendar",
    "risk_wrong: under risk {risk} a payout leaves {wanted}…, got {got}":
        "risk_wrong：risk 为 {risk} 时赔款应从 {wanted}… 付出，实为 {got}",
    "signers_wrong: expected role:insurer among them": "signers_wrong：其中应有 role:insurer",
    "split_wrong: expected less than {limit}, got {got}": "split_wrong：应小于 {limit}，实为 {got}",
    "split_wrong: {got} is not among the accounts": "split_wrong：{got} 不在 accounts 之列",
    # warnings
    "basis has neither {first} nor deadlines": "basis 中没有 {first}，也没有 deadlines",
    "basis has neither {first}, {name} nor {clause}": "basis 中没有 {first}、{name} 或 {clause}",
    "basis has no {name}": "basis 中没有 {name}",
    "no clause uses this ambiguity: it changes nothing that is worked out": "没有条款用到这处歧义：它不影响任何计算",
    "no source states this: every decision is refused as terms_incomplete":
        "没有来源写明：每项决定都会以 terms_incomplete 拒绝",
    "no source states this: every decision with a cap per year is refused as terms_incomplete":
        "没有来源写明：凡有每年限额的决定都会以 terms_incomplete 拒绝",
    "no source states this: no duty {name} will start by it": "没有来源写明：不会由此产生期限 {name}",
    "no source states this: what needs it of {name} is refused as terms_incomplete":
        "没有来源写明：{name} 中需要它的计算以 terms_incomplete 拒绝",
    "nothing will go this way: {got} is none of {known}": "没有款项会走这一路：{got} 不是下列之一：{known}",
    "nothing will go this way: {got} is not among the accounts": "没有款项会走这一路：{got} 不在 accounts 之列",
    "readings choose {chosen} for {by}, which is none of {known}: the clause states nothing":
        "readings 为 {by} 选了 {chosen}，不在 {known} 之列：该条款等于没有写明",
    "there is no member year: what needs it of {name} is refused as terms_incomplete":
        "没有成员 year：{name} 中需要它的计算以 terms_incomplete 拒绝",
    "{by} is not in readings: the clause states nothing": "readings 中没有 {by}：该条款等于没有写明",
}  # fmt: skip

_STEPS = {
    "Is a } or ] missing, or the file not saved?": "是否缺少 } 或 ]，或者文件没有保存？",
    "Is a comma missing before it?": "前面是否缺少逗号？",
    "Is it the right file? Terms and examples are short texts.": "是这个文件吗？条款和算例都是短文本。",
    "Is the comma before it one too many?": "前面的逗号是否多余？",
    "JSON has no comments: take the line away.": "JSON 没有注释：请删去这一行。",
    "Name a file that is there and may be read.": "请写一个存在且可读的文件。",
    "Save the file as UTF-8.": "请把文件存为 UTF-8。",
    "Write , and : as ASCII has them.": "请用半角的 , 和 : 。",
    'Write straight double quotes: ".': '请用半角直双引号 " 。',
}

# What was wanted, whole.
_WANTED = {
    "a day MM-DD that every year has": "每年都有的日子 MM-DD",
    "a day YYYY-MM-DD": "日期 YYYY-MM-DD",
    "a member name in quotes": "带引号的成员名",
    "a text of 1 to 100 characters": "1 到 100 个字符的文本",
    "a text of 1 to 100 characters, an integer of 0 to 2^53-1, true or false":
        "1 到 100 个字符的文本、0 到 2^53-1 的整数、true 或 false",
    "a text that ends on its line, with the escapes of JSON": "在本行结束的文本，转义须合 JSON",
    "a value": "一个值",
    "amount alone, or ratio_bp with at_most or without": "只有 amount，或有 ratio_bp（可带 at_most）",
    "an integer of 1 to 2^53-1, in minor units": "1 到 2^53-1 的整数，以最小单位（分）计",
    "an object": "对象",
    "an object of arrays of requirements": "对象，其值为签名要求的数组",
    "an object of arrays of states": "对象，其值为状态的数组",
    "an object of codes": "对象，其值为代码",
    "an object of names": "对象，其值为名称",
    "an offset as +08:00, from -12:00 to +14:00, not -00:00": "时差，如 +08:00，从 -12:00 到 +14:00，不可为 -00:00",
    "role:WORD, more words behind |": "role:角色，多个角色以 | 相隔",
    "the end of the file": "文件结尾",
    "the value, null or a choice": "值、null 或一组解读",
    "true or false": "true 或 false",
    "{amount}, or {ratio_bp} with at_most or without": "{amount}，或 {ratio_bp}（可带 at_most）",
    "a class and 1 to 5 words, joined by /": "类别和 1 到 5 段，以 / 相连",
    "a class and 1 to 5 words joined by /, one of which may be {county}":
        "类别和 1 到 5 段，以 / 相连，其中一段可为 {county}",
    "1 to 24 of a-z, 0-9 and -": "1 到 24 个 a-z、0-9 或 -",
    "1 to 40 of a-z, 0-9 and _, a letter first": "1 到 40 个 a-z、0-9 或 _，首个须为字母",
    "1 to 40 of a-z, 0-9, _ and -": "1 到 40 个 a-z、0-9、_ 或 -",
    "3 letters A-Z": "3 个大写字母 A-Z",
    "64 lowercase hex digits": "64 个小写十六进制数字",
}  # fmt: skip

# What was wanted or came, by its shape.
_SHAPES = tuple((re.compile(shape, re.ASCII), told) for shape, told in (
    (r"an integer of ([0-9^-]+) to ([0-9^-]+)", r"\1 到 \2 的整数"),
    (r"an (?:array|object) of at most ([0-9]+)(?: \w+)?", r"最多 \1 项"),
    (r"an array of ([0-9]+) to ([0-9]+)(?: [\w, ]+)?", r"\1 到 \2 项的数组"),
    (r"at most ([0-9]+) arrays and objects inside each other", r"最多 \1 层嵌套"),
    (r"a formula of kind (\w+)", r"\1 类算式"),
    (r"a notice on (\w+)", r"\1 类公告"),
    (r"an array of ([0-9]+)", r"\1 项的数组"),
    (r"an object of ([0-9]+)", r"\1 个成员的对象"),
    (r"an empty array", "空数组"),
    (r"an empty object", "空对象"),
    (r"(\w+(?:, \w+)*) or (\w+)", r"\1 或 \2"),
))


def told(said: Said, *, language: str) -> str:
    """A sentence of a check in a language; what is said by the ledger itself stays English."""
    if language == "en":
        return str(said)
    names = {name: _wanted(text) if name in ("got", "wanted") else text for name, text in said.names.items()}
    return _SENTENCES[said.sentence].format(**names)


def next_step(text: str, *, language: str) -> str:
    """The next step behind a file that cannot be read."""
    return text if language == "en" else _STEPS.get(text, text)


def _wanted(text: str) -> str:
    if text in _WANTED:
        return _WANTED[text]
    found = next(((shape.fullmatch(text), told) for shape, told in _SHAPES if shape.fullmatch(text)), None)
    return text if found is None or found[0] is None else found[0].expand(found[1])
