/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.event;

/**
 * The part of one input that a batch took.
 *
 * @param name the input's name
 * @param records how many records, or -1 as long as that is not known
 * @param description for people, such as the names of files
 */
public record InputInfo(String name, long records, String description) {}
