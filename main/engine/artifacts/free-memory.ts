/** Larger ones have their memory for themselves. */
const longestPooled = 64 * 1024

/** Gives memory back at once: the collector sees small objects only and would let hundreds of megabytes pile up. */
export function freeMemory({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > longestPooled) buffer.transfer(0)
}
