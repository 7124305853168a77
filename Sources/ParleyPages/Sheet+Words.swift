import ParleyService
import ParleyStatements

/// Kinds of thread, in the order in which people choose among them.
enum Subject {
    static let names = [
        "request", "incident", "campaign", "allegation", "commitment", "concern", "notice",
        "session", "hotline", "proceeding",
    ]
}

/// Codes of the record in words.
extension Sheet {
    /// A kind of request: by the tables of law, which are shipped with both languages.
    func kind(_ name: String) -> String { words.known("kind.\(name)") ?? name }

    /// A kind of thread.
    func subject(_ name: String) -> String {
        Subject.names.contains(name) ? wording(TermWording.subject(name), else: name) : name
    }

    func state(_ code: String) -> String { words.known("state.\(code)") ?? code }

    /// What a clock wants done; those of a point bear its name.
    func clock(_ name: String) -> String {
        words.known("clock.\(name)") ?? words.known("point.\(name)") ?? name
    }

    func value(_ value: String, of term: String) -> String {
        wording(TermWording.value(value, of: term), else: value)
    }

    /// What a row of a list says of a thread: its kind, for a request also what of.
    func title(of thread: JSONObject) -> String {
        let subject = thread.text("subject") ?? "request"
        let title = self.subject(subject)
        guard let kind = thread.text("kind"), kind != subject else { return title }
        return title + " · " + self.kind(kind)
    }

    func role(_ role: Role) -> String { words("role.\(role.rawValue)") }

    /// The two languages of a text of the node, as the API has it.
    func text(_ json: JSONObject, else code: String) -> String {
        json.text(words.tag) ?? json.text("en") ?? code
    }
}
