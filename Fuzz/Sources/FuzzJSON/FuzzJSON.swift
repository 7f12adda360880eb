import Fuzzer
import Glibc
import JSON

@main
enum FuzzJSON {
    static func main() {
        exit(fuzz(fuzzText))
    }
}

/// Bytes as a JSON text: what is read without jansson, jansson reads as well, and to the same value.
private func fuzzText(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let jansson = try? JSONDocument(jansson: bytes, limits: limits)
    if let plain = JSONDocument(plain: bytes, limits: limits) {
        precondition(jansson != nil, "read although jansson refuses it")
        // As text, since objects are equal whatever their order.
        let text = plain.root.value.serialized()
        precondition(text == jansson?.root.value.serialized(), "read otherwise than by jansson")
    }
    let value = try? JSONValue(parsing: bytes, limits: limits)
    precondition(value == jansson?.root.value, "the readers are not joined rightly")
    guard let value else { return 0 }
    let copy = try? JSONValue(parsing: value.serialized())
    precondition(copy == value, "a value that does not survive writing")
    return 0
}

private let limits = JSONLimits(maximumBytes: 1 << 20, maximumDepth: 8, maximumMembers: 40)
