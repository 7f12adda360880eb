internal import Foundation

/// What a configuration may take from the world while it is read.
struct ConfigurationSurroundings {
    /// The value of an environment variable.
    let environment: (String) -> String?
    /// The bytes of a file.
    let contents: (String) throws -> [UInt8]
}

extension ConfigurationSurroundings {
    /// This process and this machine.
    static var process: ConfigurationSurroundings {
        ConfigurationSurroundings(
            environment: { ProcessInfo.processInfo.environment[$0] },
            contents: { try Array(Data(contentsOf: URL(filePath: $0))) }
        )
    }

    /// The folder that a file lies in, as an absolute path.
    func folder(of file: String) -> String {
        URL(filePath: file).absoluteURL.standardizedFileURL.deletingLastPathComponent().path
    }
}
