// swift-tools-version:6.2
import PackageDescription

// A package of its own, because every file in it is built to be watched.
//
// Sources/Parley… are links to the parent's folders rather than a dependency on the parent: what
// the parent's targets show one another is `package`, and another package does not see it. Of
// ParleyWeb and ParleyCLI, which need far more than a parser does, the files that parse.

/// The parent's settings, with coverage that libFuzzer follows.
let watched: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .unsafeFlags(["-sanitize=fuzzer", "-enable-testing"]),
]

let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "parley-fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    ],
    targets: [
        .target(name: "ParleyLog", dependencies: [crypto], swiftSettings: watched),
        .target(
            name: "ParleyStatements", dependencies: ["ParleyLog", crypto],
            swiftSettings: watched),
        .target(
            name: "ParleyDialogue", dependencies: ["ParleyStatements", "ParleyLog"],
            swiftSettings: watched),
        .target(
            name: "ParleyExchange",
            dependencies: ["ParleyDialogue", "ParleyStatements", "ParleyLog"],
            swiftSettings: watched),
        .target(
            name: "ParleyAudit", dependencies: ["ParleyStatements", "ParleyLog", crypto],
            swiftSettings: watched),
        .target(
            name: "ParleyLaw", dependencies: ["ParleyStatements", "ParleyLog"],
            exclude: ["Data"], swiftSettings: watched, plugins: ["EmbedLawData"]),
        .executableTarget(name: "law-embed"),
        .plugin(
            name: "EmbedLawData", capability: .buildTool(), dependencies: ["law-embed"]),
        .target(
            name: "ParleyNode",
            dependencies: [
                "ParleyExchange", "ParleyDialogue", "ParleyStatements", "ParleyLog",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: watched),
        .target(
            name: "ParleyService",
            dependencies: [
                "ParleyNode", "ParleyDialogue", "ParleyLaw", "ParleyStatements", "ParleyLog",
                crypto, cryptoExtras,
            ],
            swiftSettings: watched),
        .target(
            name: "ParleyWeb", dependencies: ["ParleyService"], swiftSettings: watched),
        .target(
            name: "ParleyCLI", dependencies: ["ParleyWeb", "ParleyService", "ParleyStatements"],
            swiftSettings: watched),
        .target(name: "CFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CFuzzer", "ParleyAudit", "ParleyCLI", "ParleyExchange", "ParleyNode",
                "ParleyService", "ParleyStatements", "ParleyLog", "ParleyWeb", crypto,
            ],
            swiftSettings: watched,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
    ],
    swiftLanguageModes: [.v6]
)
