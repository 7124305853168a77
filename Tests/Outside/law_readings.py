"""What make_law_data.py adds to the draft: readings of its prose, forms, words. Marked as ours."""

EU_MEMBERS = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK").split()

# Instrument: the member states that take no part in it.
EU_INSTRUMENTS = {
    "eu-2013-40": {"DK"}, "eu-2019-713": {"DK"}, "eu-2023-1543": {"DK"},
    "eu-2014-41": {"DK", "IE"},
}

TREATY_224 = {"source": "S-NLTREATY224", "confidence": "high", "as_of": "2026-02-05"}
RESERVATIONS = [
    {"id": "JP:cets224:7", "party": "JP", "instrument": "cets224", "article": "7",
     "kind": "reservation", "effect": "not-applied", "note": "Art 7 not applied", **TREATY_224},
    {"id": "JP:cets224:8", "party": "JP", "instrument": "cets224", "article": "8",
     "kind": "reservation", "effect": "not-read", "note": "further reservation on Art 8",
     **TREATY_224},
    {"id": "RS:cets224", "party": "RS", "instrument": "cets224", "kind": "reservation",
     "effect": "not-read", "note": "declarations or reservations made", **TREATY_224},
]

ACTS = {
    "illegal-access": ["access"],
    "illegal-interception": ["intercept"],
    "data-interference": ["damage-data"],
    "system-interference": ["hinder-system"],
    "misuse-of-devices": ["supply-tools"],
    "computer-forgery": ["forge-data"],
    "computer-fraud": ["deceive"],
    "extortion-ransom": ["demand-payment"],
    "identity-misuse": ["use-identity"],
    "personal-data-infringement": ["take-personal-data"],
    "trade-secret-theft": ["take-trade-secret"],
    "economic-espionage": ["take-trade-secret"],
    "copyright-commercial": ["copy-works"],
    "csam": ["child-material"],
    "grooming": ["solicit-child"],
    "intimate-images": ["share-intimate-images"],
    "money-laundering": ["launder"],
    "attempt-aiding": ["attempt-or-aid"],
    "facilitation": ["help-network-crime"],
}


def _fact(group, en, zh, *implies):
    return {"group": group, "label": en, "labelZh": zh, **({"implies": implies} if implies else {})}


