/** Three functions that carry frames of JSON; a message port and a WebSocket are each a few lines. */
export interface Wire<Incoming, Outgoing> {
  /** After the wire has closed it does nothing. */
  send(frame: Outgoing): void
  onFrame(listener: (frame: Incoming) => void): void
  /** Called at once where the wire is closed already. */
  onClose(listener: () => void): void
}
