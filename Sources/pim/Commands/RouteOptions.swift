import ArgumentParser

/// What the route commands of the reference implementation take, and scripts give.
struct RouteOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, help: "Without effect: the running daemon knows its configuration.",
        completion: .file(extensions: ["toml"]))
    var config: String?
}
