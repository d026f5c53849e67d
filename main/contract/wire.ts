/** Three functions that carry frames of JSON; a message port and a WebSocket are each a few lines. */
export interface Wire<Incoming, Outgoing> {
  send(frame: Outgoing): void
  onFrame(listener: (frame: Incoming) => void): void
  onClose(listener: () => void): void
}
