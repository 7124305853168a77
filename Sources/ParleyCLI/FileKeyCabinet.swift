import Foundation
import ParleyNode
import ParleyService
import ParleyStatements

/// A home's key files, opened one at a time: each takes 32 MB and a tenth of a second, and a crowd
/// that unlocks at once must hold up nobody else.
actor FileKeyCabinet: KeyCabinet {
    private let home: Home

    /// - Throws: `keys-plain` where a file would need no passphrase: nothing would be locked.
    init(_ home: Home) throws {
        let files = home.organs.flatMap { organ in
            home.signingKeyFiles(of: organ) + [home.keyFile(.sealing, of: organ)]
        }
        for file in files where !KeyFile.isEncrypted(file) {
            throw CommandFailure.refused(
                "keys-plain", "\(file.path()) is not encrypted, so nothing would be locked",
                hint: "encrypt each organ's keys with: parley keys passphrase --as ORGAN")
        }
        self.home = home
    }

    func keys(
        of organ: OrganID, opening passphrase: String
    ) async throws -> KeyRing.OrganKeys? {
        do {
            var signing: [SigningKeyPair] = []
            for file in home.signingKeyFiles(of: organ) {
                let key = try KeyFile.read(.signing, from: file) { passphrase }
                signing.append(try Home.pair(from: key.secret))
                // Others go on between two derivations.
                await Task.yield()
            }
            let sealing = try KeyFile.read(.sealing, from: home.keyFile(.sealing, of: organ)) {
                passphrase
            }
            return .init(signing: signing, sealing: try SealingPrivateKey(seed: sealing.secret))
        } catch let failure as CommandFailure where failure.reason == KeyFile.passphraseWrong {
            return nil
        }
    }
}
