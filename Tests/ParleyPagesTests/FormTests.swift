import ParleyService
import ParleyStatements
import Testing

@testable import ParleyPages

@Suite struct FormTests {
    private func form(_ text: String) throws -> Form { Form(try #require(Address.pairs(text))) }

    @Test func `what was left empty is not given at all`() throws {
        let fields = try #require(Operation.named("token.add")).fields
        let given = try form("label=+ci+&roles=officer&roles=approver&days=&other=1")
            .given(for: fields)
        #expect(
            given == [
                "label": .string("ci"), "roles": .array([.string("officer"), .string("approver")]),
            ])
    }

    @Test func `a password is taken as it was typed, a number as a number, a tick as true`() throws
    {
        let change = try #require(Operation.named("account.change")).fields
        #expect(
            try form("password=+two++spaces+&disabled=true&signOut=false").given(for: change)
                == [
                    "password": .string(" two  spaces "), "disabled": .bool(true),
                    "signOut": .bool(false),
                ])
        let token = try #require(Operation.named("token.add")).fields
        #expect(try form("days=30").given(for: token) == ["days": .integer(30)])
        // What is no number is refused by the desk, which says so.
        #expect(try form("days=x").given(for: token) == ["days": .string("x")])
    }

    @Test func `a draft's content is what its form says`() throws {
        let content = try ComposerForm(
            form(
                "do=save&act=request.submit&to=cn&shape.kind=word&term.kind=information"
                    + "&shape.until=instant&term.until=2027-06-01T09:00"
                    + "&shape.round=number&term.round=3&shape.exercise=mark&term.exercise=1"
                    + "&shape.conditions=short-names&term.conditions=a%0D%0Ab"
                    + "&shape.review=judgements&part.review=complete&part.review=usable"
                    + "&term.review=usable"
                    + "&text.en=One%0D%0Atwo&authentic.en=yes&text.zh-Hans=+&field.offence=x"
                    + "&exhibits=sha256:1")
        ).content
        #expect(
            content == [
                "act": .string("request.submit"), "to": .array([.string("cn")]),
                "exhibits": .array([.string("sha256:1")]),
                "terms": .object([
                    "kind": .string("information"), "until": .string("2027-06-01T09:00:00Z"),
                    "round": .integer(3), "exercise": .bool(true),
                    "conditions": .array([.string("a"), .string("b")]),
                    "review": .object(["complete": .bool(false), "usable": .bool(true)]),
                ]),
                "texts": .array([
                    .object([
                        "language": .string("en"), "text": .string("One\ntwo"),
                        "authentic": .bool(true),
                    ])
                ]), "fields": .object(["offence": .string("x")]),
            ])
    }

    @Test func `claims stand in rows, and a row that says nothing is none`() throws {
        let content = try ComposerForm(
            form(
                "act=allegation.make&shape.claims=claims&part.claims=level&part.claims=confidence"
                    + "&term.claims.0.level=machine&term.claims.0.confidence=high"
                    + "&term.claims.1.level=&term.claims.1.confidence=")
        ).content
        #expect(
            content["terms"]
                == .object([
                    "claims": .array([
                        .object(["level": .string("machine"), "confidence": .string("high")])
                    ])
                ]))
    }

    @Test func `a number that is none is refused by its name`() throws {
        let posted = try form("act=session.propose&shape.round=number&term.round=third")
        #expect(
            throws: Problem(
                status: 422, reason: "field-wrong", detail: "round should be a number")
        ) { try ComposerForm(posted) }
    }

    @Test func `a name that comes twice counts once, and an odd one is left to the desk`() throws {
        #expect(
            try ComposerForm(form("shape.a=mark&shape.a=mark&term.a=1&field.b=x&field.b=y")).content
                == [
                    "terms": .object(["a": .bool(true)]), "fields": .object(["b": .string("x")]),
                ])
        #expect(
            try ComposerForm(form("term.__proto__=1&shape.__proto__=mark")).content
                == ["terms": .object(["__proto__": .bool(true)])])
    }
}
