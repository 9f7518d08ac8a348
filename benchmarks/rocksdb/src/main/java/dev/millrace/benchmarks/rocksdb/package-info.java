/* SPDX-License-Identifier: Apache-2.0 */
/** Measurements of a state that is larger than memory against RocksDB or MVStore of H2, which do the same work with the same bytes. */
@NullMarked
package dev.millrace.benchmarks.rocksdb;

import org.jspecify.annotations.NullMarked;