FACTS = {
    "access": _fact("act", "entered a computer system without right", "未经授权进入计算机系统"),
    "intercept": _fact("act", "intercepted non-public transmissions", "拦截非公开传输"),
    "damage-data": _fact("act", "damaged, deleted or altered data", "破坏、删除或更改数据"),
    "hinder-system": _fact("act", "seriously hindered a system", "严重妨碍系统运行"),
    "supply-tools": _fact(
        "act", "made or supplied tools or credentials for intrusion", "制作或提供入侵工具或凭证"),
    "forge-data": _fact("act", "made false data to pass as genuine", "伪造数据以冒充真实数据"),
    "deceive": _fact(
        "act", "caused loss by deceit or by manipulating data or a system",
        "以欺骗或操纵数据、系统造成损失"),
    "demand-payment": _fact(
        "act", "demanded payment under a threat to data or systems",
        "以数据或系统相威胁索要钱款"),
    "use-identity": _fact("act", "used another person's identity data", "使用他人身份数据"),
    "take-personal-data": _fact("act", "took or sold personal data", "获取或出售个人数据"),
    "take-trade-secret": _fact("act", "took trade secrets", "窃取商业秘密"),
    "copy-works": _fact(
        "act", "copied protected works on a commercial scale", "以商业规模复制受保护作品"),
    "child-material": _fact("act", "dealt with child sexual abuse material", "涉及儿童性虐待材料"),
    "solicit-child": _fact("act", "solicited a child", "引诱儿童"),
    "share-intimate-images": _fact(
        "act", "shared intimate images without consent", "未经同意传播私密图像"),
    "launder": _fact("act", "laundered proceeds", "清洗犯罪所得"),
    "attempt-or-aid": _fact("act", "attempted, aided or conspired", "未遂、帮助或共谋"),
    "help-network-crime": _fact(
        "act", "knowingly helped crime over networks", "明知而帮助网络犯罪"),
    "data-obtained": _fact("result", "data were obtained", "获取了数据"),
    "control-gained": _fact("result", "control of the system was gained", "控制了系统"),
    "serious-circumstances": _fact("result", "the circumstances are serious", "情节严重"),
    "especially-serious": _fact(
        "result", "the circumstances are especially serious", "情节特别严重",
        "serious-circumstances"),
    "grave-consequences": _fact("result", "the consequences are grave", "后果严重"),
    "especially-grave": _fact(
        "result", "the consequences are especially grave", "后果特别严重", "grave-consequences"),
    "listed-harm": _fact(
        "result", "harm of a kind listed in 18 USC 1030(c)(4) was caused",
        "造成美国法典第18编第1030条(c)(4)所列损害"),
    "death-caused": _fact("result", "death was caused", "致人死亡"),
    "serious-damage": _fact("result", "serious damage was caused or risked", "造成或可能造成严重损害"),
    "welfare-or-security": _fact(
        "result", "human welfare or national security is at stake", "危及人类福祉或国家安全"),
    "state-system": _fact(
        "target", "the system is one of state affairs, defence or advanced science",
        "属国家事务、国防建设、尖端科学技术领域的系统"),
    "government-computer": _fact("target", "the computer is a government's", "属政府计算机"),
    "national-security-data": _fact(
        "target", "the information concerns national security", "涉及国家安全的信息"),
    "stored-communications": _fact("target", "stored communications were reached", "涉及存储的通信"),
    "passwords": _fact("target", "the tools are passwords", "工具为密码"),
    "access-devices": _fact("target", "the tools are access devices", "工具为访问设备"),
    "bank-or-disaster": _fact(
        "target", "a bank is hit or a disaster is involved", "涉及银行或灾害"),
    "listed-predicate": _fact(
        "target", "the proceeds come from an offence that the article lists",
        "犯罪所得来自条文所列上游犯罪"),
    "for-gain": _fact("intent", "done for gain", "以牟利为目的"),
    "further-offence": _fact("intent", "done to commit a further offence", "为实施其他犯罪"),
    "intent-to-defraud": _fact("intent", "done with intent to defraud", "以诈骗为目的"),
    "damage-intended": _fact("intent", "the damage was intended", "故意造成损害"),
    "damage-reckless": _fact("intent", "the damage was caused recklessly", "轻率造成损害"),
    "benefit-foreign-state": _fact(
        "intent", "meant to benefit a foreign state, its body or agent",
        "意图使外国政府、其机构或代理人受益", "overseas-recipient"),
    "overseas-recipient": _fact(
        "intent", "for a body or person overseas", "为境外机构、组织、人员"),
    "foreign-power": _fact(
        "intent", "the foreign power condition is met", "符合外国势力条件"),
    "value-over-usd-5000": {
        **_fact("amount", "the value is over USD 5,000", "价值超过5000美元"),
        "currency": "USD", "over": 5000},
    "large-amount": _fact("amount", "the amount is large", "数额较大"),
    "huge-amount": _fact("amount", "the amount is huge", "数额巨大", "large-amount"),
    "especially-huge-amount": _fact(
        "amount", "the amount is especially huge", "数额特别巨大", "huge-amount", "large-amount"),
    "repeat-offence": _fact("person", "a repeat offence", "再犯"),
    "organised-group": _fact(
        "person", "an organised criminal group acts", "由有组织犯罪集团实施"),
    "transnational": _fact("person", "the case crosses borders", "案件具有跨国性"),
}

_US, _CN, _GB = ("US:{}:us-code-18:{}".format, "CN:{}:cn-criminal-law:{}".format, "GB:{}:{}".format)
_DAMAGE = ([], [
    ([["damage-intended"], ["listed-harm"]], 10),
    ([["damage-reckless"], ["listed-harm"]], 5),
    ([["death-caused"], ["damage-intended"]], "life"),
])

