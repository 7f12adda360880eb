// swift-tools-version: 6.2
import PackageDescription

// PolicyDSL is a link to the folder of the main package, so that exactly its code is measured.
let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "policy-benchmark",
    targets: [
        .target(name: "PolicyDSL", swiftSettings: settings),
        .executableTarget(
            name: "PolicyBenchmark",
            dependencies: ["PolicyDSL"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "DecisionBenchmark",
            dependencies: ["PolicyDSL"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "PolicySoak",
            dependencies: ["PolicyDSL"],
            swiftSettings: settings
        ),
    ]
)
