extension ActWording {
    /// Concerns, notices, sessions and calls.
    static let meetings = """
        concern.raise
        Raise a concern
        提出关切
        Our concern: [… which measure or practice, whom it touches and how]. We ask for [… what].
        我方关切：[… 何种措施或做法，影响何方及如何影响]。希望[… 诉求]。

        concern.acknowledge
        Acknowledge
        确认收到
        A person has this concern: [… which office].
        本关切已由专人接收：[… 承办部门]。

        concern.take-up
        Put it to another party
        转达他方
        We have put it to [… whom].
        我方已转达[… 对象]。

        concern.ask
        Ask what is meant
        询问
        Please explain: [… the question].
        请予说明：[… 问题]。

        concern.explain
        Explain
        说明
        In answer to your question: [… the explanation].
        就贵方所问说明如下：[… 内容]。

        concern.assure
        Promise an answer
        保证答复
        We will answer by then, after [… what is looked into].
        我方将届时答复，此前将[… 核查事项]。

        concern.answer
        Answer
        答复
        Our answer: [… what was found, what will change, what will not and why].
        答复如下：[… 查明情况、将作改变、不作改变及理由]。

        concern.judge
        Judge the answer
        评价答复
        Of the answer we say: [… what is met, what is not].
        对该答复的评价：[… 已满足与未满足之处]。

        concern.reopen
        Reopen
        重新提出
        Still open is [… what, and what has changed].
        尚未解决：[… 内容及变化]。

        concern.withdraw
        Withdraw
        撤回
        We withdraw the concern because [… why].
        我方撤回该关切，原因：[… 原因]。

        concern.close
        Close
        结案
        Nothing further is asked: [… what came of it].
        不再有其他请求：[… 结果]。

        notice.publish
        Publish a measure for comment
        公布措施征求意见
        [… the measure, article by article]
        [… 措施全文，逐条列明]

        notice.comment
        Comment
        提出意见
        To article [… which]: [… the comment, and what would be better].
        关于第[… 条]条：[… 意见及建议]。

        notice.answer
        Answer comments
        答复意见
        To the comments: [… what is taken up, what is not and why].
        对意见的答复：[… 采纳与未采纳及理由]。

        notice.revise
        Publish the next version
        公布修订稿
        [… the measure as it is now, article by article]
        [… 修订后的全文，逐条列明]

        notice.conclude
        Publish the text that takes effect
        公布生效文本
        [… the measure as it takes effect, and when]
        [… 生效文本及生效时间]

        notice.withdraw
        Withdraw
        撤回
        The measure is withdrawn because [… why].
        该措施已撤回，原因：[… 原因]。

        session.propose
        Propose a session
        提议会晤
        We propose to meet in [… where], on [… the subjects].
        我方提议在[… 地点]会晤，议题：[… 议题]。

        session.move
        Propose another date
        提议改期
        The date that we propose suits because [… why].
        建议改期，因为[… 原因]。

        session.agree
        Agree to the date
        同意日期
        We agree to the date: [… a remark, if there is one].
        我方同意该日期：[… 如有附言]。

        session.delegation
        Tell who comes
        通报代表团
        Our delegation: [… offices, no names that are not to be known].
        我方代表团：[… 各职务，不列不宜公开的姓名]。

        session.agenda.propose
        Propose the agenda
        提议议程
        1. [… first item] 2. [… second item]
        一、[… 第一项] 二、[… 第二项]

        session.agenda.agree
        Agree to the agenda
        同意议程
        We agree to the agenda: [… a remark, if there is one].
        我方同意议程：[… 如有附言]。

        session.hold
        Say that it took place
        确认会晤已举行
        The session took place in [… where]; present were [… which offices].
        会晤已在[… 地点]举行；出席：[… 各职务]。

        session.minutes.propose
        Propose the minutes
        提议纪要
        The parties spoke of [… each item: what was said by which side].
        双方讨论了[… 各项议题及各方意见]。

        session.minutes.agree
        Agree to the minutes
        同意纪要
        We agree to the minutes: [… a remark, if there is one].
        我方同意纪要：[… 如有附言]。

        session.outcomes.propose
        Propose the outcomes
        提议成果清单
        1. [… first outcome] 2. [… second outcome]
        一、[… 第一项成果] 二、[… 第二项成果]

        session.outcomes.agree
        Agree to the outcomes
        同意成果清单
        We agree to the outcomes: [… a remark, if there is one].
        我方同意成果清单：[… 如有附言]。

        session.statement.propose
        Propose a joint statement
        提议联合声明
        The parties state: [… the text for the public].
        双方声明：[… 公开文本]。

        session.statement.agree
        Agree to the joint statement
        同意联合声明
        We agree to the statement: [… a remark, if there is one].
        我方同意联合声明：[… 如有附言]。

        session.decline
        Decline what was proposed
        不同意提议
        We do not agree because [… which passage, what would be better].
        我方不同意，因为[… 段落及建议]。

        session.confirm
        Confirm what was subject to the capital
        确认待核准事项
        The capital has agreed on [… when].
        国内已于[… 时间]核准。

        session.action.add
        Add an action item
        增加行动事项
        To be done: [… what, and by what it is seen to be done].
        待办：[… 内容及完成标准]。

        session.action.decline
        Decline an action item
        不接受行动事项
        We will not do it because [… why].
        我方不予办理，因为[… 原因]。

        session.action.done
        Say that it is done
        报告已完成
        Done: [… what, and what shows it].
        已完成：[… 内容及证明]。

        session.action.accept
        Accept that it is done
        确认完成
        We see that it is done: [… a remark, if there is one].
        我方确认已完成：[… 如有附言]。

        session.action.return
        Return an action item
        退回行动事项
        Missing is [… what].
        尚缺[… 内容]。

        session.conclude
        End the session
        结束会晤
        The session is ended; what goes on: [… which action items].
        会晤结束；继续办理：[… 行动事项]。

        session.cancel
        Call it off
        取消会晤
        The session is called off because [… why].
        会晤取消，原因：[… 原因]。

        session.close
        Close
        结案
        All is done: [… what came of it].
        全部事项已办结：[… 结果]。

        hotline.call
        Call
        呼叫
        We call because [… what is happening, to whom]. Wanted at once: [… what].
        我方呼叫，因为[… 何方正在发生何事]。需立即：[… 措施]。

        hotline.escalate
        Call the next post
        呼叫上一级职位
        Nobody answered at [… which post].
        [… 职位]无人应答。

        hotline.acknowledge
        Say that a person has answered
        确认已有人应答
        Answered by [… which office].
        由[… 部门]应答。

        hotline.record
        Put the call on record
        通话记录
        Said in the call: [… by each side], on [… when (UTC)].
        通话内容：[… 各方所述]，时间[… （协调世界时）]。

        hotline.follow-up
        Follow up in writing
        书面跟进
        After the call: [… what was agreed, what is done].
        通话之后：[… 商定事项及落实情况]。

        hotline.end
        End an unanswered call
        结束无人应答的呼叫
        The call is ended because [… why].
        呼叫结束，原因：[… 原因]。

        hotline.close
        Close
        结案
        Nothing further is asked: [… what came of it].
        不再有其他请求：[… 结果]。
        """
}
