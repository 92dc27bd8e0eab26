#include "CResources.h"

#include <stddef.h>

// Swift compiles an array literal of bytes at 3 KB per second; the assembler includes a file as it is.
#define RESOURCE(symbol, path)                                                                                         \
  __asm__(".section .rodata\n.balign 16\ncr_" #symbol ": .incbin \"" path "\"\ncr_" #symbol "_end: .byte 0\n.text\n"); \
  extern const unsigned char cr_##symbol[], cr_##symbol##_end[];
#include "files.h"
#undef RESOURCE

#define RESOURCE(symbol, path) {path, cr_##symbol, cr_##symbol##_end},
static const cr_resource resources[] = {
#include "files.h"
    {NULL, NULL, NULL}};

const cr_resource *cr_first_resource(void) { return resources; }
