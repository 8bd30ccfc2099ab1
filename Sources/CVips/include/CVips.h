#ifndef CVIPS_H
#define CVIPS_H
#endif
