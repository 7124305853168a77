import ParleyLog
import ParleyStatements

/// The words of an example, in English and Chinese: a few sentences for each act, so that a record
/// of any size holds few different bodies.
extension ExampleThread {
    /// Nil where the act has no body, or its author says nothing.
    mutating func content(of act: Act) -> StatementBody? {
        switch act.form.body {
        case .none: return nil
        case .optional where random.chance(40): return nil
        case .optional, .required: break
        }
        let pair = act.form.opensThread ? openingWords(act) : furtherWords(act)
        let languages = ["en", "zh-Hans"].compactMap(LanguageTag.init)
        let texts = zip(languages, [pair.english, pair.chinese]).map { language, text in
            StatementBody.Text(language: language, text: text, isAuthentic: true)
        }
        let salt = Digest(hashing: Array("\(act) \(pair.english)".utf8)).bytes
        // Short texts in two languages are always a body.
        return try? StatementBody(
            texts: texts,
            salt: act.proposesText ? Array(salt.prefix(BoundText.saltByteCount)) : nil)
    }

    private struct Words {
        let english: String
        let chinese: String

        init(_ english: String, _ chinese: String) {
            self.english = english
            self.chinese = chinese
        }
    }

    private static let places = [
        Words("a water utility", "一家自来水公司"), Words("a regional hospital", "一家地区医院"),
        Words("a ministry's mail servers", "某部的邮件服务器"), Words("a shipping line", "一家航运公司"),
        Words("a university", "一所大学"), Words("two banks", "两家银行"),
        Words("an airline's booking system", "一家航空公司的订票系统"),
        Words("a maker of turbines", "一家涡轮机制造商"), Words("a telecom operator", "一家电信运营商"),
        Words("a city administration", "一个市政府"), Words("a chip designer", "一家芯片设计公司"),
        Words("a payment processor", "一家支付处理商"),
    ]

    private static let matters = [
        Words("ransomware at", "勒索软件侵入"), Words("phishing against", "针对以下目标的网络钓鱼："),
        Words("theft of data from", "数据失窃："), Words("a botnet that reached", "僵尸网络波及"),
        Words("a denial of service against", "拒绝服务攻击："), Words("a web shell found at", "发现网页后门："),
        Words("fraud through accounts of", "利用账户诈骗："), Words("scanning of", "扫描："),
    ]

    private static let leads: [Act: Words] = [
        .requestSubmit: Words("Assistance is asked for: ", "请求协助："),
        .incidentReport: Words("We report: ", "现通报："),
        .campaignOpen: Words("Counted as one campaign: ", "视为同一行动："),
        .allegationMake: Words("We hold that the evidence shows: ", "我方认为证据表明："),
        .commitmentMake: Words(
            "We will neither conduct nor knowingly support: ", "我方不从事、也不在知情情况下支持："),
        .concernRaise: Words("A concern of ours: ", "我方关切："),
        .noticePublish: Words("A measure for comment, after ", "征求意见的措施，起因："),
        .sessionPropose: Words("A session is proposed, on the agenda: ", "建议举行会议，议题："),
        .hotlineCall: Words("We call because of ", "来电事由："),
        .proceedingOpen: Words("A proceeding was opened: ", "已立案："),
    ]

    private mutating func openingWords(_ act: Act) -> (english: String, chinese: String) {
        let lead = Self.leads[act] ?? Words("", "")
        let matter = Self.matters[random.below(Self.matters.count)]
        let place = Self.places[random.below(Self.places.count)]
        let number = 1 + random.below(40)
        return (
            "\(lead.english)\(matter.english) \(place.english), file \(number).\n"
                + "Logs are kept; the times are in UTC. This record was generated.",
            "\(lead.chinese)\(matter.chinese)\(place.chinese)，卷宗\(number)号。\n"
                + "日志已保存，时间为协调世界时。本记录为自动生成。"
        )
    }

    /// By the last part of the act's name.
    private static let further: [Substring: Words] = [
        "acknowledge": Words("Received; a person has it.", "已收到，已有专人处理。"),
        "ask": Words("Which time zone are the logs in?", "日志采用哪个时区？"),
        "give": Words("The logs are in UTC, and attached in full.", "日志为协调世界时，现全部附上。"),
        "accept": Words("Accepted.", "接受。"),
        "accept-part": Words("Accepted for the first two addresses.", "就前两个地址接受。"),
        "refuse": Words("The ground is named; its reasons are these.", "已列明理由，说明如下。"),
        "postpone": Words("Another case would be harmed before then.", "此前答复会影响另一案件。"),
        "progress": Words("The provider was asked; it has until Friday.", "已询问服务商，限周五前答复。"),
        "answer": Words("What was asked for follows.", "所请求的内容如下。"),
        "answer-part": Words("A first part follows.", "先答复第一部分。"),
        "review": Words("Judged by the officer who asked.", "由提出请求的人员评定。"),
        "withdraw": Words("No longer needed.", "不再需要。"),
        "close": Words("Nothing is left to be done.", "已无待办事项。"),
        "update": Words("Two more machines were found.", "又发现两台机器。"),
        "deny": Words("We deny it, and say why.", "我方否认，理由如下。"),
        "rebut": Words("The reasons given do not fit the times in the logs.", "所述理由与日志时间不符。"),
        "remedy": Words("The machines were taken off the network.", "相关机器已断网。"),
        "propose": Words("The text we propose, in both languages.", "我方提议的文本，两种语言。"),
        "comment": Words("We see it otherwise in one point.", "我方在一点上看法不同。"),
        "assure": Words("An answer will come by the day named.", "将在所列日期前答复。"),
        "judge": Words("As we see it at present.", "我方目前的看法。"),
        "decline": Words("Not in this form.", "不接受此形式。"),
        "record": Words("What was said in the call.", "通话内容记录。"),
        "follow-up": Words("In writing, what was said in the call.", "书面确认通话内容。"),
        "add": Words("To be done before the next session.", "下次会议前完成。"),
        "done": Words("Done; the evidence is named.", "已完成，并列明证据。"),
    ]

    private func furtherWords(_ act: Act) -> (english: String, chinese: String) {
        let name = act.rawValue.split(separator: ".").last ?? ""
        let words = Self.further[name] ?? Words("As the act says.", "如本行为所示。")
        return (words.english, words.chinese)
    }
}
