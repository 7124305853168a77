import ArgumentParser
import ParleyDialogue

enum IncidentKind: DialogueKind {
    static let threadProtocol = ThreadProtocol.incident
    static let abstract = "Tell others of an incident, and what is found out."
    static let example = """
          parley incident report --to cn --text "A mail server was entered on 3 March." \\
              --field victim="a supplier" --attach indicators.json
        """
}

enum CampaignKind: DialogueKind {
    static let threadProtocol = ThreadProtocol.campaign
    static let abstract = "Count incidents as one campaign, and say why."
    static let example = """
          parley campaign open --to cn --about INCIDENT --about INCIDENT --text "One tool set."
        """
}

enum AllegationKind: DialogueKind {
    static let threadProtocol = ThreadProtocol.allegation
    static let abstract = "Allege, answer, and find out together what was done."
    static let example = """
          parley allegation make --to cn --claim machine:high:nearly-certain \\
              --claim territory:moderate:likely --text "…" --attach evidence.json
          parley allegation deny THREAD --text "…"
        """
}

enum CommitmentKind: DialogueKind {
    static let threadProtocol = ThreadProtocol.commitment
    static let abstract = "Commit, in every language, and follow what comes of it."
    static let example = """
          parley commitment make --to cn --text "Neither will …" --also "zh-Hans=双方……"
          parley commitment join THREAD
        """
}

enum ConcernKind: DialogueKind {
    static let threadProtocol = ThreadProtocol.concern
    static let furtherCommands: [any ParsableCommand.Type] = [ConcernPassCommand.self]
    static let abstract = "Raise a concern, promise an answer, answer it, judge the answer."
    static let example = """
          parley concern raise --to us --text "The rule asks for source code."
          parley concern assure THREAD --until 2026-12-20T09:00:00Z --text "We shall answer."
        """
}

enum NoticeKind: DialogueKind {
    static let threadProtocol = ThreadProtocol.notice
    static let furtherCommands: [any ParsableCommand.Type] = [NoticeDiffCommand.self]
    static let abstract = "Publish a measure for comment, answer the comments, revise it."
    static let example = """
          parley notice publish --to us --to acme --until 2026-12-31T16:00:00Z \\
              --language zh-Hans --text @rule.zh.txt --also en=@rule.en.txt
          parley notice comment THREAD --text "Article 4 …"
        """
}

enum SessionKind: DialogueKind {
    static let threadProtocol = ThreadProtocol.session
    static let abstract = "Meet: date, agenda, minutes, outcomes, and what is to be done."
    static let example = """
          parley session propose --to cn --round 1 --date 2026-12-01T14:00:00Z --text "Washington."
          parley session agenda-propose THREAD --text @agenda.en.txt --also zh-Hans=@agenda.zh.txt
          parley session action-add THREAD --owner cn --until 2027-02-01T00:00:00Z --text "…"
        """
}

enum HotlineKind: DialogueKind {
    static let threadProtocol = ThreadProtocol.hotline
    static let abstract = "Call the other side's posts, and follow up in writing."
    static let example = """
          parley hotline call --to cn --post duty-officer --text "A hospital's systems are down."
          parley hotline acknowledge THREAD --post duty-officer
        """
}

enum ProceedingKind: DialogueKind {
    static let threadProtocol = ThreadProtocol.proceeding
    static let abstract = "Tell others of proceedings, from their opening to the sanction."
    static let example = """
          parley proceeding open --to cn --from THREAD --text "A case has been opened."
          parley proceeding decide THREAD --outcome convicted --text "The judgement is attached."
        """
}

typealias IncidentCommand = DialogueCommand<IncidentKind>
typealias CampaignCommand = DialogueCommand<CampaignKind>
typealias AllegationCommand = DialogueCommand<AllegationKind>
typealias CommitmentCommand = DialogueCommand<CommitmentKind>
typealias ConcernCommand = DialogueCommand<ConcernKind>
typealias NoticeCommand = DialogueCommand<NoticeKind>
typealias SessionCommand = DialogueCommand<SessionKind>
typealias HotlineCommand = DialogueCommand<HotlineKind>
typealias ProceedingCommand = DialogueCommand<ProceedingKind>
