#ifndef CRESOURCES_H
#define CRESOURCES_H

/// A file that is part of the program.
typedef struct {
  const char *name;
  const unsigned char *start;
  const unsigned char *end;
} cr_resource;

/// The first of all; the last has no name.
const cr_resource *cr_first_resource(void);

#endif
