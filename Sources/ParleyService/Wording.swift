package import ParleyStatements

/// A text in the two languages that Parley speaks itself.
package struct Wording: Hashable, Sendable {
    package let english: String
    package let chinese: String

    package init(_ english: String, _ chinese: String?) {
        self.english = english
        self.chinese = chinese ?? english
    }

    package var json: JSONValue {
        .object(["en": .string(english), "zh-Hans": .string(chinese)])
    }

    /// Nil for a language that Parley does not speak.
    package func text(in language: LanguageTag) -> String? {
        switch language.text.prefix(while: { $0 != "-" }).lowercased() {
        case "en": english
        case "zh": chinese
        default: nil
        }
    }
}

/// What an act is called, and words to begin from.
package struct ActWording: Sendable {
    package let title: Wording
    /// What is to be filled in stands in brackets that begin with an ellipsis: ``blank``.
    package let skeleton: Wording

    package static let blank = "[…"

    package static func of(_ act: Act) -> ActWording {
        guard let wording = all[act] else {
            preconditionFailure("\(act.rawValue) is said by people and has no words")
        }
        return wording
    }

    /// The text with every blank replaced by the hint that stands in it.
    package static func filled(_ text: String) -> String {
        text.replacing(blank + " ", with: "").replacing("]", with: "")
    }

    package static let all: [Act: ActWording] = {
        var all: [Act: ActWording] = [:]
        for table in [requests, findings, meetings] {
            // An act, its title, its skeleton, each in English and then in Chinese.
            for block in table.split(separator: "\n\n") {
                let lines = block.split(separator: "\n").map(String.init)
                guard lines.count == 5, let act = Act(rawValue: lines[0]) else {
                    preconditionFailure("five lines for an act, not \(lines.count): \(lines)")
                }
                all[act] = ActWording(
                    title: Wording(lines[1], lines[2]), skeleton: Wording(lines[3], lines[4]))
            }
        }
        return all
    }()
}

/// Names of the small facts, their values, kinds of thread and sides.
package enum TermWording {
    package static func term(_ term: Act.Term) -> Wording { known("term." + term.rawValue) }

    /// Nil where the value has no words of its own.
    package static func value(_ value: String, of name: String) -> Wording? {
        all[name + "." + value]
    }

    /// Nil for a part of a term that has no words of its own.
    package static func name(_ part: String) -> Wording? { all[part] }

    /// The field that shows a request to be an emergency.
    package static var emergency: Wording { known("field.emergency") }

    package static func subject(_ name: String) -> Wording { known("subject." + name) }

    /// What a side of a kind of thread is called: `requester`.
    package static func side(_ title: String) -> Wording { known("side." + title) }

    private static func known(_ name: String) -> Wording {
        guard let wording = all[name] else { preconditionFailure("\(name) has no words") }
        return wording
    }

    private static let all: [String: Wording] = {
        var all: [String: Wording] = [:]
        for line in lines.split(separator: "\n") {
            let parts = line.split(separator: "|").map(String.init)
            precondition(parts.count == 3, "a name and two texts: \(line)")
            all[parts[0]] = Wording(parts[1], parts[2])
        }
        return all
    }()

    private static let lines = """
        subject.request|Request for assistance|协助请求
        subject.incident|Incident|事件
        subject.campaign|Campaign|攻击活动
        subject.allegation|Allegation|指控
        subject.commitment|Commitment|承诺
        subject.concern|Concern|关切
        subject.notice|Policy notice|政策公告
        subject.session|Session|会晤
        subject.hotline|Hotline call|热线通话
        subject.proceeding|Proceeding|司法程序
        side.requester|Requesting side|请求方
        side.requested|Requested side|被请求方
        side.reporting|Reporting side|通报方
        side.informed|Informed side|被通报方
        side.opening|Opening side|发起方
        side.alleging|Alleging side|指控方
        side.responding|Responding side|回应方
        side.making|Side that commits|承诺方
        side.receiving|Side that receives it|受诺方
        side.concerned|Concerned side|关切方
        side.answering|Answering side|答复方
        side.publishing|Publishing side|公布方
        side.commenting|Commenting side|评议方
        side.proposing|Proposing side|提议方
        side.invited|Invited side|受邀方
        side.calling|Calling side|呼叫方
        side.called|Called side|被呼叫方
        side.conducting|Conducting side|办案方
        term.kind|Kind of request|请求类型
        term.urgency|Urgency|紧急程度
        term.until|Until|截止时间
        term.ground|Ground|理由
        term.review|Judgement of the answer|对答复的评价
        term.basis|Basis in law|法律依据
        term.law|Digest of the tables of law|法律数据摘要
        term.follows|Goes on from|承接的线程
        term.conditions|Conditions|使用条件
        term.authority|What the call back came to|回拨核实结果
        term.provisions|Provisions of law|法律条款
        term.outcome|Outcome|结果
        term.text|Digest of the text|文本摘要
        term.claims|Claims|主张
        term.threads|Threads that it is about|相关线程
        term.counters|Allegation that it counters|所反驳的指控
        term.verdict|Verdict|判断
        term.round|Number of the session|会晤届次
        term.date|Date|日期
        term.owner|Who is to do it|承办方
        term.adReferendum|Subject to the capital|待国内核准
        term.post|Post|职位
        term.exercise|Exercise|演练
        urgency.normal|Normal|普通
        urgency.urgent|Urgent|加急
        urgency.emergency|Emergency: danger to life or safety|紧急：危及生命或安全
        authority.confirmed|Confirmed|已确认
        authority.denied|Denied|已否认
        authority.not-reached|Not reached|未能联系上
        outcome.convicted|Convicted|有罪判决
        outcome.acquitted|Acquitted|无罪判决
        outcome.dismissed|Dismissed by a court|法院驳回
        outcome.discontinued|Discontinued by the authority|主管机关终止
        outcome.settled|Settled|和解结案
        outcome.transferred|Transferred to another party|移交他方
        verdict.yes|Yes|是
        verdict.partly|Partly|部分
        verdict.no|No|否
        verdict.unclear|Unclear|不明确
        level|What it was done from or by|行为来源
        level.machine|From a machine|某台机器
        level.tools|With known tools|已知工具
        level.person|By a person|某人
        level.organisation|By an organisation|某组织
        level.territory|From a territory|某领土
        level.state|By a state|某国家
        confidence|Quality of the evidence|证据可信度
        confidence.low|Low|低
        confidence.moderate|Moderate|中
        confidence.high|High|高
        likelihood|Likelihood|可能性
        likelihood.remote|Remote, 1-5 %|极小，1-5 %
        likelihood.very-unlikely|Very unlikely, 5-20 %|很小，5-20 %
        likelihood.unlikely|Unlikely, 20-45 %|较小，20-45 %
        likelihood.even|About even, 45-55 %|约半，45-55 %
        likelihood.likely|Likely, 55-80 %|较大，55-80 %
        likelihood.very-likely|Very likely, 80-95 %|很大，80-95 %
        likelihood.nearly-certain|Nearly certain, 95-99 %|几乎确定，95-99 %
        field.emergency|Who is in danger, of what, how near|何人、何种危险、紧迫程度
        review.complete|Everything asked is answered|所问均已答复
        review.usable|Usable as evidence|可用作证据
        review.whole|Nothing damaged or missing|完整无损
        review.reasoned|What was not given has its reasons|未提供部分已说明理由
        """
}
