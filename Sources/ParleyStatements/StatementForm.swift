/// The rules that a statement keeps whatever the agreement says (`Spec/statement.md` §5).
extension Statement {
    func checkForm() throws(StatementRefusal) {
        let form = act.form
        try checkAddressees()
        try checkAnswers(form)
        try checkTerms(form)
        try checkBlobs(form)
    }

    private func checkAddressees() throws(StatementRefusal) {
        // SPEC statement §5: to MUST name from 1 to 16 parties.
        guard (1...Self.addresseeLimit).contains(to.count) else {
            throw .addresseeCountWrong(count: to.count, limitCount: Self.addresseeLimit)
        }
        // SPEC statement §5: to MUST be sorted by byte value, no party twice.
        for (one, next) in zip(to, to.dropFirst()) where one >= next {
            throw .addresseesNotSorted
        }
        // SPEC statement §5: to MUST NOT name the author's own party.
        guard !to.contains(from.party) else { throw .addressedToSelf }
    }

    private func checkAnswers(_ form: Act.Form) throws(StatementRefusal) {
        // SPEC statement §5: answers MUST be empty where the act opens a thread.
        // SPEC statement §5: answers MUST NOT be empty where the act does not open a thread.
        guard answers.isEmpty == form.opensThread else {
            throw answers.isEmpty ? .answersMissing(act) : .answersNotAllowed(act)
        }
        // SPEC statement §5: answers MUST name at most 32 statements.
        guard answers.count <= Self.answerLimit else {
            throw .tooManyAnswers(count: answers.count, limitCount: Self.answerLimit)
        }
        // SPEC statement §5: answers MUST be sorted by byte value, no statement twice.
        for (one, next) in zip(answers, answers.dropFirst()) where one >= next {
            throw .answersNotSorted
        }
    }

    private func checkTerms(_ form: Act.Form) throws(StatementRefusal) {
        for term in Act.Term.allCases {
            // SPEC statement §5: terms MUST hold every term that the table gives the act.
            if form.terms.contains(term), !terms.holds(term) { throw .termMissing(term, act) }
            // SPEC statement §5: terms MUST NOT hold a term that the table does not give the act;
            // what stands there in brackets may be left out.
            if terms.holds(term), !form.terms.contains(term), !form.optionalTerms.contains(term) {
                throw .termNotAllowed(term, act)
            }
        }
    }

    private func checkBlobs(_ form: Act.Form) throws(StatementRefusal) {
        if let body {
            // SPEC statement §5: body MUST be absent where the table says none.
            guard form.body != .none else { throw .bodyNotAllowed(act) }
            // SPEC statement §5: The mediaType of body MUST be
            // application/vnd.parley.body.v1+json.
            guard isSameASCII(body.mediaType, StatementBody.mediaType) else {
                throw .bodyMediaTypeWrong
            }
            // SPEC statement §5: The sizeBytes of body MUST be at most 524288.
            guard body.sizeBytes <= Self.bodySizeLimitBytes else {
                throw .bodyTooLong(
                    sizeBytes: body.sizeBytes, limitBytes: Self.bodySizeLimitBytes)
            }
        } else {
            // SPEC statement §5: body MUST be present where the table says required.
            guard form.body != .required else { throw .bodyMissing(act) }
            // SPEC statement §5: exhibits MUST be empty where there is no body to describe them,
            // but for a document.
            guard exhibits.isEmpty || form.document != nil else { throw .exhibitsWithoutBody }
        }
        if let kind = form.document {
            // SPEC statement §5: Where the table names a document, exhibits MUST be one, not
            // sealed, of the document's mediaType and at most its number of bytes.
            guard exhibits.count == 1, let document = exhibits.first, !document.isSealed,
                isSameASCII(document.mediaType, kind.mediaType),
                document.sizeBytes <= UInt64(kind.limitBytes)
            else { throw .documentMissing(act) }
        }
        // SPEC statement §5: exhibits MUST be empty where the table allows none.
        guard exhibits.isEmpty || form.allowsExhibits || form.document != nil else {
            throw .exhibitsNotAllowed(act)
        }
        // SPEC statement §5: exhibits MUST name at most 64 blobs.
        guard exhibits.count <= Self.exhibitLimit else {
            throw .tooManyExhibits(count: exhibits.count, limitCount: Self.exhibitLimit)
        }
        // SPEC statement §5: body and exhibits MUST NOT name one blob twice.
        var seen: Set<BlobID> = []
        for reference in exhibits + [body].compactMap({ $0 }) {
            guard seen.insert(reference.blob).inserted else { throw .blobTwice(reference.blob) }
        }
    }
}
