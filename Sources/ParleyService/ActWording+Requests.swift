extension ActWording {
    /// Requests and proceedings.
    static let requests = """
        request.submit
        Ask for assistance
        请求协助
        We ask for [… what exactly, for which time]. Facts: [… what happened, where, when (UTC)].\
         It is needed because [… what it is for].
        我方请求[… 具体内容及时间范围]。事实：[… 何时（协调世界时）、何地、何事]。用途：[… 为何需要]。

        request.acknowledge
        Acknowledge
        确认收到
        A person has this request: [… which office].
        本请求已由专人接收：[… 承办部门]。

        request.clarification.ask
        Ask what is meant
        请求澄清
        Please clarify: [… the question].
        请予澄清：[… 问题]。

        request.clarification.give
        Answer a question
        作出澄清
        In answer to your question: [… the clarification].
        就贵方所问答复如下：[… 澄清内容]。

        request.accept
        Accept
        接受
        We accept the request and will act on it by [… which office, when].
        我方接受该请求，将由[… 承办部门及时间]办理。

        request.accept-part
        Accept in part
        部分接受
        We accept the request as to [… which part]. As to the rest: [… why not].
        我方接受请求中的[… 部分]。其余部分：[… 不接受的原因]。

        request.refuse
        Refuse
        拒绝
        We refuse the request. Reasons: [… the facts behind the ground]. We could help if\
         [… what would have to change].
        我方拒绝该请求。理由：[… 所依据的事实]。若[… 需满足的条件]，我方可予协助。

        request.postpone
        Postpone
        推迟
        We postpone the decision. Reason: [… what stands in the way]. Until then [… what is done].
        我方推迟决定。原因：[… 障碍]。在此之前[… 已采取的措施]。

        request.progress
        Report progress
        通报进展
        Done: [… what]. To be done: [… what, by when].
        已完成：[… 内容]。待完成：[… 内容及时间]。

        request.answer-part
        Answer in part
        部分答复
        We answer in part: [… what]. Still to come: [… what, by when].
        现部分答复：[… 内容]。后续提供：[… 内容及时间]。

        request.answer
        Answer
        答复
        Our answer: [… what was found; which exhibits hold it]. Not given: [… what, and why].
        答复如下：[… 查明的情况及所附证物]。未能提供：[… 内容及原因]。

        request.review
        Judge the answer
        评价答复
        Of the answer we say: [… what helped, what is missing].
        对该答复的评价：[… 有用之处与欠缺之处]。

        request.withdraw
        Withdraw
        撤回
        We withdraw the request because [… why].
        我方撤回该请求，原因：[… 原因]。

        request.close
        Close
        结案
        Nothing further is asked; [… what came of it].
        不再有其他请求；[… 处理结果]。

        request.authority.check
        Record a call back
        记录回拨核实
        We called [… which authority] over a number known from before, on [… when (UTC)]:\
         [… what was said].
        我方于[… 时间（协调世界时）]以事先掌握的号码回拨[… 机关]：[… 核实内容]。

        request.consult
        Consult before a refusal
        拒绝前磋商
        We mean to refuse on this ground because [… facts]. Can you [… what would meet it]?
        我方拟以此理由拒绝，因为[… 事实]。贵方能否[… 可化解的办法]？

        request.consult.reply
        Reply to a consultation
        答复磋商
        To your consultation: [… the reply].
        就贵方磋商答复如下：[… 答复]。

        request.conditions.propose
        Propose conditions
        提出使用条件
        We can assist on these conditions: [… each in words].
        在下列条件下我方可予协助：[… 逐项说明]。

        request.conditions.accept
        Accept the conditions
        接受条件
        We accept the conditions and will keep them: [… who sees to it].
        我方接受并将遵守该条件：[… 负责部门]。

        request.conditions.decline
        Decline the conditions
        不接受条件
        We cannot accept the conditions because [… why].
        我方不能接受该条件，因为[… 原因]。

        request.hold
        Confirm that data are held
        确认已保全数据
        Held are [… which data, by whom].
        已保全[… 数据及持有人]。

        request.renew
        Ask for a longer hold
        请求延长保全
        Please hold the data longer, because [… how far the full request is].
        请延长保全，因为[… 正式请求的进展]。

        proceeding.open
        Tell of proceedings
        通报立案
        Proceedings have been opened: [… by which authority, about what, since when].
        已立案：[… 主管机关、事由、时间]。

        proceeding.charge
        Tell of charges
        通报指控
        Charged: [… who, as far as it may be told, with what].
        被指控：[… 可公开的人员及罪名]。

        proceeding.try
        Tell that it is before a court
        通报起诉至法院
        The matter is before [… which court, since when].
        案件已由[… 法院及时间]受理。

        proceeding.decide
        Tell the decision
        通报裁决
        It was decided: [… what, by whom, whether it is final].
        裁决：[… 内容、机关、是否终局]。

        proceeding.sanction
        Tell the sanction
        通报处罚
        The sanction is [… what, since when].
        处罚为[… 内容及生效时间]。

        proceeding.appeal
        Tell of an appeal
        通报上诉
        It was appealed by [… whom, to which court].
        [… 何方]已向[… 法院]上诉。

        proceeding.report
        Report how it stands
        报告进展
        It stands so: [… what was done, what comes next].
        目前进展：[… 已完成及下一步]。

        proceeding.ask
        Ask how it stands
        询问进展
        Please tell how the proceedings stand, in particular [… what].
        请告知案件进展，特别是[… 事项]。

        proceeding.close
        Close
        结案
        Nothing more is to come: [… how it ended].
        不再有后续：[… 终结情况]。
        """
}
