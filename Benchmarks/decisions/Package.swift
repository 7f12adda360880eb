// swift-tools-version: 6.2
import PackageDescription

// The folder beside DecisionBenchmark is a link to that of the main package, so that exactly its
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
    name: "decision-benchmark",
    targets: [
        .target(name: "PolicyDSL", swiftSettings: settings),
        .executableTarget(
            name: "DecisionBenchmark",
            dependencies: ["PolicyDSL"],
            swiftSettings: settings
        ),
    ]
)
