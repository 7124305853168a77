extension ActWording {
    /// Incidents, campaigns, allegations and commitments.
    static let findings = """
        incident.report
        Report an incident
        通报事件
        An incident: [… what happened, to whom, when (UTC)]. Known so far: [… traces, addresses].\
         Done: [… what].
        事件：[… 何时（协调世界时）、何方、何事]。已知线索：[… 痕迹、地址]。已采取措施：[… 措施]。

        incident.acknowledge
        Acknowledge
        确认收到
        A person has this report: [… which office].
        本通报已由专人接收：[… 承办部门]。

        incident.update
        Tell what is new
        通报新情况
        New since the last report: [… what].
        自上次通报以来的新情况：[… 内容]。

        incident.ask
        Ask
        询问
        We ask: [… the question].
        请问：[… 问题]。

        incident.answer
        Answer
        答复
        In answer: [… the answer].
        答复如下：[… 内容]。

        incident.close
        Close
        结案
        The incident is over: [… how it ended].
        事件已结束：[… 结果]。

        campaign.open
        Count incidents as one campaign
        认定为同一攻击活动
        We count these incidents as one campaign because [… what they have in common].
        我方认定上述事件属同一攻击活动，因为[… 共同点]。

        campaign.join
        Count further incidents to it
        并入其他事件
        These belong to it because [… what they have in common].
        下列事件属于该活动，因为[… 共同点]。

        campaign.split
        Count incidents to it no longer
        移出事件
        These do not belong to it because [… what tells against it].
        下列事件不属于该活动，因为[… 反证]。

        campaign.comment
        Comment
        评论
        To this campaign: [… the comment].
        就该活动：[… 评论]。

        campaign.close
        Close
        结案
        The campaign is over, as far as we see: [… why].
        据我方所见该活动已结束：[… 理由]。

        allegation.make
        Make an allegation
        提出指控
        We allege: [… what was done, to whom, when (UTC)]. The evidence is [… which exhibits,\
         what each shows]. What we do not know: [… what].
        我方指控：[… 何时（协调世界时）、对何方、何种行为]。证据：[… 证物及其证明内容]。\
        尚不清楚：[… 内容]。

        allegation.claim
        Add a claim
        补充主张
        A further claim: [… what, by which evidence].
        补充主张：[… 内容及证据]。

        allegation.acknowledge
        Acknowledge; nothing is admitted
        确认收到（不构成承认）
        A person has this allegation; nothing is admitted by saying so: [… which office].
        本指控已由专人接收，此举不构成任何承认：[… 承办部门]。

        allegation.evidence.ask
        Ask for evidence
        要求提供证据
        Please supply [… which evidence, for which claim].
        请提供[… 针对何主张的何种证据]。

        allegation.evidence.give
        Supply evidence
        提供证据
        Supplied are [… which exhibits, what each shows].
        现提供[… 证物及其证明内容]。

        allegation.evidence.decline
        Decline to supply evidence
        说明不提供证据
        It is not supplied because [… why].
        不予提供，原因：[… 原因]。

        allegation.deny
        Deny
        否认
        We deny the allegation. [… what was looked into, by whom, what was found]
        我方否认该指控。[… 核查内容、核查部门、结论]

        allegation.accept-part
        Accept in part
        部分承认
        We accept the allegation as to [… which claim]. As to the rest: [… the answer].
        我方承认其中[… 主张]。其余部分：[… 回应]。

        allegation.accept
        Accept
        承认
        We accept the allegation. [… what was found, what follows]
        我方承认该指控。[… 查明情况及后续]

        allegation.rebut
        Answer a denial
        反驳
        To your answer: [… what it leaves open, by which evidence].
        就贵方答复：[… 未解释之处及证据]。

        allegation.comment
        Comment
        评论
        To this allegation: [… the comment].
        就该指控：[… 评论]。

        allegation.finding.propose
        Propose a joint finding
        提议共同结论
        The parties find: [… what both hold to be so].
        双方认定：[… 共同认可的事实]。

        allegation.finding.agree
        Agree to the finding
        同意结论
        We agree to the text: [… a remark, if there is one].
        我方同意该文本：[… 如有附言]。

        allegation.finding.decline
        Decline the finding
        不同意结论
        We do not agree because [… which passage, why].
        我方不同意，因为[… 段落及理由]。

        allegation.disagree
        Record that there is no agreement
        记录分歧
        The parties do not agree. In our view [… what is disputed, what is not].
        双方未能达成一致。我方认为[… 争议与无争议之处]。

        allegation.remedy
        Tell what was done about it
        通报补救措施
        Done about it: [… what, when].
        已采取补救措施：[… 内容及时间]。

        allegation.withdraw
        Withdraw
        撤回
        We withdraw the allegation because [… why].
        我方撤回该指控，原因：[… 原因]。

        allegation.lapse
        Say that it lapses
        声明指控失效
        The evidence that was asked for did not come in time: [… which].
        所要求的证据逾期未提供：[… 证据]。

        allegation.close
        Close
        结案
        Nothing further is said of it: [… what came of it].
        不再有其他意见：[… 结果]。

        commitment.make
        Make a commitment
        作出承诺
        [… who] will [… what is done or left undone], from [… when].
        [… 承诺方]将自[… 时间]起[… 作为或不作为]。

        commitment.join
        Join it: it binds this party too
        共同承诺
        We sign the same text: [… a remark, if there is one].
        我方签署同一文本：[… 如有附言]。

        commitment.clarify
        Say what it covers
        解释承诺范围
        It covers [… what] and does not cover [… what].
        该承诺涵盖[… 内容]，不涵盖[… 内容]。

        commitment.support
        Tell what speaks for its being kept
        提供履约依据
        That it is kept shows in [… what].
        履约情况见[… 依据]。

        commitment.contest
        Tell what speaks against it
        提出未履约依据
        That it is not kept shows in [… what].
        未履约情况见[… 依据]。

        commitment.judge
        Say how it is kept
        评价履约情况
        We judge so because [… why].
        我方作此判断，因为[… 理由]。

        commitment.end
        End it
        终止承诺
        The commitment ends on [… when] because [… why].
        该承诺自[… 时间]起终止，因为[… 理由]。
        """
}
