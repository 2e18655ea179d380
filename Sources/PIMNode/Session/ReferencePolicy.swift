/// `security.reference_peers`: what is done with nodes that cannot seal their links (`design/extensions.md` §2).
public enum ReferencePolicy: Sendable, Hashable {
    /// Links to them stand, and payloads take the reference's forms.
    case allow
    /// No link to them stands, and no reference form is ever sent.
    case refuse
}
