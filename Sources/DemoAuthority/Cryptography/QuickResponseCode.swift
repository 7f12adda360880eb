internal import CLibqrencode

/// A QR code as a picture.
enum QuickResponseCode {
    /// An SVG without `#`, which would end it where a client makes a `data:` URL of it as it is.
    static func svg(of text: String) throws(AuthorityFault) -> String {
        guard let code = unsafe QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else {
            throw .noPicture
        }
        defer { unsafe QRcode_free(code) }
        let width = Int(unsafe code.pointee.width)
        let modules = unsafe Array(
            UnsafeBufferPointer(start: code.pointee.data, count: width * width)
        )
        return Self.svg(modules, width: width)
    }

    private static let quietZone = 4

    private static func svg(_ modules: [UInt8], width: Int) -> String {
        let size = width + 2 * Self.quietZone
        var path = ""
        var run = 0
        for (index, module) in modules.enumerated() {
            let isLast = index % width == width - 1
            run = module & 1 == 1 ? run + 1 : 0
            let isRunOver = isLast || modules[index + 1] & 1 == 0
            guard run > 0, isRunOver else { continue }
            let x = index % width + Self.quietZone + 1 - run
            path += "M\(x) \(index / width + Self.quietZone)h\(run)v1h-\(run)z"
            run = 0
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(size * 5)" height="\(size * 5)" \
            viewBox="0 0 \(size) \(size)" shape-rendering="crispEdges">\
            <rect width="\(size)" height="\(size)" fill="white"/>\
            <path d="\(path)" fill="black"/></svg>
            """
    }
}
