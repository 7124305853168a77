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
        "state-too-long": "this is no state of an audit; check the path",
        "tls-key-not-pinned": "audit a copy that somebody else serves with --key and the log's own "
            + "key",
        "key-malformed": "restore the key file from a backup; keys cannot be mended",
        "key-not-listed": "the home's key is not in the agreement; send the party's card again: "
            + "parley agreement new --card FILE …",
        "passphrase-wrong": "check the keyboard, --passphrase-file and PARLEY_PASSPHRASE",
        "statement-unknown":
            "list threads with: parley request list, then: parley request show THREAD",
        "too-long": "shorten the text, or attach it as an exhibit: parley attach FILE --to PARTY",
        "usage": "add --help to the command to see what it takes",
    ]
}
