/// What a person can do next, for reasons that come from below the command line and say only what
/// is wrong. A hint given where the failure is thrown goes before.
enum ReasonHints {
    static let byReason = [
        "body-missing": "a statement without body or exhibits has nothing to open; "
            + "see it with: parley request show THREAD",
        "exhibit-differs": "its sender sealed other bytes than it described; tell the sender, and "
            + "keep this copy as it is",
        "exhibit-missing":
            "it is on its way, or its file was removed; ask the sender to deliver again",
        "file-missing": "check the path; paths are taken from the folder you are in",
        "file-too-long": "this is not the file that the command reads; check the path",
        "home-malformed": "restore home.json from a backup of the home",
        "key-expired": "the agreement lists this key until that day; adopt an agreement that lists "
            + "a newer one",
        "key-malformed": "restore the key file from a backup; keys cannot be mended",
        "key-not-listed": "the home's key is not in the agreement; send the party's card again: "
            + "parley agreement new --card FILE …",
        "last-signed-missing": "after moving or restoring a home, have its peers asked what they "
            + "have cosigned: parley log recover",
        "ledger-not-ours": "restore the ledger from a backup, then: parley log recover",
        "ledger-rolled-back": "put the newest ledger back; nothing can be signed from an older one",
        "passphrase-wrong": "check the keyboard, --passphrase-file and PARLEY_PASSPHRASE",
        "statement-unknown":
            "list threads with: parley request list, then: parley request show THREAD",
        "too-long": "shorten the text, or attach it as an exhibit: parley attach FILE --to PARTY",
        "usage": "add --help to the command to see what it takes",
    ]
}
