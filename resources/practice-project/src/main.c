#include <stdio.h>
#include <string.h>

#include "crc32.h"

int main(void)
{
    const char *name = "Drydock";
    printf("%s %08x\n", name, crc32(name, strlen(name)));
    return 0;
}