# Row: what the offence needs (all of: any of), and what raises its maximum.
THRESHOLDS = {
    _US("illegal-access", "1030(a)(2)"): ([], [
        ([["for-gain", "further-offence", "value-over-usd-5000"]], 5),
        ([["repeat-offence"]], 10)]),
    _US("illegal-access", "1030(a)(3)"): ([["government-computer"]], []),
    _US("illegal-access", "1030(a)(1)"): ([["national-security-data"]], []),
    _US("illegal-access", "2701"): ([["stored-communications"]], [([["for-gain"]], 5)]),
    _US("data-interference", "1030(a)(5)"): _DAMAGE,
    _US("system-interference", "1030(a)(5)"): _DAMAGE,
    _US("misuse-of-devices", "1030(a)(6)"): ([["passwords"], ["intent-to-defraud"]], []),
    _US("misuse-of-devices", "1029"): ([["access-devices"]], []),
    _US("computer-fraud", "1343"): ([], [([["bank-or-disaster"]], 30)]),
    _US("economic-espionage", "1831"): ([["benefit-foreign-state"]], []),
    _CN("illegal-access", "285(1)"): ([["state-system"]], []),
    _CN("illegal-access", "285(2)"): (
        [["data-obtained", "control-gained"], ["serious-circumstances"]],
        [([["especially-serious"]], 7)]),
    _CN("illegal-interception", "285(2)"): (
        [["data-obtained"], ["serious-circumstances"]], [([["especially-serious"]], 7)]),
    _CN("data-interference", "286(2)"): (
        [["grave-consequences"]], [([["especially-grave"]], 15)]),
    _CN("system-interference", "286(1),(3)"): ([["grave-consequences"]], []),
    _CN("misuse-of-devices", "285(3)"): ([["serious-circumstances"]], []),
    _CN("computer-fraud", "287 with 266"): (
        [["large-amount"]], [([["especially-huge-amount"]], "life")]),
    _CN("personal-data-infringement", "253-1"): ([["serious-circumstances"]], []),
    _CN("trade-secret-theft", "219"): (
        [["serious-circumstances"]], [([["especially-serious"]], 10)]),
    _CN("economic-espionage", "219-1"): (
        [["overseas-recipient"]], [([["serious-circumstances"]], 15)]),
    _CN("money-laundering", "191"): ([["listed-predicate"]], []),
    _GB("illegal-access", "uk-cma-1990:2"): ([["further-offence"]], []),
    _GB("system-interference", "uk-cma-1990:3ZA"): (
        [["serious-damage"]], [([["welfare-or-security"]], "life")]),
    _GB("economic-espionage", "uk-nsa-2023:2"): ([["foreign-power"]], []),
}

_TEXT = {"source": "S-COE185TXT", "confidence": "high", "as_of": "2025-01-01"}
_KNOWN = {"source": "S-GK", "confidence": "medium", "as_of": "2025-01-01"}


def _rule(instrument, about, article, rule, marks):
    return {
        "id": f"{instrument}:{about}", "instrument": instrument, "about": about,
        "article": article, "rule": rule, **marks}


