#pragma once
// How the bytes of a segment are packed. Inside the traces room only.
#include "io/packing.hpp"

namespace traces {

// Thrown by Unpacker, caught where the segment's name is known.
struct Malformed {
    [[noreturn]] static void fail() { throw Malformed{}; }
};

using Packer = io::Packer;
using Unpacker = io::Unpacker<Malformed>;

}  // namespace traces
