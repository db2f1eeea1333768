/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMEBITS_EXPORT_H_
#define SAMEBITS_EXPORT_H_

/* Marks what a shared library of samebits offers; everything else in it is hidden. */
#if defined(__GNUC__)
#define SAMEBITS_API __attribute__((visibility("default")))
#else
#define SAMEBITS_API
#endif

#endif
