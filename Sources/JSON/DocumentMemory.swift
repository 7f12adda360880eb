internal import CJansson

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The memory of one document: taken piece by piece, given back as a whole.
///
/// jansson asks for every name and every value apart, some eighty times for the claims of a token,
/// which costs as much as reading them. So while a thread parses, jansson gets what it asks for
/// from blocks that go with the document; whatever else it asks for comes from `malloc` as ever.
@safe struct DocumentMemory {
    fileprivate let last: UnsafeMutablePointer<Block>

    // What jansson outgrows and gives back is lost until the end, which in long texts is much.
    private static let longestText = 16 * 1024

    /// Runs `parse` and keeps what it builds until the memory is given back.
    ///
    /// The memory is nil for a long text, where there is none, and where a sanitizer wants to see
    /// every piece.
    ///
    /// - `count`: the length of the text in bytes.
    static func kept<Tree>(
        ofText count: Int,
        _ parse: () -> Tree
    ) -> (tree: Tree, memory: DocumentMemory?) {
        guard count <= Self.longestText, let supply = unsafe Supply.ofThisThread(),
            unsafe supply.pointee.begin()
        else { return (parse(), nil) }
        let tree = parse()
        return (tree, unsafe supply.pointee.end())
    }

    func giveBack() {
        guard let supply = unsafe Supply.ofThisThread() else { return }
        unsafe supply.pointee.takeBack(self)
    }
}

/// What stands at the begin of a block.
@safe private struct Block {
    static let headerSize = 16

    let size: Int
    let before: UnsafeMutablePointer<Block>?

    static func make(
        _ size: Int,
        after before: UnsafeMutablePointer<Block>?
    ) -> UnsafeMutablePointer<Block>? {
        guard let memory = unsafe malloc(size) else { return nil }
        let block = unsafe memory.bindMemory(to: Block.self, capacity: 1)
        unsafe block.initialize(to: Block(size: size, before: before))
        return unsafe block
    }
}

/// Where a thread takes the memory of the document that it parses from.
@safe private struct Supply {
    // Enough for the claims of an ordinary token.
    private static let blockSize = 8 * 1024

    private var block: UnsafeMutablePointer<Block>?
    private var used = 0
    /// The block of a document that is gone.
    private var spare: UnsafeMutablePointer<Block>?

    mutating func begin() -> Bool {
        unsafe self.block = unsafe self.spare ?? Block.make(Self.blockSize, after: nil)
        unsafe self.spare = nil
        self.used = Block.headerSize
        return unsafe self.block != nil
    }

    mutating func end() -> DocumentMemory? {
        guard let block = unsafe self.block else { return nil }
        unsafe self.block = nil
        return unsafe DocumentMemory(last: block)
    }

    mutating func takeBack(_ memory: DocumentMemory) {
        var next: UnsafeMutablePointer<Block>? = unsafe memory.last
        while let block = unsafe next {
            unsafe next = block.pointee.before
            if unsafe self.spare == nil, unsafe block.pointee.size == Self.blockSize {
                unsafe self.spare = block
            } else {
                unsafe free(block)
            }
        }
    }

    /// Memory for one piece; nil when the system has none.
    mutating func piece(_ size: Int) -> UnsafeMutableRawPointer? {
        guard let current = unsafe self.block else { return unsafe malloc(size) }
        // jansson's alignment is that of `malloc`.
        let (rounded, isTooMuch) = size.addingReportingOverflow(15)
        guard !isTooMuch else { return nil }
        let wanted = rounded & ~15
        let room = unsafe current.pointee.size - self.used
        if wanted > room {
            let size = unsafe max(current.pointee.size * 2, wanted + Block.headerSize)
            guard let larger = unsafe Block.make(size, after: current) else { return nil }
            unsafe self.block = larger
            self.used = Block.headerSize
        }
        defer { self.used += wanted }
        return unsafe UnsafeMutableRawPointer(self.block)?.advanced(by: self.used)
    }

    /// A piece of a document that is being parsed goes with the document.
    func release(_ piece: UnsafeMutableRawPointer?) {
        if unsafe self.block == nil { unsafe free(piece) }
    }
}

// Set once, before jansson is told of it; a plain number, since it is read for every piece.
private nonisolated(unsafe) var supplyKey: pthread_key_t = 0

extension Supply {
    /// Whether documents keep their memory: where jansson could be told, and no sanitizer watches.
    private static let isSetUp: Bool = {
        // A sanitizer that is linked in has this function.
        for name in ["__asan_init", "__tsan_init"] where unsafe dlsym(nil, name) != nil {
            return false
        }
        let made = unsafe pthread_key_create(&supplyKey) { supply in
            // The thread ends.
            guard let supply = unsafe supply?.assumingMemoryBound(to: Supply.self) else { return }
            unsafe free(supply.pointee.spare)
            unsafe free(supply)
        }
        guard made == 0 else { return false }
        unsafe json_set_alloc_funcs(
            { size in
                guard let supply = unsafe Supply.existing() else { return unsafe malloc(size) }
                return unsafe supply.pointee.piece(size)
            },
            { piece in
                guard let supply = unsafe Supply.existing() else { return unsafe free(piece) }
                unsafe supply.pointee.release(piece)
            }
        )
        return true
    }()

    static func ofThisThread() -> UnsafeMutablePointer<Supply>? {
        guard Self.isSetUp else { return nil }
        if let supply = unsafe Self.existing() { return unsafe supply }
        guard let memory = unsafe malloc(MemoryLayout<Supply>.size) else { return nil }
        let supply = unsafe memory.bindMemory(to: Supply.self, capacity: 1)
        unsafe supply.initialize(to: Supply())
        guard unsafe pthread_setspecific(supplyKey, supply) == 0 else {
            unsafe free(supply)
            return nil
        }
        return unsafe supply
    }

    private static func existing() -> UnsafeMutablePointer<Supply>? {
        unsafe pthread_getspecific(supplyKey)?.assumingMemoryBound(to: Supply.self)
    }
}
