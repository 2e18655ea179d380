/// What a TOML document says and where each key and value of it stands, as a tree in the shape of the document.
final class TOMLLocations {
    /// Nesting beyond this is refused: recursion over a document is bounded by it.
    static let maximumDepth = 100

    /// What a node holds, and by what it came to be: TOML lets each kind be extended in its own ways only.
    enum Content {
        case scalar(TOMLNode.Value)
        /// In brackets: complete where it is written.
        case list
        /// Made by `[[…]]` headers: the last element is what a header goes on from.
        case tables
        case table(Origin)
    }

    enum Origin {
        /// On the way to another table: may still get a header of its own.
        case implied
        /// By its header. There is one.
        case header
        /// By keys with dots, in the section with this number; further ones there add to it.
        case dotted(section: Int)
        /// In braces: complete where it is written.
        case braces
    }

    /// Where the key begins; of a list's element, the value.
    let position: TextPosition
    let depth: Int
    var content: Content
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
    private(set) var members: [String: TOMLLocations] = [:]
    private(set) var elements: [TOMLLocations] = []

    init(position: TextPosition, depth: Int, content: Content) {
        self.position = position
        self.depth = depth
        self.content = content
    }

    func add(_ name: String, at position: TextPosition, _ content: Content) -> TOMLLocations {
        let new = TOMLLocations(position: position, depth: depth + 1, content: content)
        members[name] = new
        return new
    }

    func appendElement(at position: TextPosition, _ content: Content) -> TOMLLocations {
        let new = TOMLLocations(position: position, depth: depth + 1, content: content)
        elements.append(new)
        return new
    }
}
