extension LawWords {
    /// Each key's text in English and in Chinese.
    static let table: [String: (en: String, zh: String)] = pages.merging(codes) { one, _ in one }

    private static let pages: [String: (en: String, zh: String)] = [
        "not-advice": (
            "This is not legal advice: it says what the rows named here say.",
            "本回答不构成法律意见：仅陈述所列数据条目的内容。"
        ),
        "status-head": (
            "What stands between {first} and {second} on {day}", "{day} {first} 与 {second} 之间的文书"
        ),
        "offence-head": (
            "{first} and {second}, {day}: dual criminality {outcome}",
            "{first} 与 {second}，{day}：双重犯罪{outcome}"
        ),
        "basis-head": (
            "{first} asks {second}, {day}: {count} open", "{first} 向 {second} 请求，{day}：可用依据 {count}"
        ),
        "home-law-of": ("Home law of {second}", "{second} 的国内法"),
        "nobody": ("not yet in force for anybody", "尚未对任何国家生效"),
        "members-only": ("law for member states of the EU alone", "仅适用于欧盟成员国"),
        "since": ("since {date}", "自 {date} 起"),
        "from-to": ("suspended {date}", "{date} 中止"),
        "dual": ("dual criminality", "双重犯罪"),
        "low-confidence": ("rests on rows of low confidence", "所依据条目可信度低"),
        "met-if": ("met if {conditions}", "满足的条件：{conditions}"),
        "or-if": ("or if {conditions}", "或者：{conditions}"),
        "and": (" and ", "，且"),
        "or": (" or ", "或"),
        "open-if": ("open if", "适用条件"),
        "not-in-data": ("its law on this is not in the data", "其有关法律不在数据中"),
        "duty-only": (
            "its home law is not in the data; what treaties oblige it to punish",
            "其国内法不在数据中；以下为条约规定的处罚义务"
        ),
        "maximum": ("maximum {amount}", "最高刑{amount}"),
        "up-to": ("up to {amount}", "最高可至{amount}"),
        "life": ("life", "无期徒刑"),
        "fine": ("a fine only", "仅罚金"),
        "fields": ("must say", "必须写明"),
        "more-fields": ("may say", "可以写明"),
        "limit": ("time", "时限"),
        "limit-from": (
            "{what}: {amount}, {clock} ({article})", "{what}：{clock}，{amount}（{article}）"
        ),
        "grounds": ("may be refused for", "可据以拒绝的理由"),
        "no-grounds": ("no ground for refusing", "不得据以拒绝的理由"),
        "channel": ("channel", "渠道"),
        "languages": ("languages", "文字"),
        "closed": ("Closed", "不可用"),
        "gaps": ("Not known", "未知事项"),
        "gap-standing": (
            "whether {parties} is bound by: {instruments}", "{parties} 是否受以下文书约束：{instruments}"
        ),
        "gap-standing-both": (
            "whether {parties} are bound by: {instruments}", "{parties} 是否受以下文书约束：{instruments}"
        ),
        "gap-dates": (
            "on which side of its dates the day falls, for {parties}: {instruments}",
            "因日期不确切，{parties} 在该日是否受约束：{instruments}"
        ),
        "gap-home": (
            "what {parties} punishes: its home law is not in the data",
            "{parties} 处罚哪些行为：其国内法不在数据中"
        ),
        "gap-reservations": (
            "what {parties} reserved or declared to: {instruments}",
            "{parties} 对以下文书所作保留或声明的内容：{instruments}"
        ),
        "gap-content": (
            "what stands in: {instruments}", "以下文书的内容：{instruments}"
        ),
        "gap-territories": (
            "to which territories the instruments extend", "各文书适用于哪些领土"
        ),
        "gap-no-act": (
            "which offence it could be: no act was said", "可能涉及何罪：未说明任何行为"
        ),
        "care": ("Read with care", "须谨慎对待"),
        "care-stale": (
            "{stale} of {all} rows are older than {months} months, the oldest of {oldest}",
            "{all} 个条目中有 {stale} 个早于 {months} 个月，最早的为 {oldest}"
        ),
        "care-low": ("{count} of low confidence: {rows}", "{count} 个可信度低：{rows}"),
        "care-row": ("{row}: {confidence}, as of {date}", "{row}：{confidence}，截至 {date}"),
        "stale": ("stale", "过时"),
        "rows": (
            "Rows used: {count} (--rows lists them); data {digest}",
            "所用条目 {count} 个（--rows 列出）；数据 {digest}"
        ),
        "rows-head": ("Rows", "条目"),
        "none": ("none", "无"),
        "comma": (", ", "，"),
        "colon": (": ", "："),
        "brackets": ("({text})", "（{text}）"),
        "agreement-of": ("{kind} of {parties}, {date}", "{parties} {date} 的{kind}"),
        "kinds-count": ("{count} kinds of request", "{count} 种请求"),
        "state-law": ("{party}: {article}", "{party}：{article}"),
        "condition-part": (
            "the conduct falls under the part that {row} covers", "行为属于 {row} 所涵盖的部分"
        ),
        "condition-home": ("the home law follows {row}", "国内法已落实 {row}"),
        "condition-aggravated": (
            "circumstances that {row} does not name raise the maximum", "{row} 未列明的情节提高最高刑"
        ),
        "condition-serious": (
            "the law of {party} is the one that measures a serious crime", "以 {party} 的法律衡量是否为严重犯罪"
        ),
        "condition-reservation": (
            "the reservation or declaration {row}, not read, does not say otherwise",
            "未读的保留或声明 {row} 没有不同规定"
        ),
    ]

