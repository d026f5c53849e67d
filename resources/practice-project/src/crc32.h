#ifndef CRC32_H
#define CRC32_H

#include <stddef.h>
#include <stdint.h>

/* CRC-32 as IEEE 802.3 has it. */
uint32_t crc32(const void *data, size_t length);

#endif
