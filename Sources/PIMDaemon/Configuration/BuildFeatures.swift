/// What this build can do beyond links over TCP.
enum BuildFeatures {
    /// The sections of the configuration whose feature exists here. A feature adds its section when it arrives.
    static let sections: Set<String> = {
        var sections: Set = ["discovery", "interface"]
        #if os(Linux)
            sections.insert("gateway")
        #endif
        return sections
    }()
}