RULES = [
    _rule("ets185", "confidentiality", "27(8)",
          "the requester may ask for secrecy; where it cannot be kept, the requested side asks "
          "whether to go on", _TEXT),
    _rule("ets185", "use-limits", "28",
          "only for the stated case; accepted conditions bind; the giver may ask what was done "
          "with it", _TEXT),
    _rule("ets185", "before-refusal", "27(6)-(7)",
          "consult, consider part or conditions; give reasons; tell of delay", _TEXT),
    _rule("ets185", "form", "25(3)",
          "expedited means with security, encryption included; formal confirmation if asked",
          _TEXT),
    _rule("ets185", "yields", "27(1)",
          "articles 27 and 28 hold only where no other treaty stands between the two", _TEXT),
    _rule("un-cybercrime", "languages", "40(13)",
          "in a language the requested side accepts, or translated", _KNOWN),
    _rule("un-cybercrime", "form", "40(14)", "electronic means are encouraged", _KNOWN),
    _rule("cets224", "languages", "4",
          "in a language the requested side accepts, or translated", _KNOWN),
    _rule("cn-icjal-2018", "languages", "13",
          "with a translation into Chinese or an agreed language",
          {"source": "S-CN-ICJAL24", "confidence": "medium", "as_of": "2024-04-22"}),
    _rule("cn-icjal-2018", "use-limits", "4",
          "nobody in China may hand evidence abroad without the authorities' consent",
          {"source": "S-CN-ICJAL", "confidence": "high", "as_of": "2024-04-22"}),
]

EXAMPLES = {
    "authority": "Office of International Affairs, central authority of the requesting state",
    "offence_facts": "intrusion into a supplier's mail server on 3 March, 1,200 messages copied",
    "data": "access log of mail.example.org, 1 to 5 March, UTC",
    "custodian": "Example Hosting, data centre in the second district",
    "necessity": "the provider deletes access logs after 90 days",
    "mla_intent": "a request for disclosure will follow within 45 days",
    "no_notice": "the account holder must not be told",
    "provider": "Example Hosting Ltd, 1 Example Street",
    "certificate": "preservation certificate 2026-17, attached",
    "notice": "freezing notice 2026-8, attached",
    "preservation_ref": "our preservation request 2026-114 of 4 March",
    "matter": "criminal case 26-cr-101, unauthorised access, before the district prosecutor",
    "facts": "between 1 and 5 March an unknown person read the mail of six engineers",
    "assistance": "a copy of the stored messages, with a record of how they were taken",
    "targets": "account user7@example.org, subscriber unknown",
    "period": "1 January to 5 March 2026",
    "purpose": "evidence at trial in case 26-cr-101",
    "procedure": "hash each file with SHA-256 on site and name the examiner",
    "confidential": "keep the request secret until 1 June",
    "offence": "18 USC 1030(a)(2): took data from a protected computer without right",
    "communications": "connections to and from 192.0.2.7",
    "duration": "30 days from the order",
    "person": "the holder of passport number 000000, born 1990",
    "deadline": "before the hearing on 12 May",
    "relevance": "the log shows from where the account was opened",
    "other": "the provider has an English-speaking contact",
    "translation": "Chinese translation, attached, by a sworn translator",
    "reciprocity": "we will act on a like request from you",
    "emergency": "a caller named the hospital and the hour of the attack: life is in danger",
    "urgency": "the server is rented until Friday and will then be wiped",
    "authority_date": "district prosecutor, order of 4 March 2026",
    "statement": "issued under the Second Additional Protocol",
    "seeking_authority": "national cybercrime unit",
    "legal_ground": "code of criminal procedure, section 100",
    "provision": "section 202a, up to three years",
    "return_contact": "secure mail to poc@example.org",
    "timeframe": "within 30 days, as one signed archive",
    "preserved": "preserved on 4 March under number 2026-114",
    "possession": "the address belonged to the provider on that day",
    "contact": "duty officer, +1 202 555 0100",
    "other_means": "no other request for these data is open",
    "domain": "example.org: registrant, contacts, dates",
    "information": "a list of 40 servers that the same tool reaches",
    "conditions": "not as evidence without our consent",
    "need": "locate the holder of 192.0.2.7",
    "urgent": "urgent: logs are overwritten tonight",
    "activity": "password guessing from 192.0.2.0/24 against two ports since 1 March",
    "evidence": "firewall log, SHA-256 attached",
    "wanted": "stop the activity and tell us who rented the servers",
    "request_ref": "our request 2026-120 of 9 March",
    "agreement": "joint team on case 26-cr-101, six months, data rules in annex 2",
    "base": "as for a request for assistance",
    "property": "wallet holding 12 coins at Example Exchange",
    "facts_order": "seizure order of 9 March, attached with the facts",
}


