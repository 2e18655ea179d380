public import PIMCore

extension RPCSchema {
    /// A node where the parameter is any text, and the method checks it.
    public static let nodeID = RPCSchema.pattern("^[0-9a-fA-F]{32}$", name: "32 hex digits")

    /// As ``PIMCore/NodeID`` and ``MessageID`` are written: lowercase in everything the daemon says, either case in what
    /// it is told.
    static func hexDigits(_ count: Int, in catalog: SchemaCatalog) -> RPCSchema {
        let digits = catalog.role == .results ? "0-9a-f" : "0-9a-fA-F"
        return .pattern("^[\(digits)]{\(count)}$", name: "\(count) hex digits")
    }
}

extension NodeID: SchemaDescribing {
    static let exampleText = "a3f1b2c47d1e4a60c1b5f2339d32e0f8"

    public static func schema(in catalog: SchemaCatalog) -> RPCSchema { .hexDigits(32, in: catalog) }
    public static var schemaExample: JSONValue? { .string(exampleText) }
}

extension MessageID: SchemaDescribing {
    public static func schema(in catalog: SchemaCatalog) -> RPCSchema { .hexDigits(32, in: catalog) }
    public static var schemaExample: JSONValue? { .string("4be09c2d51f84a6e9f4c1b7702d3e855") }
}

extension X25519PublicKey: SchemaDescribing {
    static let exampleText = "8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f"

    public static func schema(in catalog: SchemaCatalog) -> RPCSchema { .hexDigits(64, in: catalog) }
    public static var schemaExample: JSONValue? { .string(exampleText) }
}

extension EmptyWhenUnknown: SchemaDescribing {
    public static func schema(in catalog: SchemaCatalog) -> RPCSchema {
        .pattern("^([0-9a-f]{32})?$", name: "32 hex digits or empty")
    }
    public static var schemaExample: JSONValue? { NodeID.schemaExample }
}

extension IPv4Address: SchemaDescribing {
    public static func schema(in catalog: SchemaCatalog) -> RPCSchema {
        .pattern("^[0-9]{1,3}([.][0-9]{1,3}){3}$", name: "IPv4 address")
    }
    public static var schemaExample: JSONValue? { .string("10.77.0.1") }
}

extension JSONValue: SchemaDescribing {
    public static func schema(in catalog: SchemaCatalog) -> RPCSchema { .anything }
}

extension NoResult: SchemaDescribing {
    public static func schema(in catalog: SchemaCatalog) -> RPCSchema { .null }
}
