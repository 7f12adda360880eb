// swift-tools-version: 6.2
import PackageDescription

// The folders beside the fuzz targets are links to those of the main package, so that its code is
// instrumented as well.
let instrumented: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .unsafeFlags(["-sanitize=fuzzer,address", "-parse-as-library"]),
]
let fuzzer: [LinkerSetting] = [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]

let package = Package(
    name: "fuzz",
    targets: [
        .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto"),
        .systemLibrary(name: "CJansson", pkgConfig: "jansson"),
        .target(name: "JSON", dependencies: ["CJansson"], swiftSettings: instrumented),
        .target(
            name: "TokenVerify",
            dependencies: ["CLibcrypto", "JSON"],
            swiftSettings: instrumented
        ),
        .target(
            name: "TokenSigning",
            dependencies: ["CLibcrypto", "JSON", "TokenVerify"],
            swiftSettings: instrumented
        ),
        .target(name: "HTTPMessage", swiftSettings: instrumented),
        .target(name: "Fuzzer", swiftSettings: instrumented),
        .target(
            name: "ForwardingChecks",
            dependencies: ["HTTPMessage"],
            swiftSettings: instrumented
        ),
        .executableTarget(
            name: "FuzzJSON",
            dependencies: ["Fuzzer", "JSON"],
            swiftSettings: instrumented,
            linkerSettings: fuzzer
        ),
        .executableTarget(
            name: "FuzzTokens",
            dependencies: ["Fuzzer", "JSON", "TokenSigning", "TokenVerify"],
            swiftSettings: instrumented,
            linkerSettings: fuzzer
        ),
        .executableTarget(
            name: "FuzzKeySets",
            dependencies: ["Fuzzer", "TokenVerify"],
            swiftSettings: instrumented,
            linkerSettings: fuzzer
        ),
        .executableTarget(
            name: "FuzzHeads",
            dependencies: ["ForwardingChecks", "Fuzzer", "HTTPMessage"],
            swiftSettings: instrumented,
            linkerSettings: fuzzer
        ),
        .executableTarget(
            name: "FuzzSections",
            dependencies: ["ForwardingChecks", "Fuzzer", "HTTPMessage"],
            swiftSettings: instrumented,
            linkerSettings: fuzzer
        ),
    ]
)
