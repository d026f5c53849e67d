/** Milliseconds since the epoch, as read from a wall clock. */
export type Instant = number
