// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstring>
#include <new>
#include <string>

#include "core/operation.hpp"
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
                std::string("unknown ") + what + " " + std::to_string(number));
  }
  return static_cast<To>(number);
}

/// A struct of the caller's as this library knows it. Its first field says how large it is for the
/// caller: one that was never set would be read as something that was not meant.
template <class Struct>
const Struct& known(const Struct& given, const char* name, const char* advice) {
  if (given.size == sizeof(Struct)) return given;
  throw Error(Status::invalid_argument,
              std::string(name) + ".size is " + std::to_string(given.size) + " but this library (" +
                  SAMEBITS_VERSION + ") expects " + std::to_string(sizeof(Struct)) + "; " + advice);
}

samebits::RmsNorm convert(const samebits_rms_norm_args& given) {
  const auto& o = known(given, "args", "start from samebits_rms_norm_init()");
  const auto dtype = checked<samebits::DType>(o.dtype, 3, "dtype");
  samebits::RmsNorm to;
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
  to.eps = o.eps;
  to.weight_mode = checked<samebits::WeightMode>(o.weight_mode, 4, "weight mode");
  to.residual_mode = checked<samebits::ResidualMode>(o.residual_mode, 2, "residual mode");
  return to;
}

samebits::Where convert(const samebits_where* given) {
  samebits::Where to;
  if (given == nullptr) return to;
  const auto& w = known(*given, "where", "start from samebits_where_init()");
  if (w.device != nullptr) to.device = samebits::Device::parse(w.device);
  to.threads = w.threads;
  return to;
}

/// Calls body(norm, where) of what C gave, and turns what it throws into a status and a line. What
/// the operation throws has its name in front already; what is wrong with the structs gets it here.
template <class Body>
samebits_status call(const samebits_rms_norm_args* args, const samebits_where* where,
                     const Body& body) {
  if (args == nullptr) return fail(Status::invalid_argument, "rms_norm: args is NULL");
  try {
    samebits::RmsNorm norm;
    samebits::Where place;
    samebits::core::as_operation("rms_norm", [&] {
      norm = convert(*args);
      place = convert(where);
    });
    return body(norm, place);
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

}  // namespace

extern "C" {

samebits_rms_norm_args samebits_rms_norm_init(void) {
  samebits_rms_norm_args args{};
  args.size = sizeof(args);
  args.eps = samebits::RmsNorm{}.eps;
  return args;
}

samebits_where samebits_where_init(void) {
  return {.size = sizeof(samebits_where), .device = nullptr, .threads = 0};
}

samebits_status samebits_rms_norm(const samebits_rms_norm_args* args, const samebits_where* where) {
  return call(args, where, [](const samebits::RmsNorm& norm, const samebits::Where& place) {
    samebits::rms_norm(norm, place);
    return SAMEBITS_OK;
  });
}

samebits_status samebits_rms_norm_supports(const samebits_rms_norm_args* args,
                                           const samebits_where* where) {
  return call(args, where, [](const samebits::RmsNorm& norm, const samebits::Where& place) {
    const samebits::Support support = samebits::supports(norm, place);
    return support ? SAMEBITS_OK : fail(support.status, support.reason.c_str());
  });
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
