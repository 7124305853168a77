import ParleyLog

/// Passwords that many people have chosen, of those that are long enough to be taken: what
/// whoever guesses tries first. Made by `run.d/common-passwords.py`.
enum CommonPasswords {
    /// The first 40 bits of the SHA-256 of each, in small letters.
    private static let digests: Set<[UInt8]> = {
        let bytes = Base64.decode(text.joined()) ?? []
        return Set(
            stride(from: 0, to: bytes.count, by: 5).map {
                Array(bytes[$0..<min($0 + 5, bytes.count)])
            })
    }()

    static func contains(_ password: String) -> Bool {
        digests.contains(
            Array(Digest(hashing: Array(password.lowercased().utf8)).bytes.prefix(5)))
    }

    private static let text = [
        "ACX3VwQAVKfenQCmty1AAM/kbSsBUAD0tQH3HJorAktMLycC9RSC9QMswR/nBJWfqIEEzMZ0RQTb3Rd7",
        "BRkl0D8FNBQVJAWWBJIRBbtDKksGJeW/oQZH9LC/BxGo0goH9TFiAwl8tsMlCZOPkSgJnhERYgn7p5Q+",
        "Cmcki5oLHb/ycQzS3fneDW/924cNoLlD8w3gXkW5DzG4aL0SfD9txRSGSmojFLvj9yYVA0NDHBUa3T5Z",
        "FmjBH7gW5TnogxdBfr/gF0elfdoXTLdRIRhe/UzoGL9u3IQZSCi9+BpoQv/LGmvU2dcbAeMKGRtzPjCJ",
        "HDEt1kIcaZ0G2RzuRu1UHeYguC4eO7iUdR9FTozoIOfC6Jghqp5aeyL1lHn/I84H/ockPQI8wiVmoYzR",
        "Jg9S5sMm2QHKCyfuz5fzKIn1Rq8pKeIvSClDpWe8KkfXr78qYotFkysKjCNLLEAgk/UseUncpCyzgJ7j",
        "LVQ7vBItikEyJy76d62vL19s5a4wAF9WzzDbyexyMZuuKP4x9h538jIX1XDDM9c+I0E0fJo6kTTc4So+",
        "NbbQqqo1+RVmpjYnmZZcNpp2MI82qhWojjcArfHyN+ctVHg4uHsQ0DlfKRBzOb0TBG86V0WgXztNouKO",
        "PqRWtLM/XAtfnEBK3iKsQPWYzHZBUlD8BUGU0XBuQdAvO/dB++tG8UNG/5L1Q3mx0gpDkIdILUOlMOse",
        "RF3sQ3dEzmc8D0XIa//LRqKBzTVIHsMQwkiR+FZISSKwtrVJdOv3uEq6wW5dSsH1rv1Lte1S5UvIPgtU",
        "THPWx31Qv+5Jx1D0gJfjU6YMlDZWen8RhVi6o8VKWMax0yZZ4g9pRVnycfYwW9etsCRdVtpPrF1acKLX",
        "Xk/467VeYQ5rTV6ShtqCXzs7YUlfUN1ydF/WBVwEX/7S4b1ga+S+fWDIu22JYXA0wi1iZdsMjGLZtWsj",
        "Y8l4zhpkqBNr7WW8hn9oZnjUPnRm8fqDLWfXEKWQaMQWllNpdFXsTWrWZaA9auIXFkprhBmfVmxfKFqe",
        "beC/GQJu1kXvDm7t+5bXb9IuQahv4TKyynDkSO8wcVqXSRxxb5/5KXF5sLMJc0duOCZzmM8Q8nQwVhay",
        "dK8eou9022gRXXZa2fTHdn/GTON3Lw/hsndbnCAAeAsQz6p4m5npKnk6wb0denrb7GZ8NsWw+33KyRqs",
        "f9BvDiqBaiCbOYF0oF1OgdBv6RaCBtIvBII1wDSkgrpwG8iDcDVJD4RbpeQShGFbGnuElH5DvITrwbrH",
        "h2jO0l6H2X0V5okHpJm1iTUmIaKJsAou34rpAt0Ji/TexUWMXK58DYxulverjSzDmMeN+VAmU5AVs1Aq",
        "kHfRr2mQnN5KJ5JTIptHklsTp++UVymbKZUxJPWWlY1RYCuVs68wmZXOcNntlyrRoT2ZpYYF3puFn0i1",
        "m7/LQ9Wcj1pKd57ddBL+n4nV9SSf+ASUT6A2R1WjoYrE5vuhyp/47qJFb/BhpLWaOTuk3VZY7KV0WikO",
        "pdgv/DumA5dK5KYnr0lDpmLJUW+mi/Oy/qkfDMJPqSytrompqVpjpKuLngKzq8SG2Dqs9FSIl62bBwK8",
        "rl3rhl2vV/miG7AesACAsCVvDvSxCP34x7EOZCeAsowizQSyw37RmrOCgiV4tLt/I2q0xNjRv7Ude+pt",
        "tUZyVPO1hnoqdraMiAYItrkBAlW4IruTkLg2vjWPuLIwSyG42oKklblom0bguclQZA68Wz/jLryitBor",
        "vqfwiHW/rhswh8En96qlwbWboMXCvIKfKcQC0TtKxL6+ePPFosCiycXAiBMuxlWNLBHGhomzOMaz5RAv",
        "x+QCJY7IIHnshMhfZ7qAyK3kXtbIw4uch8kDTkmvyT5noXXJXPk2OcqxjlwMys/VJEDLVcpVvMteD6x1",
        "zFcSmkXMqRhDTcz4CAFDzTQNGlzOZChyj9F0bhzp0cSFhM7SWxtT/tNEdlK71SR1upTWBtY3jtaGugJK",
        "2EqaayvYbIZRt9iq/EuE2K7MZSzaJaz7TNsd8mrt23rZUDPb3PAb9dw8NVlm3KIbqVHeYnirnuAA9A/E",
        "4SuC0djhaIl7tOQAXiwV5Gtw0zDkmjMhbeXMPgL15jgYAZHnFMyyOudzu12Q6PGtK97povTQ4en+LNoo",
        "7HGlfkfs73seZO0QDZiG7am/udXu6cbhkO76HH4M71Ks4JDwm2T7ivCqmRDr8fpdbCbzhMDk+PPIgBKs",
        "8+rFbqT1h9TVhvXJMWsg9fHOjyX2RLPQd/exFQn097zS1OP4Fa5hfPhsTRAu+UH1V+75UrdLYPmwCBYb",
        "+m5eWhj6cFPJIvxKrH3B",
    ]
}
