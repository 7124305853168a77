// swift-tools-version:6.2
import PackageDescription

// One set of settings for every target: what a newcomer reads here holds everywhere.
let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")

let package = Package(
    name: "parley",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(
            url: "https://github.com/apple/swift-configuration.git", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(
            url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // Pure: no I/O, no clock, no randomness of their own.
        .target(name: "ParleyLog", dependencies: [crypto], swiftSettings: settings),
        .target(
            name: "ParleyStatements", dependencies: ["ParleyLog", crypto],
            swiftSettings: settings),
        .target(
            name: "ParleyDialogue", dependencies: ["ParleyStatements", "ParleyLog"],
            swiftSettings: settings),
        .target(
            name: "ParleyExample",
            dependencies: ["ParleyDialogue", "ParleyStatements", "ParleyLog"],
            swiftSettings: settings),
        .target(
            name: "ParleyExchange",
            dependencies: ["ParleyDialogue", "ParleyStatements", "ParleyLog"],
            swiftSettings: settings),
        .target(
            name: "ParleyLaw", dependencies: ["ParleyStatements", "ParleyLog"],
            exclude: ["Data"], swiftSettings: settings, plugins: ["EmbedFiles"]),
        .executableTarget(name: "embed-files", swiftSettings: settings),
        .plugin(
            name: "EmbedFiles", capability: .buildTool(), dependencies: ["embed-files"]),
        .target(
            name: "ParleyAudit", dependencies: ["ParleyStatements", "ParleyLog", crypto],
            swiftSettings: settings),
        // The running node and its ports.
        .target(
            name: "ParleyNode",
            dependencies: [
                "ParleyExchange", "ParleyDialogue", "ParleyStatements", "ParleyLog",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "ParleyService",
            dependencies: [
                "ParleyNode", "ParleyDialogue", "ParleyLaw", "ParleyExchange", "ParleyStatements",
                "ParleyLog", crypto, cryptoExtras,
            ],
            swiftSettings: settings),
        // What people see: words and HTML, made of what the desk answers.
        .target(
            name: "ParleyPages",
            dependencies: [
                "ParleyService", "ParleyNode", "ParleyDialogue", "ParleyStatements", "ParleyLog",
                crypto,
            ],
            exclude: ["Data"], swiftSettings: settings, plugins: ["EmbedFiles"]),
        // Adapters.
        .target(
            name: "ParleyStore",
            dependencies: [
                "ParleyAudit", "ParleyService", "ParleyNode", "ParleyDialogue", "ParleyExchange",
                "ParleyStatements", "ParleyLog", crypto,
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(
            name: "ParleyWeb",
            dependencies: [
                "ParleyAudit", "ParleyPages", "ParleyService", "ParleyNode", "ParleyExchange",
                "ParleyStatements", "ParleyLog", crypto,
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings),
        .target(
            name: "ParleyCLI",
            dependencies: [
                "ParleyWeb", "ParleyStore", "ParleyPages", "ParleyService", "ParleyNode",
                "ParleyAudit",
                "ParleyDialogue", "ParleyExample", "ParleyLaw", "ParleyExchange",
                "ParleyStatements", "ParleyLog",
                crypto, cryptoExtras,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "parley",
            dependencies: [
                "ParleyCLI", "ParleyNode", "ParleyLog",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "parley-bench",
            dependencies: [
                "ParleyWeb", "ParleyStore", "ParleyNode", "ParleyExample", "ParleyDialogue",
                "ParleyLaw", "ParleyExchange", "ParleyStatements", "ParleyLog", crypto,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Benchmarks/parley-bench", swiftSettings: settings),
        // Tests.
        .target(
            name: "ParleyTestSupport",
            dependencies: [
                "ParleyNode", "ParleyExchange", "ParleyExample", "ParleyDialogue",
                "ParleyStatements", "ParleyLog", crypto,
                .product(name: "Logging", package: "swift-log"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(name: "TidyTests", swiftSettings: settings),
        .testTarget(
            name: "ParleyLogTests", dependencies: ["ParleyLog", "ParleyTestSupport", crypto],
            swiftSettings: settings),
        .testTarget(
            name: "ParleyLawTests",
            dependencies: ["ParleyLaw", "ParleyStatements", "ParleyLog", "ParleyTestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "ParleyCLITests",
            dependencies: [
                "ParleyCLI", "ParleyService", "ParleyLaw", "ParleyNode", "ParleyStore",
                "ParleyStatements", "ParleyLog", "ParleyTestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ParleyAuditTests",
            dependencies: [
                "ParleyAudit", "ParleyStore", "ParleyLog", "ParleyTestSupport", crypto,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ParleyStatementsTests",
            dependencies: ["ParleyStatements", "ParleyLog", "ParleyTestSupport", crypto],
            swiftSettings: settings),
        .testTarget(
            name: "ParleyExchangeTests",
            dependencies: [
                "ParleyExchange", "ParleyDialogue", "ParleyStatements", "ParleyLog",
                "ParleyTestSupport", crypto,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ParleyPagesTests",
            dependencies: [
                "ParleyPages", "ParleyService", "ParleyDialogue", "ParleyStatements", "ParleyLog",
                "ParleyTestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ParleyWebTests",
            dependencies: [
                "ParleyWeb", "ParleyStatements",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ParleyServiceTests",
            dependencies: [
                "ParleyService", "ParleyStore", "ParleyNode", "ParleyDialogue", "ParleyLaw",
                "ParleyStatements", "ParleyLog",
                "ParleyTestSupport", crypto, cryptoExtras,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ParleyNodeTests",
            dependencies: [
                "ParleyNode", "ParleyStore", "ParleyExchange", "ParleyDialogue",
                "ParleyStatements", "ParleyLog", "ParleyTestSupport", crypto,
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ParleyStoreTests",
            dependencies: [
                "ParleyStore", "ParleyNode", "ParleyDialogue", "ParleyExchange",
                "ParleyStatements", "ParleyLog", "ParleyTestSupport", crypto,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "DiskTests",
            dependencies: [
                "ParleyStore", "ParleyNode", "ParleyExchange", "ParleyDialogue",
                "ParleyStatements", "ParleyLog", "ParleyTestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ParleyDialogueTests",
            dependencies: [
                "ParleyExample", "ParleyDialogue", "ParleyStatements", "ParleyLog",
                "ParleyTestSupport", crypto,
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
