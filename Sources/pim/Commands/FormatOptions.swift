import ArgumentParser
import Foundation

/// How a command prints.
struct FormatOptions: ParsableArguments {
    @Flag(help: "Print the result as JSON, errors too.")
    var json = false

    @Flag(help: "Print without colours, as NO_COLOR and TERM=dumb do.")
    var noColor = false

    /// For standard output.
    var style: Style { .of(descriptor: FileHandle.standardOutput.fileDescriptor, noColor: noColor) }
}
