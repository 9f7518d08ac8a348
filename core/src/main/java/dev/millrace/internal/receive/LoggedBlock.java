/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

/** A block that is in the log. */
public record LoggedBlock(BlockHeader header, LogPlace place) {}
