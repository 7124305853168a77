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
        "file-not-usable": "check that the path is yours and that the disk has room",
        "folder-missing": "name a log's http:// or https:// prefix, or the folder that holds its "
            + "checkpoint and tile/",
        "home-malformed": "restore home.json from a backup of the home",
        "key-id-differs": "a character of the key was lost; copy it again, whole",
        "key-expired": "the agreement lists this key until that day; adopt an agreement that lists "
            + "a newer one",
        "key-text-malformed": "a verifier key looks like name+320954a7+Adda…; put it in quotes",
        "log-encoding-unknown": "have the server send tiles as they are, uncompressed",
        "log-redirects": "give the prefix that the log is redirected to, if you trust whoever says "
            + "so",
        "log-timed-out": "run the command again; with --state it goes on where it stopped",
        "log-unreachable": "check host and port, and run the command again; with --state it goes "
            + "on where it stopped",
        "mirrored-file-differs": "if the copy was damaged, delete that file and run the command "
            + "with --from-start",
        "search-empty": "write a word, or two Chinese characters: parley search 钓鱼",
        "search-too-long": "look for fewer or shorter words",
        "search-too-many-words": "look for fewer words; two characters that stand together are one",
        "state-too-long": "this is no state of an audit; check the path",
        "time-stamp-authority-unknown":
            "give the root of the authority's chain with --root, if you "
            + "trust it",
        "time-stamp-of-other-bytes": "note and response belong together by their names; check both",
        "tls-key-not-pinned": "audit a copy that somebody else serves with --key and the log's own "
            + "key",
        "key-malformed": "restore the key file from a backup; keys cannot be mended",
        "key-not-listed": "the home's key is not in the agreement; send the party's card again: "
            + "parley agreement new --card FILE …",
        "last-signed-missing": "after moving or restoring a home, have its peers asked what they "
            + "have cosigned: parley log recover",
        "ledger-damaged": "restore the ledger from a backup, then: parley log recover",
        "ledger-not-ours": "restore the ledger from a backup, then: parley log recover",
        "ledger-rolled-back": "put the newest ledger back; nothing can be signed from an older one",
        "party-malformed": "write the party's short name as the agreement has it, such as: cn",
        "passphrase-wrong": "check the keyboard, --passphrase-file and PARLEY_PASSPHRASE",
        "growth-begins-beyond": "if this home was restored from an old copy, do not go on with it: "
            + "its log must not be shorter than what others have seen",
        "not-a-recipient": "this home's sealing key is not the one in the agreement; restore it "
            + "from a backup",
        "pouch-format-unknown": "check the path; a part begins with the line parley-pouch/1",
        "pouch-label-truncated": "the copy is incomplete; copy the part from its medium again",
        "pouch-manifest-differs": "two packings bear one name; keep the media and ask the sender",
        "pouch-of-another-agreement": "open it in the home that has adopted that agreement",
        "pouch-of-this-party": "carry it to the party it is addressed to; what that party packs "
            + "in return is opened here",
        "pouch-part-altered": "copy the part from its medium again; if that does not help, ask the "
            + "sender to pack anew. The other parts can be opened without it",
        "pouch-part-too-long": "something was added to the file; copy it from its medium again",
        "pouch-part-truncated": "the copy is incomplete; copy the part from its medium again",
        "pouch-to-another-party": "carry it to that party; nothing in it is for this home",
        "pouch-unreadable": "check the path and the medium",
        "root-contradicts": "the sender's log has shown two histories: keep the medium, it is the "
            + "evidence, and tell the other parties",
        "statement-unknown":
            "list threads with: parley request list, then: parley request show THREAD",
        "too-long": "shorten the text, or attach it as an exhibit: parley attach FILE --to PARTY",
        "usage": "add --help to the command to see what it takes",
    ]
}
