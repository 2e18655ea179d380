/// Where every key and value of a TOML document stands, as a tree in the shape of the document.
final class TOMLLocations {
    /// Nesting beyond this is refused: recursion over a document is bounded by it.
    static let maximumDepth = 100

    /// Where the key begins; of a list's element, the value.
    let position: TextPosition
    let depth: Int
    /// Where the value begins, if the scanner saw one; a table has none.
    var value: TextPosition?
    /// The bytes of the value in the text.
    var range: Range<Int>?
    /// The bytes of the line or lines of the pair, its end included.
    var line: Range<Int>?
    /// Of a table with a header: where a further pair can be inserted, behind its header or its last pair.
    var insertionOffset: Int?
    /// Of an element that a `[[…]]` header made: the bytes from that header to the end of its last pair. What stands further
    /// below, tables of its own or comments, is not in it.
    var extent: Range<Int>?
    /// Whether `[[…]]` headers made this: the last element is then what a header goes on from.
    var isArrayOfTables = false
    private(set) var members: [String: TOMLLocations] = [:]
    private(set) var elements: [TOMLLocations] = []

    init(position: TextPosition, depth: Int) {
        self.position = position
        self.depth = depth
    }

    /// The member of this name, made when it is new.
    func member(_ name: String, at position: TextPosition) -> TOMLLocations {
        if let known = members[name] { return known }
        let new = TOMLLocations(position: position, depth: depth + 1)
        members[name] = new
        return new
    }

    func appendElement(at position: TextPosition) -> TOMLLocations {
        let new = TOMLLocations(position: position, depth: depth + 1)
        elements.append(new)
        return new
    }
}
