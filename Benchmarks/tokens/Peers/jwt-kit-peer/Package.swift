// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "jwt-kit-peer",
    platforms: [.macOS(.v13)],
    dependencies: [.package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1")],
    targets: [
        .executableTarget(
            name: "JWTKitPeer",
            dependencies: [.product(name: "JWTKit", package: "jwt-kit")]
        )
    ]
)
