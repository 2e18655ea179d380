/// What became of a frame given to a link.
public enum LinkSendResult: Sendable, Hashable {
    /// It leaves in its turn, unless the link closes before.
    case queued
    /// The lane is full and the frame was not taken; `linkBecameWritable` says when to go on.
    case congested
    /// The frame was not taken and never will be: the link is closed or closing, has no session to seal it with, or the
    /// frame is larger than the wire format allows.
    case closed
}
