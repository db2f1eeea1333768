// SPDX-License-Identifier: Apache-2.0
//
// Vulkan-Hpp as this backend uses it: RAII handles, exceptions, the loader opened at run time. Slow
// to compile, so few files include it.
#pragma once

#define VK_NO_PROTOTYPES 1
#define VULKAN_HPP_DISPATCH_LOADER_DYNAMIC 1
#define VULKAN_HPP_ENABLE_DYNAMIC_LOADER_TOOL 1

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#endif
#include <vulkan/vulkan_raii.hpp>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
