#include "CExempi.h"

#include <exempi/xmp.h>

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <mutex>
#include <new>

struct cx_packet {
  XmpPtr xmp;
};

namespace {

std::mutex toolkit;

// The toolkit of Exempi 2.6.3 and before writes what it finds wrong to std::cerr besides.
struct Silence {
  std::ios::iostate former = std::cerr.rdstate();
  Silence() { std::cerr.setstate(std::ios::failbit); }
  ~Silence() { std::cerr.clear(former); }
};

// Exempi keeps the toolkit's own errors, and lets others through.
template <typename Result, typename Body>
Result guarded(Result failure, Body body) noexcept {
  try {
    std::lock_guard<std::mutex> lock(toolkit);
    Silence silence;
    return body();
  } catch (...) {
    return failure;
  }
}

struct Text {
  XmpStringPtr value = xmp_string_new();
  ~Text() { xmp_string_free(value); }
};

char *copy(XmpStringPtr text, size_t *length) {
  size_t count = xmp_string_len(text);
  char *bytes = static_cast<char *>(std::malloc(count + 1));
  if (!bytes) throw std::bad_alloc();
  std::memcpy(bytes, xmp_string_cstr(text), count);
  bytes[count] = 0;
  if (length) *length = count;
  return bytes;
}

cx_packet *packet(XmpPtr xmp) {
  if (!xmp) return nullptr;
  auto *result = new (std::nothrow) cx_packet{xmp};
  if (!result) xmp_free(xmp);
  return result;
}

uint32_t bits(cx_kind kind) {
  switch (kind) {
    case CX_MISSING:
    case CX_TEXT: return 0;
    case CX_STRUCT: return XMP_PROP_VALUE_IS_STRUCT;
    case CX_BAG: return XMP_PROP_VALUE_IS_ARRAY;
    case CX_SEQUENCE: return XMP_PROP_VALUE_IS_ARRAY | XMP_PROP_ARRAY_IS_ORDERED;
    case CX_ALTERNATIVES:
      return XMP_PROP_VALUE_IS_ARRAY | XMP_PROP_ARRAY_IS_ORDERED | XMP_PROP_ARRAY_IS_ALT;
  }
  return 0;
}

cx_kind kind(uint32_t bits) {
  if (bits & XMP_PROP_VALUE_IS_STRUCT) return CX_STRUCT;
  if (!(bits & XMP_PROP_VALUE_IS_ARRAY)) return CX_TEXT;
  if (bits & XMP_PROP_ARRAY_IS_ALT) return CX_ALTERNATIVES;
  return bits & XMP_PROP_ARRAY_IS_ORDERED ? CX_SEQUENCE : CX_BAG;
}

}  // namespace

int cx_start(void) {
  return guarded(-1, [] {
    static const bool started = xmp_init();
    return started ? 0 : -1;
  });
}

int cx_name(const char *uri, const char *prefix) {
  return guarded(-1, [&] {
    Text registered;
    if (!xmp_register_namespace(uri, prefix, registered.value)) return -1;
    return std::strncmp(xmp_string_cstr(registered.value), prefix, std::strlen(prefix)) ? -1 : 0;
  });
}

cx_packet *cx_new(void) {
  return guarded<cx_packet *>(nullptr, [] { return packet(xmp_new_empty()); });
}

cx_packet *cx_parse(const char *bytes, size_t length) {
  return guarded<cx_packet *>(nullptr, [&]() -> cx_packet * {
    XmpPtr xmp = xmp_new_empty();
    if (!xmp) return nullptr;
    bool parsed = false;
    try {
      parsed = xmp_parse(xmp, bytes, length);
    } catch (...) {
    }
    if (!parsed) {
      xmp_free(xmp);
      return nullptr;
    }
    return packet(xmp);
  });
}

void cx_free(cx_packet *packet) {
  if (!packet) return;
  guarded(0, [&] { return xmp_free(packet->xmp) ? 0 : -1; });
  delete packet;
}

cx_kind cx_get(cx_packet *packet, const char *uri, const char *path, char **text) {
  *text = nullptr;
  return guarded(CX_MISSING, [&] {
    Text value;
    uint32_t found = 0;
    if (!xmp_get_property(packet->xmp, uri, path, value.value, &found)) return CX_MISSING;
    cx_kind result = kind(found);
    if (result == CX_TEXT) *text = copy(value.value, nullptr);
    return result;
  });
}

void cx_free_text(char *text) { std::free(text); }

int cx_set(cx_packet *packet, const char *uri, const char *path, cx_kind wanted, const char *text) {
  return guarded(-1, [&] {
    if (wanted != CX_TEXT) {
      uint32_t found = 0;
      Text value;
      if (xmp_get_property(packet->xmp, uri, path, value.value, &found))
        return kind(found) == wanted ? 0 : -1;
    }
    // Exempi takes an empty text for none here, and reads one that is not there.
    return xmp_set_property(packet->xmp, uri, path, wanted == CX_TEXT ? text : "", bits(wanted))
               ? 0
               : -1;
  });
}

int cx_append(cx_packet *packet, const char *uri, const char *path, cx_kind array, cx_kind wanted,
              const char *text) {
  return guarded(-1, [&] {
    return xmp_append_array_item(packet->xmp, uri, path, bits(array),
                                 wanted == CX_TEXT ? text : nullptr, bits(wanted))
               ? 0
               : -1;
  });
}

int cx_delete(cx_packet *packet, const char *uri, const char *path) {
  return guarded(-1, [&] { return xmp_delete_property(packet->xmp, uri, path) ? 0 : -1; });
}

int cx_serialize(cx_packet *packet, int padding, char **text, size_t *length) {
  *text = nullptr;
  return guarded(-1, [&] {
    Text value;
    uint32_t options = padding < 0 ? XMP_SERIAL_OMITPACKETWRAPPER : 0;
    if (!xmp_serialize(packet->xmp, value.value, options, padding < 0 ? 0 : padding)) return -1;
    *text = copy(value.value, length);
    return 0;
  });
}