    private static let codes: [String: (en: String, zh: String)] = [
        "verdict.in-force": ("In force", "有效"),
        "verdict.not-in-force": ("Not in force between the two", "双方之间未生效"),
        "verdict.suspended": ("Suspended", "中止"),
        "verdict.political": ("A promise, not binding", "政治承诺，无约束力"),
        "verdict.home-law": ("Home law of the requested side", "被请求方国内法"),
        "verdict.unknown": ("Not known whether in force", "是否有效未知"),
        "standing.none": ("{party} not a party", "{party} 不是缔约方"),
        "standing.invited": ("{party} invited, not a party", "{party} 受邀加入，不是缔约方"),
        "standing.signed": ("{party} signed {date}, not ratified", "{party} {date} 签署，未批准"),
        "standing.bound": (
            "{party} consented {date}, not yet in force for it", "{party} {date} 同意受约束，尚未对其生效"
        ),
        "standing.denounced": ("{party} left it {date}", "{party} {date} 退出"),
        "standing.not-eligible": ("{party} cannot join it", "{party} 不能加入"),
        "standing.not-yet": ("{party} only later", "{party} 当时尚未加入"),
        "standing.in-force": ("{party} since {date}", "{party} 自 {date} 起受约束"),
        "standing.uncertain": ("{party} uncertain, dates not exact", "{party} 不确定，日期不确切"),
        "standing.unknown": ("{party} not known", "{party} 未知"),
        "outcome.met": ("met", "满足"),
        "outcome.met-if": ("met only on conditions", "有条件满足"),
        "outcome.not-met": ("not met", "不满足"),
        "outcome.not-required": ("not required", "不要求"),
        "outcome.unknown": ("not known", "未知"),
        "why.not-in-force": ("not in force between the two", "双方之间未生效"),
        "why.not-known-in-force": ("not known whether in force", "是否有效未知"),
        "why.suspended": ("suspended", "中止"),
        "why.not-covered": ("does not cover this conduct", "不涵盖该行为"),
        "why.reserved": ("a party does not apply the article", "一方不适用该条款"),
        "confidence.high": ("high confidence", "可信度高"),
        "confidence.medium": ("medium confidence", "可信度中"),
        "confidence.low": ("low confidence", "可信度低"),
        "confidence.design": ("our own reading", "本程序的解读"),
        "sense.maximum": ("at most {amount}", "至多 {amount}"),
        "sense.minimum": ("at least {amount}", "至少 {amount}"),
        "sense.fixed": ("{amount}", "{amount}"),
        "sense.maximum-or-longer-if-ordered": (
            "at most {amount}, or longer if the order says so", "至多 {amount}，命令另定更长期限的除外"
        ),
        "sense.maximum-effort": (
            "within {amount}, with every reasonable effort", "尽力在 {amount}内"
        ),
        "sense.timely, not numbered": ("in good time, no number given", "及时，未规定数字"),
        "clock.execution": ("from the execution", "自执行起"),
        "clock.receipt": ("from the receipt", "自收到起"),
        "clock.sending": ("from the sending", "自发出起"),
        "clock.complete-receipt": ("from the receipt of everything asked for", "自收齐全部材料起"),
        "clock.provider-receipt": ("from the provider's receipt", "自服务商收到起"),
        "unit.hour": ("hour", "小时"), "units.hour": ("hours", "小时"),
        "unit.day": ("day", "天"), "units.day": ("days", "天"),
        "unit.month": ("month", "个月"), "units.month": ("months", "个月"),
        "unit.year": ("year", "年"), "units.year": ("years", "年"),
        "unit.basis": ("basis", "项"), "units.basis": ("bases", "项"),
        "channel.24x7-contact": ("24/7 contact point", "全天候联络点"),
        "channel.central-authority": ("central authority", "中央机关"),
        "channel.central-authority-24x7": ("central authority, round the clock", "中央机关（全天候）"),
        "channel.provider": ("the provider", "服务商"),
        "channel.registrar": ("the registrar", "域名注册机构"),
        "channel.any": ("any", "任何渠道"),
        "channel.dialogue-focal-point": ("focal point of the dialogue", "对话机制联络人"),
        "channel.as-original": ("as the earlier request", "同此前的请求"),
        "need.not-required-for-treaty-offences": (
            "not required for the treaty's own offences", "对公约规定的犯罪不要求"
        ),
        "need.not-required": ("not required", "不要求"),
        "need.not-applicable": ("does not arise", "不涉及"),
        "need.as-preservation": ("as for preservation", "同数据保全"),
        "need.may-be-required": ("may be required", "可以要求"),
        "need.required": ("required", "要求"),
        "need.unknown": ("not known", "未知"),
        "group.in-force": ("in force for", "已对其生效"),
        "group.bound": ("consented, not yet in force for", "已同意受约束，尚未生效"),
        "group.signed": ("signed, not ratified", "已签署，未批准"),
        "group.invited": ("invited", "受邀加入"),
        "group.denounced": ("left", "已退出"),
        "group.not-eligible": ("cannot join", "不能加入"),
        "group.not-yet": ("only later", "当时尚未加入"),
        "group.uncertain": ("uncertain, dates not exact", "不确定，日期不确切"),
        "group.none": ("not parties", "非缔约方"),
        "group.unknown": ("not known", "未知"),
        "agreement.mlat": ("treaty on legal assistance", "司法协助条约"),
        "agreement.mla-agreement": ("agreement on legal assistance", "司法协助协定"),
        "agreement.direct-data-access": ("agreement on direct access to data", "直接调取数据协定"),
        "agreement.judicial-assistance-treaty": ("treaty on judicial assistance", "司法协助条约"),
        "about.confidentiality": ("confidentiality", "保密"),
        "about.use-limits": ("limits of use", "使用限制"),
        "about.before-refusal": ("before a refusal", "拒绝之前"),
        "about.form": ("form", "形式"),
        "about.yields": ("yields to other treaties", "让位于其他条约"),
        "about.languages": ("languages", "文字"),
        "language.en": ("English", "英文"),
        "language.zh": ("Chinese", "中文"),
        "language.fr": ("French", "法文"),
        "language.ar": ("Arabic", "阿拉伯文"),
        "language.ru": ("Russian", "俄文"),
        "language.es": ("Spanish", "西班牙文"),
        "instrument.multilateral-treaty": ("multilateral treaty", "多边条约"),
        "instrument.protocol": ("protocol to a treaty", "条约议定书"),
        "instrument.bilateral-agreement": ("agreement of two parties", "双边协定"),
        "instrument.political-commitment": ("promise, not binding", "政治承诺，无约束力"),
        "instrument.regional-law": ("law of the European Union", "欧盟法"),
        "instrument.domestic-law": ("home law", "国内法"),
    ]
}
