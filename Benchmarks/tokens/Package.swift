// swift-tools-version: 6.2
import PackageDescription

// The folders beside TokenBenchmark are links to those of the main package, so that exactly its
// code is measured.
let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "token-benchmark",
    targets: [
        .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto"),
        .systemLibrary(name: "CJansson", pkgConfig: "jansson"),
        .target(name: "JSON", dependencies: ["CJansson"], swiftSettings: settings),
        .target(
            name: "TokenVerify",
            dependencies: ["CLibcrypto", "JSON"],
            swiftSettings: settings
        ),
        .target(
            name: "TokenSigning",
            dependencies: ["CLibcrypto", "JSON", "TokenVerify"],
            swiftSettings: settings
        ),
        .target(name: "PolicyDSL", swiftSettings: settings),
        .executableTarget(
            name: "TokenBenchmark",
            dependencies: [
                "CLibcrypto", "CJansson", "JSON", "PolicyDSL", "TokenSigning", "TokenVerify",
            ],
            swiftSettings: settings
        ),
    ]
)