def _term(en, zh):
    return {"en": en, "zhHans": zh}


GLOSSARY = {
    "met": _term("met", "满足"),
    "met-if": _term("met if", "有条件满足"),
    "not-met": _term("not met", "不满足"),
    "not-required": _term("not required", "不要求"),
    "unknown": _term("unknown", "未知"),
    "dual-criminality": _term("dual criminality", "双重犯罪"),
    "mutual-legal-assistance": _term("mutual legal assistance", "司法协助"),
    "illegal-access": _term("unauthorised access to a computer system", "非法访问计算机系统"),
    "illegal-interception": _term("intercepting non-public transmissions", "非法拦截"),
    "data-interference": _term("damaging, deleting or altering data", "干扰数据"),
    "system-interference": _term("seriously hindering a system", "干扰系统"),
    "misuse-of-devices": _term("making or supplying hacking tools or credentials", "滥用设备"),
    "computer-forgery": _term("making inauthentic data for legal use", "计算机相关伪造"),
    "computer-fraud": _term(
        "causing loss by data or system manipulation or online deceit", "计算机相关诈骗"),
    "extortion-ransom": _term(
        "demanding payment under a data or system threat", "敲诈勒索"),
    "identity-misuse": _term("using another person's identity data", "冒用身份"),
    "personal-data-infringement": _term(
        "unlawful taking or sale of personal data", "侵犯个人信息"),
    "trade-secret-theft": _term("taking trade secrets for commercial gain", "侵犯商业秘密"),
    "economic-espionage": _term(
        "taking trade secrets for a foreign state or body", "为境外窃取商业秘密"),
    "copyright-commercial": _term("commercial-scale copyright infringement", "侵犯著作权"),
    "csam": _term("child sexual abuse material", "儿童性虐待材料"),
    "grooming": _term("soliciting a child", "引诱儿童"),
    "intimate-images": _term(
        "sharing intimate images without consent", "未经同意传播私密图像"),
    "money-laundering": _term("laundering the proceeds", "洗钱"),
    "attempt-aiding": _term("attempt, aiding, conspiracy", "未遂、帮助、共谋"),
    "facilitation": _term("knowingly helping network crime", "帮助网络犯罪活动"),
    "preservation": _term("Expedited preservation", "快速保全数据"),
    "preserved-traffic": _term("Path of a preserved communication", "披露已保全的流量数据"),
    "stored-data": _term("Search, seizure or disclosure of stored data", "搜查、扣押或披露存储数据"),
    "realtime-traffic": _term("Real-time traffic data", "实时收集流量数据"),
    "content-interception": _term("Content interception", "拦截内容数据"),
    "mla-general": _term("General mutual assistance", "一般司法协助"),
    "emergency-mla": _term("Emergency mutual assistance", "紧急司法协助"),
    "emergency-data": _term("Emergency disclosure of stored data", "紧急披露存储数据"),
    "subscriber-direct": _term("Subscriber data straight from a provider", "直接向服务商索取用户数据"),
    "giving-effect": _term("Giving effect to an order", "执行命令"),
    "domain-registration": _term("Domain registration data", "域名注册数据"),
    "spontaneous-info": _term("Information sent without a request", "主动提供信息"),
    "contact-point-assistance": _term("24/7 contact point help", "全天候联络点协助"),
    "malicious-activity-info": _term(
        "Information or assistance on malicious cyber activity", "恶意网络活动的信息或协助"),
    "case-status": _term("Progress question on an open request", "询问请求进展"),
    "joint-investigation": _term("Joint investigation or team", "联合侦查"),
    "freeze-confiscate": _term("Freezing or confiscation of proceeds", "冻结或没收犯罪所得"),
    "extradition": _term("Extradition", "引渡"),
}
