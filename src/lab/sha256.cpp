// SPDX-License-Identifier: Apache-2.0
#include "lab/sha256.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "samebits/testing.hpp"

namespace samebits::lab {

std::string sha256(std::span<const std::byte> bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw Error(Status::internal, "selftest: SHA-256 is not available in this OpenSSL");
  }
  std::string text;
  for (unsigned int i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace samebits::lab
