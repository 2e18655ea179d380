import PIMRPC

/// `gateway.preflight` as text: a line for each check, and below what fails how to get it.
struct PreflightReport {
    private let result: GatewayPreflightResult

    init(_ result: GatewayPreflightResult) {
        self.result = result
    }

    var lines: [String] {
        result.checks.flatMap { check in
            let mark = check.ok ? "ok  " : check.required ? "FAIL" : "note"
            let line = "\(mark)  \(Printable.line(check.name)): \(Printable.line(check.detail))"
            return [line] + (check.ok ? [] : check.fix.map { ["      → \(Printable.line($0))"] } ?? [])
        } + suggestions
    }

    private var suggestions: [String] {
        let names = result.suggestedNATInterfaces
        return names.isEmpty
            ? [] : ["interfaces that may lead out: \(names.map(Printable.line).joined(separator: ", "))"]
    }
}
