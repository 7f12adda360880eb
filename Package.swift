// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "gatekeeper",
    products: [
        .executable(name: "gatekeeper", targets: ["Gatekeeper"]),
        .executable(name: "gatekeeper-demo", targets: ["GatekeeperDemo"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle",
            from: "2.13.0"
        ),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibcrypto",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]
        ),
        .systemLibrary(
            name: "CJansson",
            pkgConfig: "jansson",
            providers: [.apt(["libjansson-dev"])]
        ),
        .systemLibrary(
            name: "CLibpq",
            pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"])]
        ),
        .systemLibrary(
            name: "CLibqrencode",
            pkgConfig: "libqrencode",
            providers: [.apt(["libqrencode-dev"])]
        ),
        .target(name: "JSON", dependencies: ["CJansson"], swiftSettings: settings),
        .target(
            name: "TokenVerify",
            dependencies: ["CLibcrypto", "JSON"],
            swiftSettings: settings
        ),
        .target(name: "PolicyDSL", swiftSettings: settings),
        .target(
            name: "PolicyExchange",
            dependencies: ["JSON", "PolicyDSL"],
            swiftSettings: settings
        ),
        .target(
            name: "PolicyLanguageServer",
            dependencies: ["JSON", "PolicyDSL"],
            swiftSettings: settings
        ),
        .target(name: "HTTPMessage", swiftSettings: settings),
        .target(name: "Markup", swiftSettings: settings),
        .target(
            name: "MFAPages",
            dependencies: ["HTTPMessage", "JSON", "Markup"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Gatekeeper",
            dependencies: [
                "JSON", "TokenVerify", "PolicyDSL", "PolicyExchange", "PolicyLanguageServer",
                "HTTPMessage", "Markup", "MFAPages", "CLibpq",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Yams", package: "Yams"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "TokenSigning",
            dependencies: ["CLibcrypto", "JSON", "TokenVerify"],
            swiftSettings: settings
        ),
        .target(
            name: "DemoAuthority",
            dependencies: [
                "CLibcrypto", "CLibqrencode", "JSON", "Markup", "PolicyDSL", "TokenSigning",
                "TokenVerify",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "GatekeeperDemo",
            dependencies: [
                "DemoAuthority", "JSON", "Markup", "PolicyDSL", "TokenSigning", "TokenVerify",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: settings),
        .testTarget(
            name: "TokenTests",
            dependencies: ["CLibcrypto", "JSON", "TokenVerify", "TokenSigning"],
            exclude: ["Vectors"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PolicyTests",
            dependencies: ["JSON", "PolicyDSL", "PolicyExchange"],
            exclude: ["Golden"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PolicyLanguageServerTests",
            dependencies: ["JSON", "PolicyDSL", "PolicyLanguageServer"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "HTTPMessageTests",
            dependencies: ["HTTPMessage"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DemoAuthorityTests",
            dependencies: [
                "DemoAuthority", "JSON", "PolicyDSL", "TokenVerify",
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MFAPagesTests",
            dependencies: ["HTTPMessage", "JSON", "Markup", "MFAPages"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "GatekeeperTests",
            dependencies: [
                "Gatekeeper", "HTTPMessage", "JSON", "MFAPages", "PolicyDSL", "TokenSigning",
                "TokenVerify",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "DemoAuthority", "Gatekeeper", "GatekeeperDemo", "HTTPMessage", "JSON",
                "PolicyDSL", "PolicyExchange", "TokenSigning", "TokenVerify",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
    ]
)
