/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The right to write a checkpoint, which one program has at a time, and the identity of the checkpoint in a directory.
 *
 * <pre>
 *   Ownership      the right as a program has it: claims, checks, gives up
 *     Owners       the files in owners/, as they were at one look; the highest number is the owner's
 *       Owner      the content of one of them: identity, process, host
 *       WrittenFiles   the other files of the directory, which tell epochs and the id too
 *     Revocation   the lock of a start, and whether a stop has given it up
 *     RunningCode  the lock that says: code of this program may still publish
 *   Epoch          (in log) the same right, as all who write files see it: identity, check
 * </pre>
 */
@NullMarked
package dev.millrace.internal.owner;

import org.jspecify.annotations.NullMarked;
