/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

/**
 * The speed of a program, and its cost.
 *
 * @param perSecond records
 * @param micros processor time of the program for a record
 * @param broker the same, of the broker
 */
record Rate(double perSecond, double micros, double broker) {}
