/// One field line of a head, as ranges of the head's bytes.
package struct HeadField: Equatable, Sendable {
    package let known: FieldName
    /// Whether the line is exactly `name: value` CRLF, so that its bytes can be copied as they are.
    package let isPlain: Bool
    package let name: ByteRange
    /// Without the white space around it.
    package let value: ByteRange

    package init(known: FieldName, isPlain: Bool, name: ByteRange, value: ByteRange) {
        self.known = known
        self.isPlain = isPlain
        self.name = name
        self.value = value
    }
}
