/* What the compiler can check for us; nothing where it cannot. */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

#if defined(__GNUC__) || defined(__clang__)
#define MUST_CHECK             __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define FORMAT_OF(arg)         __attribute__((format_arg(arg)))
#else
#define MUST_CHECK
#define PRINTF_LIKE(fmt, args)
#define FORMAT_OF(arg)
#endif

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
