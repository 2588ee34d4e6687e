// SPDX-License-Identifier: MIT
// The one door to Catch2: a change of its major version is a change of this line.
#pragma once

#include <catch2/catch.hpp>
