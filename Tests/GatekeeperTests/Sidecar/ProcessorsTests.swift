import Testing

@testable import Gatekeeper

@Suite struct ProcessorsTests {
    @Test(
        "the processors that may be used are the bits of `Cpus_allowed`",
        arguments: [
            ("Name:\tgatekeeper\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n", 2),
            ("Cpus_allowed:\t1", 1),
            ("Cpus_allowed:\tff,00000f0f\n", 16),
            ("Cpus_allowed:\t0\n", nil),
            ("Cpus_allowed:\t3x\n", nil),
            ("Cpus_allowed_list:\t0-1\n", nil),
            ("", nil),
        ] as [(String, Int?)]
    )
    func allowed(status: String, count: Int?) {
        #expect(Processors.allowed(in: status) == count)
    }

    @Test("there is one at least, and no more than the machine has")
    func count() {
        #expect((1...4_096).contains(Processors.count))
    }
}
