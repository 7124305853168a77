package import ParleyLog
package import ParleyStatements

/// What a node has signed last, kept apart from its ledger and out of every backup.
///
/// A ledger that was put back from an old copy looks whole. Signing from it would give two
/// histories one signature, which nothing can take back. So what was signed is kept where the copy
/// does not reach, and a ledger that stands behind it is not signed from.
///
/// Trust: whoever can put back this file and the ledger together can make the node sign a second
/// history. Its peers then answer that they have cosigned more.
package protocol LastSigned: Sendable {
    /// Nil when nothing was ever signed, or the file is gone.
    func load() async throws -> SignedState?
    /// Makes `new` durable before it returns, if `old` is what is stored.
    func replace(_ old: SignedState?, with new: SignedState) async throws
}

/// The trees that carry this node's signature, its own and its peers', and the latest time that it
/// has signed.
package struct SignedState: Hashable, Sendable {
    package struct Tree: Hashable, Sendable {
        package let size: TreeSize
        package let root: Digest

        package init(size: TreeSize, root: Digest) {
            self.size = size
            self.root = root
        }
    }

    package static let version = "parley-last-signed/1"

    package var own: Tree?
    package var witnessed: [PartyID: Tree]
    package var time: Timestamp?

    package init(own: Tree? = nil, witnessed: [PartyID: Tree] = [:], time: Timestamp? = nil) {
        self.own = own
        self.witnessed = witnessed
        self.time = time
    }

    /// A line for each: `own` or `witnessed` and the party, size, root; `time` and its seconds.
    package var bytes: [UInt8] {
        var lines = [Self.version]
        if let own { lines.append("own \(Self.words(own))") }
        for (party, tree) in witnessed.sorted(by: { $0.key < $1.key }) {
            lines.append("witnessed \(party.text) \(Self.words(tree))")
        }
        if let time { lines.append("time \(time.secondsSinceEpoch)") }
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    private static func words(_ tree: Tree) -> String {
        "\(tree.size.entryCount) \(Base64.encode(tree.root.bytes))"
    }

    /// Returns nil for anything but what `bytes` gives.
    package init?(bytes: [UInt8]) {
        self.init()
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")[...]
        guard lines.popFirst() == Self.version[...] else { return nil }
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("own", 3):
                guard let tree = Self.tree(words[1...]) else { return nil }
                own = tree
            case ("witnessed", 4):
                guard let party = PartyID(words[1]), let tree = Self.tree(words[2...]) else {
                    return nil
                }
                witnessed[party] = tree
            case ("time", 2):
                guard let seconds = Int64(words[1]) else { return nil }
                time = Timestamp(secondsSinceEpoch: seconds)
            default: return nil
            }
        }
        guard self.bytes == bytes else { return nil }
    }

    private static func tree(_ words: ArraySlice<String>) -> Tree? {
        guard let size = words.first.flatMap(UInt64.init),
            let root = words.last.flatMap(Base64.decode).flatMap({ Digest(bytes: $0) })
        else { return nil }
        return Tree(size: TreeSize(size), root: root)
    }
}

extension LogState {
    var signed: SignedState {
        SignedState(
            own: own.map { .init(size: $0.checkpoint.size, root: $0.checkpoint.root) },
            witnessed: witnessed.mapValues { .init(size: $0.size, root: $0.root) },
            time: lastSigned)
    }

    /// Checks that nothing was signed that this state does not know of, and takes over the time.
    mutating func check(against signed: SignedState?) throws {
        guard let signed else {
            guard own == nil, witnessed.isEmpty else { throw LogFailure.lastSignedMissing }
            return
        }
        if let tree = signed.own {
            // SPEC log §6: A node MUST sign nothing while its ledger stands before the latest tree
            // that it has signed.
            guard let own, tree.size <= own.checkpoint.size else {
                throw LogFailure.rolledBack(
                    log: nil, signed: tree.size, held: own?.checkpoint.size ?? TreeSize(0))
            }
            let proof = try Merkle.consistencyProof(
                from: tree.size, to: own.checkpoint.size, reading: &self.tree)
            do throws(ProofRefusal) {
                try Merkle.checkConsistency(
                    from: tree.size, root: tree.root, to: own.checkpoint.size,
                    root: own.checkpoint.root, proof: proof)
            } catch {
                throw LogFailure.rolledBack(
                    log: nil, signed: tree.size, held: own.checkpoint.size)
            }
        }
        for (party, tree) in signed.witnessed {
            let held = witnessed[party]
            let isHeld = held.map {
                tree.size < $0.size || (tree.size == $0.size && tree.root == $0.root)
            }
            guard isHeld ?? false else {
                throw LogFailure.rolledBack(
                    log: party, signed: tree.size, held: held?.size ?? TreeSize(0))
            }
        }
        lastSigned = [lastSigned, signed.time].compactMap { $0 }.max()
    }
}
