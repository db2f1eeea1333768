// SPDX-License-Identifier: Apache-2.0
//
// How much of its work a workgroup has done. A driver may end loops early without a word (Mesa's
// llvmpipe ends all loops of an invocation together after 65535 iterations), so every loop over a
// row says whether it came to its end. A row of which a sum is not complete is not written, and the
// host compares the number of elements written with what there are.

shared uint shared_count[256];

void share_count(uint count) { shared_count[gl_LocalInvocationID.x] = count; }

/// For thread 0, the sum of what the threads shared before the last barrier; in two steps as
/// sum_of_workgroup. After it there must be a barrier before anything is shared again.
uint sum_of_shared_counts() {
  uint thread = gl_LocalInvocationID.x;
  uint count = shared_count[thread];
  if (p.threads > 16u) {
    if (thread < 16u) {
      [[dont_unroll]] for (uint i = thread + 16u; i < p.threads; i += 16u) {
        count += shared_count[i];
      }
      shared_count[thread] = count;
    }
    barrier();
  }
  if (thread == 0u) {
    [[dont_unroll]] for (uint i = 1u; i < min(p.threads, 16u); ++i) count += shared_count[i];
  }
  return count;
}

uint count_of_workgroup(uint count) {
  share_count(count);
  barrier();
  return sum_of_shared_counts();
}

/// Reports the elements that each thread of the workgroup has written.
void add_written(uint elements) {
  // Few threads had better not wait for each other, and many had better not meet at one word.
  if (p.threads > 16u) {
    barrier();
    elements = count_of_workgroup(elements);
    if (gl_LocalInvocationID.x != 0u) return;
  }
  uint before = atomicAdd(work[kWrittenAt], elements);
  if (before + elements < before) atomicAdd(work[kWrittenAt + 1u], 1u);
}
