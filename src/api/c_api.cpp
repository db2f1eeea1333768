// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstring>
#include <new>
#include <string>

#include "samebits/samebits.h"
#include "samebits/samebits.hpp"

namespace {

using samebits::Error;
using samebits::Status;

// A fixed buffer: storing a message must not fail, not even for want of memory.
thread_local char last_error[512] = "";

samebits_status fail(Status status, const char* message) {
  std::snprintf(last_error, sizeof(last_error), "%s", message);
  return static_cast<samebits_status>(status);
}

/// Enumerators from C may hold any integer. In C++ merely loading one that the type does not name
/// is undefined, so the bytes are looked at as an integer before anything else is.
template <class To, class From>
To checked(const From& value, int count, const char* what) {
  int number = 0;
  static_assert(sizeof(From) == sizeof(number));
  std::memcpy(&number, &value, sizeof(number));
  if (number < 0 || number >= count) {
    throw Error(Status::invalid_argument,
                std::string("rms_norm: unknown ") + what + " " + std::to_string(number));
  }
  return static_cast<To>(number);
}

/// A struct of the caller's as this library knows it. Its first field says how large it is for the
/// caller: one that was never set would be read as something that was not meant.
template <class Struct>
const Struct& known(const Struct& given, const char* name, const char* advice) {
  if (given.size == sizeof(Struct)) return given;
  throw Error(Status::invalid_argument, std::string("rms_norm: ") + name + ".size is " +
                                            std::to_string(given.size) + " but this library (" +
                                            SAMEBITS_VERSION + ") expects " +
                                            std::to_string(sizeof(Struct)) + "; " + advice);
}

samebits::Operands convert(const samebits_operands& given) {
  const auto& o = known(given, "operands", "set it to sizeof(samebits_operands)");
  const auto dtype = checked<samebits::DType>(o.dtype, 3, "dtype");
  samebits::Operands to;
  to.x = {o.x, dtype, o.rows, o.columns, o.x_row_stride};
  to.y = {o.y, dtype, o.rows, o.columns, o.y_row_stride};
  if (o.weight != nullptr) {
    to.weight = {o.weight, checked<samebits::DType>(o.weight_dtype, 3, "weight dtype"), o.columns};
  }
  if (o.residual != nullptr) {
    to.residual = {o.residual, dtype, o.rows, o.columns, o.residual_row_stride};
  }
  if (o.residual_output != nullptr) {
    to.residual_output = {o.residual_output, dtype, o.rows, o.columns,
                          o.residual_output_row_stride};
  }
  return to;
}

samebits::Options convert(const samebits_options& given) {
  const auto& o = known(given, "options", "start from samebits_default_options()");
  samebits::Options to;
  to.eps = o.eps;
  to.weight_mode = checked<samebits::WeightMode>(o.weight_mode, 4, "weight mode");
  to.residual_mode = checked<samebits::ResidualMode>(o.residual_mode, 2, "residual mode");
  to.method = checked<samebits::Method>(o.method, 5, "method");
  if (o.device != nullptr) to.device = o.device;
  to.threads = o.threads;
  to.chunk = o.chunk;
  if (o.simd != nullptr) to.simd = o.simd;
  to.force_exact_path = o.force_exact_path != 0;
  return to;
}

}  // namespace

extern "C" {

samebits_options samebits_default_options(void) {
  return {.size = sizeof(samebits_options),
          .eps = 1e-6,
          .weight_mode = SAMEBITS_WEIGHT_SCALE,
          .residual_mode = SAMEBITS_RESIDUAL_ROUNDED,
          .method = SAMEBITS_EXACT,
          .device = "cpu",
          .threads = 0,
          .chunk = 0,
          .simd = nullptr,
          .force_exact_path = 0};
}

samebits_status samebits_rms_norm(const samebits_operands* operands,
                                  const samebits_options* options) {
  if (operands == nullptr) return fail(Status::invalid_argument, "rms_norm: operands is NULL");
  try {
    samebits::rms_norm(convert(*operands),
                       convert(options != nullptr ? *options : samebits_default_options()));
    return SAMEBITS_OK;
  } catch (const Error& error) {
    return fail(error.status(), error.what());
  } catch (const std::bad_alloc&) {
    return fail(Status::out_of_memory, "rms_norm: out of memory");
  } catch (const std::exception& error) {
    return fail(Status::internal, error.what());
  } catch (...) {
    return fail(Status::internal, "rms_norm: unknown error");
  }
}

const char* samebits_last_error(void) {
  return last_error;
}

const char* samebits_version(void) {
  return SAMEBITS_VERSION;
}

const char* samebits_contract_version(void) {
  return samebits::kContractVersion;
}

}  // extern "C"
