/// One `test` block, ready to run.
package struct PolicyTest: Sendable {
    /// One `case … then …`, or a `then` that stands alone.
    package struct Case: Sendable {
        /// Counted from one within the test.
        package var number: Int
        /// The facts of `given` and `case`, joined.
        package var facts: TestFacts
        package var expected: Spanned<Outcome>
        /// The policies that must have decided; none where the test does not say.
        package var policies: [Spanned<String>]
        package var span: SourceSpan
    }

    package var title: Spanned<String>
    /// Nil where the test names no instant: then it holds at any.
    package var now: Instant?
    package var request: AccessRequest
    package var cases: [Case]
}
